import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentDigest } from '../src/db/content-digest.js';
import type { Database } from '../src/db/database.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';

// A small night runs in a process of its own and is killed at a named point; a rerun, without anyone's help, has to end with
// exactly what an undisturbed night knows (I7), and with books that balance (I1-I4).
const night = '2026-03-22';
const root = mkdtempSync(join(tmpdir(), 'huiliu-faults-'));
let dist = '';
let control: Outcome;

interface Outcome {
  readonly digest: object;
  readonly ledger: object;
}

beforeAll(async () => {
  dist = await ensureBuilt();
  await writeDrops(join(root, 'drops'));
  control = await inHub(async (hub) => {
    const done = await hub.run();
    expect(done).toMatchObject({ code: 0, told: { state: 'attention', resumed: false, held: 1, failed: [] } });
    await expectBalancedBooks(hub);
    return outcomeOf(hub.database);
  });
  expect(control.ledger).toMatchObject({ parts: { parts: 7, loaded: 12, quarantined: 1 } });
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const failpoints = [
  ...['before-landing-link:4', 'after-land-before-ledger:5', 'after-ledger-before-observation:3', 'before-collect-done:2'],
  ...['during-decode:2', 'before-load:2', 'after-copy-before-marker:3', 'before-commit:3', 'after-commit:2', 'before-hold-commit'],
  ...['before-match-commit', 'before-run-close'],
];

test.concurrent.for(failpoints)(
  'killed at %s, a rerun ends like an undisturbed night',
  { timeout: 120_000 },
  async (failpoint, { expect }) => {
    await inHub(async (hub) => {
      expect(await hub.run(failpoint)).toEqual({ code: 'SIGKILL', told: null });
      expect(await hub.run()).toMatchObject({ code: 0, told: { state: 'attention', resumed: true, held: 1, failed: [] } });
      expect(await outcomeOf(hub.database)).toEqual(control);
      await expectBalancedBooks(hub);
    });
  },
);

test('every failpoint in the code is in this suite', () => {
  const found = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => [...readFileSync(join('src', path), 'utf8').matchAll(/ failpoint\('([^']+)'\)/g)].map(([, name]) => name));
  expect(found.toSorted()).toEqual(failpoints.map((failpoint) => failpoint.split(':')[0]).toSorted());
});

test.concurrent('killed again and again, it still ends the same', { timeout: 120_000 }, async ({ expect }) => {
  await inHub(async (hub) => {
    for (const failpoint of ['after-land-before-ledger:2', 'before-commit', 'before-match-commit']) {
      expect(await hub.run(failpoint)).toEqual({ code: 'SIGKILL', told: null });
    }
    expect(await hub.run()).toMatchObject({ code: 0, told: { state: 'attention', failed: [] } });
    expect(await outcomeOf(hub.database)).toEqual(control);
    await expectBalancedBooks(hub);
  });
});

test.concurrent('what a killed night had landed is loaded by the night of the next day', { timeout: 120_000 }, async ({ expect }) => {
  await inHub(async (hub) => {
    expect(await hub.run('after-ledger-before-observation:4')).toEqual({ code: 'SIGKILL', told: null });
    expect(await hub.run('before-commit')).toEqual({ code: 'SIGKILL', told: null });
    expect(await hub.run(undefined, '2026-03-23')).toMatchObject({ code: 0, told: { resumed: false, failed: [] } });
    expect((await outcomeOf(hub.database)).digest).toEqual(control.digest);
  });
});

test.concurrent('a second run of the same night finds nothing new and changes nothing', { timeout: 120_000 }, async ({ expect }) => {
  await inHub(async (hub) => {
    await hub.run();
    const linesBefore = await hub.database('flow.line').count();
    expect(await hub.run()).toMatchObject({ code: 0, told: { resumed: false, totals: { deliveries: 0, loaded: 0 } } });
    expect([(await outcomeOf(hub.database)).digest, await hub.database('flow.line').count()]).toEqual([control.digest, linesBefore]);
  });
});

interface TestHub {
  readonly database: Database;
  readonly home: string;
  run(failpoint?: string, on?: string): Promise<{ code: number | string | null; told: object | null }>;
}

async function inHub<Result>(work: (hub: TestHub) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(root, 'hub-'));
  const home = join(folder, 'home');
  const own: TestDatabase = await createTestDatabase();
  cpSync(join(root, 'drops'), join(folder, 'drops'), { recursive: true, preserveTimestamps: true });
  try {
    return await work({
      database: own.database,
      home,
      run: (failpoint, on = night) =>
        new Promise((resolve, reject) => {
          const env = { ...process.env, DATABASE_URL: own.url, HUILIU_HOME: home, ...(failpoint && { HUILIU_FAILPOINT: failpoint }) };
          const child = spawn(process.execPath, [join(dist, 'scripts/small-night.js'), join(folder, 'drops'), on], {
            env,
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          let said = '';
          let complaint = '';
          child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
          child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
          child.once('error', reject);
          child.once('close', (code, signal) => {
            if (code !== 0 && signal !== 'SIGKILL') return reject(new Error(`the night ended with ${code}: ${complaint}`));
            resolve({ code: signal ?? code, told: said === '' ? null : (JSON.parse(said) as object) });
          });
        }),
    });
  } finally {
    await own.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a hub knows and what its books say, without ids, moments and attempts. */
async function outcomeOf(database: Database): Promise<Outcome> {
  const { rows } = await database.raw(`select
    (select jsonb_agg(r order by r.sender, r.name) from (select sender, name, state, order_key, jsonb_array_length(findings) as findings from ledger.delivery) r) as deliveries,
    (select jsonb_agg(r order by r.name, r.state) from (select name, state, landed_sha256 from ledger.observation) r) as observations,
    (select jsonb_agg(name order by name) from ledger.sighting) as sightings,
    (select to_jsonb(r) from (select count(*) as parts, sum(decoded) as decoded, sum(loaded) as loaded, sum(quarantined) as quarantined, sum(dropped_count) as dropped from ledger.part) r) as parts,
    (select jsonb_agg(r order by r.order_key, r.kind, r.business_date, r.document) from (select order_key, kind, business_date, document, state, row_count, quantity, amount from ledger.generation) r) as generations,
    (select jsonb_agg(r order by r.stage, r.state, r.result) from (select stage, state, result - 'spentMs' as result from ledger.stage_exec) r) as steps,
    (select jsonb_agg(state) from ledger.run) as runs,
    (select jsonb_agg(detail - 'run') from ledger.event where verb = 'match') as matches,
    (select count(*) from matching.decision) as decisions,
    (select count(*) from matching.raw_product) as products,
    (select jsonb_agg(r order by r.code) from (select code, name, province, row_no from master.terminal) r) as terminals`);
  return { digest: await contentDigest(database), ledger: rows[0] };
}

async function expectBalancedBooks({ database, home }: TestHub): Promise<void> {
  const { rows } = await database.raw(`
    select 'I1: counts of a part and its rows differ' as broken, p.path as what from ledger.part p
     where p.decoded <> p.loaded + p.quarantined + p.dropped_count
        or p.quarantined <> (select count(*) from ledger.quarantine q where q.part_id = p.id and q.state = 'open')
        or (p.kind in ('sale', 'purchase', 'stock') and p.loaded <> (select count(*) from flow.line l where l.part_id = p.id))
    union all select 'I1: a generation and its lines differ', g.id::text from ledger.generation g
     where g.row_count <> (select count(*) from flow.line l where l.generation_id = g.id)
    union all select 'I2: a row is active twice', l.part_id || ':' || l.row_no from flow.line l
      join ledger.generation g on g.id = l.generation_id and g.state = 'active' group by l.part_id, l.row_no having count(*) > 1
    union all select 'I3: a line leads nowhere', l.part_id || ':' || l.row_no from flow.line l
     where not exists (select 1 from ledger.part p join ledger.delivery d on d.id = p.delivery_id join ledger.raw_object o using (sha256) where p.id = l.part_id)
    union all select 'I4: a step is open, or done without counts', s.object_key from ledger.stage_exec s
     where s.state not in ('done', 'held') or s.result = '{}'
    union all select 'I4: a delivery and its step disagree', d.name from ledger.delivery d join ledger.stage_exec s on s.delivery_id = d.id
     where (d.state, s.state) not in (('loaded', 'done'), ('held', 'held'))`);
  expect(rows).toEqual([]);
  for (const sha256 of await database('ledger.raw_object').pluck('sha256')) {
    const bytes = readFileSync(join(home, 'raw/sha256', sha256.slice(0, 2), sha256));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  expect(existsSync(join(home, 'spool')) ? readdirSync(join(home, 'spool')) : []).toEqual([]);
}

/** Seven files: a list of terminals, two days of sales with a correction and a bad row, a zip with two kinds, the same bytes twice, and junk. */
async function writeDrops(folder: string): Promise<void> {
  const sales = (rows: string[]) => `销售日期,客户名称,品名,规格,数量,单位,金额\n${rows.join('\n')}\n`;
  const zip = new JSZip();
  const at = { date: new Date('2026-03-21T00:00:00Z') };
  zip.file('三月销售.csv', sales(['2026-03-20,丙诊所,某片,0.3g*30片,4,盒,40', '2026-03-20,丙诊所,某片,0.3g*30片,4,盒,40']), at);
  zip.file('三月采购.csv', '采购日期,供应商名称,品名,规格,数量,单位\n2026-03-19,某厂,某片,0.3g*30片,100,盒\n', at);
  const day = sales(['2026-03-20,甲医院,某片,0.3g*30片,10,盒,100', '2026-03-20,乙药店,某片,0.3g*30片,5,盒,50']);
  const files: [path: string, content: string | Buffer, hour: number][] = [
    ['own/终端清单.csv', '编码,名称,省份,城市\nT1,甲医院,湖南省,\nT2,乙药店,湖南省,\n', 1],
    ['d1/销售_20260320.csv', day, 1],
    ['d1/销售_20260320_更正.csv', day.replace('10,盒,100', '11,盒,110'), 2],
    ['d1/销售_20260321.csv', sales(['2026-03-21,甲医院,某片,0.3g*30片,3,盒,30', '2026-03-21,,某片,0.3g*30片,1,盒,10']), 3],
    ['d2/三月.zip', await zip.generateAsync({ type: 'nodebuffer' }), 1],
    ['d2/销售_20260318.csv', day.replaceAll('03-20', '03-18'), 2],
    ['d2/销售_20260318(1).csv', day.replaceAll('03-20', '03-18'), 3],
    ['d2/销售_坏.csv', Buffer.from([0, 1, 2, 3, 255, 254, 0, 9, 8, 7]), 4],
  ];
  for (const [path, content, hour] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
    const moment = new Date(`2026-03-22T0${hour}:00:00Z`);
    utimesSync(join(folder, path), moment, moment);
  }
}
