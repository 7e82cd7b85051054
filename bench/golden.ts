import { rmSync } from 'node:fs';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import type { Database } from '../src/db/database.js';
import { applyChange } from '../src/db/master/change-master.js';
import { overrideValue } from '../src/db/master/override-value.js';
import { rebuildMaster } from '../src/db/master/rebuild-master.js';
import { type SaidRecord, sayRecords } from '../src/db/master/say-records.js';
import { creditCodeCheck } from '../src/master/checks/check-credit-code.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { round } from './measure-night.js';
import { measureWork } from './measure-work.js';
import { scratchFolder } from './scratch-folder.js';

const page = 25_000;

/**
 * 1,000,000 source records of three systems about 600,000 customers, known to each other by credit code: how long all golden values
 * take from nothing, how long to find that nothing changed, and until one change is in the published view.
 */
export async function benchGolden({ scale, say }: BenchOptions): Promise<BenchResult> {
  const home = scratchFolder('golden');
  const hub = await openHub(readSettings({ HUILIU_HOME: home }, process.cwd()));
  const { database } = hub;
  try {
    const customers = Math.round(600_000 * scale);
    const began = performance.now();
    await loadSystem(database, 'own', customers, 1);
    await loadSystem(database, 'finance', Math.round(250_000 * scale), 2);
    await loadSystem(database, 'oa', Math.round(150_000 * scale), 4);
    const loadSeconds = seconds(began);
    const { rows } = await database
      .raw(`
      analyze master.record; analyze master.source_key; analyze master.source_record; analyze master.golden;
      select count(*)::integer as versions, count(distinct k.record_id)::integer as records from master.source_record s join master.source_key k on k.id = s.key_id`)
      .then((all) => (all as unknown as { rows: { versions: number; records: number }[] }[]).at(-1)!);
    say(`${rows[0]!.versions} source records of ${rows[0]!.records} records in ${loadSeconds} s`);

    await database('master.golden').delete();
    const fromNothing = await measureWork(hub, () => rebuildMaster(database, { actor: 'bench', isPreview: false }));
    say(`all golden values from nothing: ${fromNothing.seconds} s, processor ${fromNothing.processor} s`);
    const again = await measureWork(hub, () => rebuildMaster(database, { actor: 'bench', isPreview: true }));
    say(`looked at again: ${again.seconds} s`);

    const changes: number[] = [];
    for (let n = 1; n <= 20; n += 1) {
      const start = performance.now();
      await overrideValue(
        database,
        `T${n * Math.floor(customers / 21)}`,
        { attribute: 'address', value: `改${n}号`, because: 'bench', until: null },
        { actor: 'bench', isPreview: false },
      );
      const { rowCount } = await database.raw('select 1 from pub_v1.terminal where code = ? and address = ?', [
        `T${n * Math.floor(customers / 21)}`,
        `改${n}号`,
      ]);
      if (rowCount !== 1) throw new Error('the change is not published');
      changes.push(seconds(start));
    }
    return {
      bench: 'golden',
      ratio: round(fromNothing.seconds / 120),
      seconds: fromNothing.seconds,
      processorSeconds: fromNothing.processor,
      rowsPerSecond: Math.round(rows[0]!.versions / fromNothing.seconds),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      versions: rows[0]!.versions,
      records: rows[0]!.records,
      loadSeconds,
      againSeconds: again.seconds,
      againChanged: again.result.changed,
      changeSeconds: { median: changes.toSorted((a, b) => a - b)[10], worst: Math.max(...changes) },
    };
  } finally {
    await hub.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Every `step`-th customer, as one system writes it. */
async function loadSystem(database: Database, system: string, count: number, step: number): Promise<void> {
  for (let first = 0; first < count; first += page) {
    const records = Array.from({ length: Math.min(page, count - first) }, (_, at) => customerOf(system, (first + at) * step));
    await database.transaction((trx) =>
      applyChange(trx, { kind: 'edit', actor: 'bench', detail: {} }, (inner, batch) =>
        sayRecords(inner, batch, { system, orderKey: `2026-01-01|${String(first).padStart(9, '0')}`, records }),
      ),
    );
  }
}

function customerOf(system: string, n: number): SaidRecord {
  const first17 = `91430100MA4${n.toString().padStart(6, '0')}`.slice(0, 17).padEnd(17, '0');
  const fields = {
    name: `${cities[n % 8]}第${n}${system === 'own' ? '医院' : '医院（本部）'}`,
    credit_code: first17 + creditCodeCheck(first17),
    province: '湖南省',
    city: cities[n % 8]!,
    county: `${n % 90}区`,
    address: `某路${n}号`,
    phone: `0731-8${String(n % 10_000_000).padStart(7, '0')}`,
    level: '二级甲等',
    type: '综合医院',
  };
  return { entity: 'customer', role: 'terminal', key: `${system === 'own' ? 'T' : 'C'}${n}`, fields };
}

const cities = ['长沙市', '岳阳市', '衡阳市', '株洲市', '湘潭市', '常德市', '郴州市', '永州市'];
const seconds = (since: number): number => round((performance.now() - since) / 1000);
