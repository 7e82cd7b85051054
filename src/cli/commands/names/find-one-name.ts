import type { Database } from '../../../db/database.js';
import { findNames } from '../../../db/names/read-name.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';

/** The raw name that an id or a spelling means. Several of one spelling are refused, unless any of them will do. */
export async function findOneName(database: Database, key: string, { anyOfThem = false } = {}): Promise<string> {
  const [first, ...more] = await findNames(database, key);
  if (first === undefined) throw new HubError('config', message('match.no-such-name', { name: key }));
  if (more.length > 0 && !anyOfThem) throw new HubError('config', message('match.several-names', { name: key, count: more.length + 1 }));
  return first;
}
