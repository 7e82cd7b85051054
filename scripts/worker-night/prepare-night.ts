import { join } from 'node:path';
import type { Hub } from '../../src/app/hub.js';
import { contentDigest } from '../../src/db/content-digest.js';
import { importMaster } from '../demo-night/import-master.js';
import { type Senders, startSenders } from '../demo-night/start-senders.js';
import { sampleNight } from '../sample-night/sample-night.js';

export interface PreparedNight {
  readonly businessDate: string;
  readonly senders: Senders;
  /** Opens the run, by any hub on that database; whoever works takes its steps. */
  start(by: Hub): Promise<string>;
}

/** The sample distributors with their night, the master imported and the sources saved: all but the night itself. */
export async function prepareNight(hub: Hub): Promise<PreparedNight> {
  const night = sampleNight();
  const senders = await startSenders(night, join(hub.settings.home, 'senders'));
  await importMaster(hub, night, join(hub.settings.home, 'master'), new AbortController().signal);
  const ids: number[] = [];
  for (const source of senders.sources) ids.push((await hub.saveSource(source)).id);
  const businessDate = night.days.at(-1)!;
  return {
    businessDate,
    senders,
    start: async (by) => (await by.startRun({ kind: 'nightly', businessDate, sourceIds: ids })).id,
  };
}

/** What the hub knows, and what the ledger counted: the same however many worked on it, and however often they were killed. */
export async function outcomeOf(hub: Hub): Promise<object> {
  const { rows } = await hub.database.raw(
    `select (select jsonb_object_agg(state, count) from (select state, count(*) from ledger.delivery group by 1) d) as deliveries,
            (select jsonb_build_array(count(*), sum(decoded), sum(loaded), sum(quarantined), sum(dropped_count)) from ledger.part) as rows,
            (select jsonb_object_agg(key, count) from
              (select concat(stage, ' ', state) as key, count(*) from ledger.stage_exec group by 1) s) as steps`,
  );
  return { digest: await contentDigest(hub.database), ...rows[0] };
}
