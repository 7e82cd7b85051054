import type { Database } from '../src/db/database.js';
import { closeEndedRuns } from '../src/db/run-store.js';

/** A distributor, a source, a run and one loaded delivery with one part, by plain inserts. Ids: delivery and source 1, part 100, generation 200. */
export async function insertDelivery(database: Database, part: { loaded: number; quarantined: number; titles: string[] }): Promise<void> {
  const sha256 = 'a'.repeat(64);
  await database('master.distributor').insert({ code: 'D1', name: '青禾医药', province: '湖南省' });
  await database('ledger.source').insert({ code: 'qinghe', sender: 'D1', connector: 'folder', settings: '{}' });
  await database('ledger.run').insert({ kind: 'nightly', business_date: '2026-11-21' });
  await database('ledger.raw_object').insert({ sha256, byte_count: 1 });
  await database('ledger.delivery').insert({
    ...{
      sender: 'D1',
      sha256,
      source_id: 1,
      name: '销售.csv',
      sent_at: '2026-11-21',
      order_key: '2026-11-21|0',
      run_id: 1,
      state: 'loaded',
    },
  });
  await database('ledger.part').insert({
    ...{
      id: 100,
      delivery_id: 1,
      path: '销售.csv',
      file_name: '销售.csv',
      media: 'csv',
      kind: 'sale',
      header_rows: [1],
      titles: part.titles,
    },
    ...{ decoded: part.loaded + part.quarantined + 1, loaded: part.loaded, quarantined: part.quarantined, dropped_count: 1 },
    dropped: JSON.stringify({ header: { count: 1, ranges: [[1, 1]] } }),
  });
}

/** Closes the run again, whatever else is open, and says how it ended; null while steps of it are left. */
export async function closedAs(database: Database, runId: string): Promise<string | null> {
  await database('ledger.run').where({ id: runId }).update({ state: 'running' });
  await closeEndedRuns(database);
  const { state } = await database('ledger.run').where({ id: runId }).first('state');
  return state === 'running' ? null : state;
}

/** Empties everything that tests write, so that ids start at 1 again. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.raw(`truncate master.distributor, master.terminal, master.product, master.record, master.source_key, master.source_record, master.golden, master.change, matching.batch, matching.decision, matching.link, flow.line, ledger.source, ledger.run, ledger.raw_object,
    ledger.generation, ledger.part, figures.touched, figures.counted, figures.name_month, figures.lot_sum, figures.late_sum, figures.closing, ledger.layout_version, ledger.event restart identity cascade;
    delete from master.asked_name;
    update master.alike_look set seq = 0, looked_at = null, night_at = null;
    update master.change_counter set last = 0`);
}
