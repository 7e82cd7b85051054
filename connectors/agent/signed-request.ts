import { createHash, createPublicKey, sign, verify } from 'node:crypto';

/** What is signed of a request. `sequence` only grows; `sentAt` is the agent's clock and a hint, nothing is decided by it. */
export interface SignedRequest {
  readonly agent: string;
  /** Fingerprint of the key. */
  readonly key: string;
  readonly sequence: string;
  readonly sentAt: string;
  readonly path: string;
  readonly body: Buffer;
}

export const wireHeaders = {
  agent: 'x-huiliu-agent',
  key: 'x-huiliu-key',
  sequence: 'x-huiliu-sequence',
  sentAt: 'x-huiliu-sent',
  signature: 'x-huiliu-signature',
} as const;

export function signRequest(request: SignedRequest, privateKey: string): string {
  return sign(null, signedText(request), privateKey).toString('base64');
}

export function isSigned(request: SignedRequest, signature: string, publicKey: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, signedText(request), publicKey, bytes);
}

/** Names a public key; null when it is none of ours (Ed25519, PEM). */
export function fingerprintOf(publicKey: string): string | null {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return null;
    return createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex')
      .slice(0, 32);
  } catch {
    return null;
  }
}

// Each field on a line of its own; none may hold a line break, so no two requests have the same text.
function signedText({ agent, key, sequence, sentAt, path, body }: SignedRequest): Buffer {
  const digest = createHash('sha256').update(body).digest('hex');
  const fields = [agent, key, sequence, sentAt, path].map((field) => field.replace(/[\r\n]/gu, ' '));
  return Buffer.from(['huiliu-agent-1', ...fields, digest].join('\n'));
}
