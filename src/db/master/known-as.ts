import { namedLike } from './named-like.js';

/**
 * As `namedLike`, with the records (`record_id`) that were called so before, too: what a list or a rename says of former names. A record
 * that was merged is among them: whoever names it means its survivor.
 */
export const knownAs = (name: string): string => `
  select record_id from (${namedLike(name)}) now
  union
  select formerly_called from master.formerly_called(${name})`;
