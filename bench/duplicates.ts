import { rmSync } from 'node:fs';
import type { Hub } from '../src/app/hub.js';
import { lookAtAll, lookTonight } from '../src/app/look-for-alike.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { applyChange } from '../src/db/master/change-master.js';
import { type SaidRecord, sayRecords } from '../src/db/master/say-records.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { syntheticSet } from './match-synthetic.js';
import { measureWork } from './measure-work.js';
import { scratchFolder } from './scratch-folder.js';

const page = 25_000;

/** 100,000 customers of all provinces, one in twenty a second time as another system spells it: what the look for duplicates costs. */
export async function benchDuplicates({ scale, say }: BenchOptions): Promise<BenchResult> {
  const home = scratchFolder('duplicates');
  const hub = await openHub(readSettings({ HUILIU_HOME: home }, process.cwd()));
  try {
    const { records, again } = customers(Math.round(100_000 * scale));
    await load(hub, 'own', records);
    await load(hub, 'oa', again);
    await hub.database.raw('analyze master.record; analyze master.source_key; analyze master.golden');
    say(
      `${records.length} customers, ${again.length} of them twice; ${new Set(records.map(({ fields }) => fields['province'])).size} provinces`,
    );
    const before = process.memoryUsage.rss();
    const [run] = await hub.database('ledger.run').insert({ kind: 'nightly', business_date: '2026-01-01' }).returning('id');
    const runId = run.id as string;
    const night = await measureWork(hub, () => lookTonight(hub.database, runId, new AbortController().signal));
    say(`first night: ${night.seconds} s, processor ${night.processor} s, ${JSON.stringify(night.result)}`);
    const full = await measureWork(hub, () => lookAtAll(hub.database));
    say(`all of them: ${full.seconds} s, processor ${full.processor} s, ${JSON.stringify(full.result)}`);
    const tenth = records
      .filter((_, at) => at % 200 === 7)
      .map((one) => ({ ...one, fields: { ...one.fields, address: `${one.fields['address'] ?? ''}东` } }));
    await load(hub, 'own', tenth, '2026-02-01');
    await hub.database('master.alike_look').update({ night_at: null });
    const changed = await measureWork(hub, () => lookTonight(hub.database, runId, new AbortController().signal));
    say(
      `the night after ${tenth.length} changes: ${changed.seconds} s, processor ${changed.processor} s, ${JSON.stringify(changed.result)}`,
    );
    await hub.database('master.alike_look').update({ night_at: null });
    const nothing = await measureWork(hub, () => lookTonight(hub.database, runId, new AbortController().signal));
    say(`a night without changes: ${nothing.seconds} s, processor ${nothing.processor} s, ${JSON.stringify(nothing.result)}`);
    return {
      bench: 'duplicates',
      ratio: null,
      rowsPerSecond: Math.round(full.result.customers / full.seconds),
      firstNight: night,
      changed,
      nothing,
      seconds: full.seconds,
      processorSeconds: full.processor,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      rssBeforeMb: Math.round(before / 1024 ** 2),
      ...full.result,
    };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function customers(count: number): { records: SaidRecord[]; again: SaidRecord[] } {
  const { terminals, queries } = syntheticSet(Math.round(count * 0.95), Math.round(count * 0.09), 2);
  const record = (key: string, fields: Record<string, string | undefined>): SaidRecord => ({
    ...{ entity: 'customer', role: 'terminal', key },
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as Record<string, string>,
  });
  const byId = new Map(terminals.map((terminal) => [terminal.id, terminal]));
  const place = ({ province, city, county, address }: (typeof terminals)[number]) => ({ province, city, county, address });
  return {
    records: terminals.map((terminal) => record(terminal.id, { name: terminal.name, type: terminal.kind, ...place(terminal) })),
    again: queries
      .filter(({ kind }) => kind === 'linkable')
      .slice(0, Math.round(count * 0.05))
      .map(({ raw, truth }, at) => record(`Q${at}`, { name: raw.name, ...place(byId.get(truth)!) })),
  };
}

async function load(hub: Hub, system: string, records: readonly SaidRecord[], day = '2026-01-01'): Promise<void> {
  for (let first = 0; first < records.length; first += page)
    await hub.database.transaction((trx) =>
      applyChange(trx, { kind: 'edit', actor: 'bench', detail: {} }, (inner, batch) =>
        sayRecords(inner, batch, {
          ...{ system, orderKey: `${day}|${String(first).padStart(9, '0')}` },
          records: records.slice(first, first + page),
        }),
      ),
    );
}
