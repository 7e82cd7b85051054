import type { ObservationStore } from '../journey/collect/observation-store.js';
import type { Message } from '../model/message.js';
import type { Database } from './database.js';

/** What became of an object in a collection, for the boards. */
export interface ObservationOutcome {
  readonly locator: string;
  readonly state: 'waiting' | 'landed' | 'failed';
  readonly told: Message | null;
}

/** Objects of one listing per statement. */
const atOnce = 1000;

export function createObservationStore(database: Database, sourceId: number): ObservationStore {
  return {
    async find(locators) {
      const rows = await database('ledger.observation')
        .where({ source_id: sourceId })
        .whereIn('locator', [...locators]);
      return new Map(
        rows.map((row) => [
          row.locator,
          {
            fingerprint: row.fingerprint,
            since: row.changed_at,
            landed:
              row.landed_sha256 === null ? null : { sha256: row.landed_sha256, fingerprint: row.landed_fingerprint, at: row.landed_at },
          },
        ]),
      );
    },
    async seen(listed, at) {
      for (let from = 0; from < listed.length; from += atOnce) {
        const rows = listed.slice(from, from + atOnce).map(({ observed, since }) => ({
          ...{ locator: observed.locator, name: observed.name, fingerprint: observed.fingerprint },
          ...{ byte_count: observed.byteCount, sent_at: observed.sentAt, changed_at: since },
        }));
        await database.raw(
          `insert into ledger.observation (source_id, locator, name, fingerprint, byte_count, sent_at, first_seen_at, changed_at, last_seen_at)
           select :sourceId, locator, name, fingerprint, byte_count, sent_at, :at, changed_at, :at
             from jsonb_to_recordset(:rows::jsonb)
                  as r(locator text, name text, fingerprint text, byte_count bigint, sent_at timestamptz, changed_at timestamptz)
           on conflict (source_id, locator) do update
              set name = excluded.name, fingerprint = excluded.fingerprint, byte_count = excluded.byte_count, sent_at = excluded.sent_at,
                  changed_at = excluded.changed_at, last_seen_at = excluded.last_seen_at`,
          { sourceId, at, rows: JSON.stringify(rows) },
        );
      }
    },
    async landed(observed, landed, at) {
      await database('ledger.observation')
        .where({ source_id: sourceId, locator: observed.locator })
        .update({ landed_sha256: landed.sha256, landed_fingerprint: observed.fingerprint, landed_at: at });
    },
  };
}

/** Remembers what a collection made of each object. */
export async function recordOutcomes(database: Database, sourceId: number, outcomes: readonly ObservationOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await database.raw(
    `update ledger.observation o set state = r.state, told = r.told
       from jsonb_to_recordset(:outcomes::jsonb) as r(locator text, state text, told jsonb)
      where o.source_id = :sourceId and o.locator = r.locator and (o.state, o.told) is distinct from (r.state, r.told)`,
    { sourceId, outcomes: JSON.stringify(outcomes) },
  );
}
