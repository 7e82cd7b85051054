import { createHash } from 'node:crypto';
import type { PartyRole, RawParty, RawProduct } from './line.js';

/**
 * The id of a raw name: 63 bits of SHA-256 over sender, role and raw keys, exactly as spelled. Loads in different processes agree
 * on it without asking each other; the loader compares the keys behind an id, so a collision is a loud failure.
 */
export function rawNameId(sender: string, role: PartyRole, party: RawParty): bigint {
  return hash([role, sender, party.code, party.name, party.address, party.region]);
}

export function rawProductId(sender: string, product: RawProduct): bigint {
  return hash(['product', sender, product.code, product.name, product.spec, product.maker]);
}

function hash(keys: readonly string[]): bigint {
  return createHash('sha256').update(JSON.stringify(keys)).digest().readBigUInt64BE(0) >> 1n;
}
