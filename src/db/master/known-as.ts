import { namedLike } from './named-like.js';

/**
 * As `namedLike`, with the records (`record_id`) that were called so before, too: what a list or a rename says of former names. A record
 * that was merged is among them: whoever names it means its survivor.
 */
export const knownAs = (name: string): string => `
  select record_id from (${namedLike(name)}) now
  union
  select record_id from master.golden
   where jsonb_exists(fields, 'former_names') and master.former_names(fields) @> array[master.plain_name(${name})]`;
