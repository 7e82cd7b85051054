import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { AgentInbox, ArrivedUnit, UnitHead } from '../../journey/collect/agent-inbox.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { inTransaction } from '../with-client.js';

/** A part of a state of a unit, as it came. */
export interface Arrival {
  readonly locator: string;
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly size: number;
  readonly rows: number;
  readonly sha256: string;
  readonly head: UnitHead;
  readonly bytes: Buffer;
}

/**
 * What became of an arrival: `taken` it is kept · `known` this part or state was here before · `stale` a newer state of the unit is here,
 * or another state of the same version: the agent has to read the unit again · `broken` the parts do not add up to their checksum.
 */
export type ArrivalFate = 'taken' | 'known' | 'stale' | 'broken';

/** What waits is kept by version: an older one stays so long that a collection under way can still read it. */
const keepOlder = `interval '1 hour'`;

/**
 * Takes arrivals in one transaction: when it returns, they are safe. The order and number of times in which they come do not matter: a
 * state counts once all of its parts are here and no higher version has been complete before. `quota` is asked with the bytes that
 * wait and those of today, under the lock of the agent; what it throws undoes everything.
 */
export async function takeArrivals(
  database: Database,
  { sourceId, arrivals, quota }: { sourceId: number; arrivals: readonly Arrival[]; quota: (waiting: number, today: number) => void },
): Promise<{ fates: ArrivalFate[]; floor: string }> {
  return inTransaction(database, async (client) => {
    await client.query('select 1 from access.agent where source_id = $1 for update', [sourceId]);
    const bytes = arrivals.reduce((sum, one) => sum + one.bytes.length, 0);
    const { rows } = await client.query(
      `update access.agent a set bytes_taken = case when a.bytes_on = d.today then a.bytes_taken else 0 end + $2, bytes_on = d.today
         from (select (now() at time zone 'Asia/Shanghai')::date as today) d where a.source_id = $1
       returning a.bytes_taken::float8 as today,
         (select coalesce(sum(octet_length(bytes)), 0)::float8 from ledger.agent_chunk where source_id = $1) as waiting`,
      [sourceId, bytes],
    );
    quota(rows[0].waiting + bytes, rows[0].today);
    const fates: ArrivalFate[] = [];
    for (const arrival of arrivals) fates.push(await take(client, sourceId, arrival));
    const floor = await client.query('select floor::text from access.agent where source_id = $1', [sourceId]);
    return { fates, floor: floor.rows[0].floor };
  });
}

async function take(client: pg.Client, sourceId: number, arrival: Arrival): Promise<ArrivalFate> {
  const { locator, version, part, parts, sha256, head } = arrival;
  const { rows: known } = await client.query(
    'select version::float8 as version, sha256, head from ledger.agent_unit where source_id = $1 and locator = $2',
    [sourceId, locator],
  );
  if (known[0]?.version > version) return 'stale';
  if (known[0]?.version === version) return known[0].sha256 === sha256 ? 'known' : 'stale';
  const described = JSON.stringify({ ...head, parts, sha256 });
  const { rows: other } = await client.query(
    `select 1 from ledger.agent_chunk where source_id = $1 and locator = $2 and version = $3 and head is distinct from $4::jsonb limit 1`,
    [sourceId, locator, version, described],
  );
  if (other.length > 0) return 'stale';
  const { rowCount } = await client.query(
    `insert into ledger.agent_chunk (source_id, locator, version, part, head, bytes) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [sourceId, locator, version, part, described, arrival.bytes],
  );
  const { rows: here } = await client.query(
    'select count(*)::int as count from ledger.agent_chunk where source_id = $1 and locator = $2 and version = $3',
    [sourceId, locator, version],
  );
  if (here[0].count < parts) return rowCount === 0 ? 'known' : 'taken';
  return complete(client, sourceId, arrival);
}

async function complete(
  client: pg.Client,
  sourceId: number,
  { locator, version, size, rows, sha256, head }: Arrival,
): Promise<ArrivalFate> {
  const key = [sourceId, locator, version];
  const hash = createHash('sha256');
  let length = 0;
  const { rows: parts } = await client.query(
    'select part from ledger.agent_chunk where source_id = $1 and locator = $2 and version = $3 order by part',
    key,
  );
  for (const { part } of parts) {
    const { rows: found } = await client.query(
      'select bytes from ledger.agent_chunk where source_id = $1 and locator = $2 and version = $3 and part = $4',
      [...key, part],
    );
    hash.update(found[0].bytes);
    length += found[0].bytes.length;
  }
  if (hash.digest('hex') !== sha256 || length !== size) {
    await client.query('delete from ledger.agent_chunk where source_id = $1 and locator = $2 and version = $3', key);
    return 'broken';
  }
  // Received later than the state before it, even when this clock was set back: business order follows the versions.
  await client.query(
    `insert into ledger.agent_unit as u (source_id, locator, version, head, sha256, byte_count, row_count, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
     on conflict (source_id, locator) do update set version = excluded.version, head = excluded.head, sha256 = excluded.sha256,
       byte_count = excluded.byte_count, row_count = excluded.row_count,
       received_at = greatest(excluded.received_at, u.received_at + interval '1 millisecond')`,
    [...key, JSON.stringify(head), sha256, size, rows],
  );
  await client.query(
    `delete from ledger.agent_chunk where source_id = $1 and locator = $2 and version < $3 and received_at < now() - ${keepOlder}`,
    key,
  );
  await client.query('update access.agent set floor = greatest(floor, $2) where source_id = $1', [sourceId, version]);
  return 'taken';
}

export function createAgentInbox(database: Database, sourceId: number): AgentInbox {
  return {
    async pending() {
      const { rows } = await database.raw(
        `select locator, version::text as version, received_at as "receivedAt", byte_count::float8 as "byteCount", head
           from ledger.agent_unit where source_id = :sourceId and version > landed_version order by received_at, locator`,
        { sourceId },
      );
      return rows as ArrivedUnit[];
    },
    async head(locator, version) {
      const found = await database('ledger.agent_chunk').where({ source_id: sourceId, locator, version, part: 0 }).first('head');
      return (found?.head as UnitHead | undefined) ?? null;
    },
    async *rows(locator, version) {
      const hash = createHash('sha256');
      const parts = await database('ledger.agent_chunk')
        .where({ source_id: sourceId, locator, version })
        .orderBy('part')
        .select('part', 'head');
      for (const { part } of parts) {
        const found = await database('ledger.agent_chunk').where({ source_id: sourceId, locator, version, part }).first('bytes');
        if (!found) break;
        hash.update(found.bytes);
        yield found.bytes as Buffer;
      }
      // Another collection may have landed and cleared it meanwhile.
      if (hash.digest('hex') !== parts[0]?.head.sha256) {
        throw new HubError('transient', message('connect.vanished', { source: 'agent', where: 'agent', name: locator, cause: version }));
      }
    },
    async landed(locator, version) {
      await database.transaction(async (trx) => {
        await trx.raw(
          `update ledger.agent_unit set landed_version = greatest(landed_version, :version) where source_id = :sourceId and locator = :locator`,
          { sourceId, locator, version },
        );
        await trx('ledger.agent_chunk').where({ source_id: sourceId, locator }).andWhere('version', '<=', version).delete();
      });
    },
  };
}
