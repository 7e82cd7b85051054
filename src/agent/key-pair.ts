import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { renameSync } from 'node:fs';
import { fingerprintOf } from '../../connectors/agent/signed-request.js';
import type { AgentHome } from './agent-home.js';
import { readIfThere, syncFolder, writeDurably } from './durable-file.js';

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** The key in use; null before enrolling. */
export function readKey(home: AgentHome): KeyPair | null {
  return pairOf(readIfThere(home.path('key.pem')));
}

/** A key that the hub does not know for certain yet. It is on disk before it is shown to anyone, and the same until it is in use. */
export function nextKey(home: AgentHome): KeyPair {
  const found = pairOf(readIfThere(home.path('key-next.pem')));
  if (found) return found;
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeDurably(home.path('key-next.pem'), text);
  return pairOf(text)!;
}

/** The hub has taken the next key: it is the one in use from now on. */
export function useNextKey(home: AgentHome): void {
  renameSync(home.path('key-next.pem'), home.path('key.pem'));
  syncFolder(home.folder);
}

function pairOf(privateKey: string | null): KeyPair | null {
  if (privateKey === null) return null;
  const publicKey = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey)! };
}
