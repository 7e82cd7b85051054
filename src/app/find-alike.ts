import type { Database } from '../db/database.js';
import type { TerminalFields } from '../db/names/terminal-requests.js';
import type { HubMatcher } from './hub-matcher.js';

/** A terminal of the master that may be the one somebody wants to add. `p` = probability that it is, 0-1. */
export interface AlikeTerminal {
  readonly code: string;
  readonly name: string;
  readonly p: number;
}

/** What is likelier than this to be the same is shown to whoever wants to add it. */
export const alikeFrom = 0.25;

/** The duplicate check of a new terminal: the matcher against the whole master, with all that is known of it. */
export async function findAlike(database: Database, matcher: HubMatcher, fields: TerminalFields): Promise<AlikeTerminal[]> {
  const { names } = await matcher.ready();
  const { name, province, city, county, address } = fields;
  const [answer] = await names.matchBatch([{ key: '', name, province, city, county, address }]);
  const likely = (answer?.candidates ?? []).filter(({ probability }) => probability >= alikeFrom);
  const codes: { id: string; code: string }[] = await database('master.terminal')
    .whereIn(
      'id',
      likely.map(({ terminalId }) => terminalId),
    )
    .select('id', 'code');
  return likely.flatMap(({ terminalId, terminalName, probability }) => {
    const code = codes.find(({ id }) => id === terminalId)?.code;
    return code === undefined ? [] : [{ code, name: terminalName, p: Math.round(probability * 1000) / 1000 }];
  });
}
