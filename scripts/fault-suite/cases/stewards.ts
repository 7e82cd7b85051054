import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import exceljs from 'exceljs';
import type { Ended, Plant } from '../../../src/app/drill/open-plant.js';
import { projectFolder } from '../../../src/cli/project-folder.js';
import { expectSound } from '../expect-converged.js';
import { both, type FaultCase } from '../fault-case.js';
import { frozenAt } from './processes.js';

const head = '销售日期,客户名称,品名,规格,数量,单位,金额';
const sale = (on: string, customer: string, quantity: number) => `${on},${customer},某片,0.3g*30片,${quantity},盒,${quantity * 10}`;

/** What people change while nights run: files of days long loaded, layouts, the master, corrected rows, runs started and stopped. */
export const stewards: readonly FaultCase[] = [
  {
    id: 'F29',
    injects: 'a correction of a day that is loaded; then one of the same file that keeps a tenth of its lines',
    proves: ['I2', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const lines = (count: number) => Array.from({ length: count }, (_, at) => sale('2026-02-02', '丙诊所', at + 1)).join('\n');
      put(plant, 'd1/销售_20260202.csv', `${head}\n${lines(40)}\n`, 1);
      await lab.finish(plant);
      put(plant, 'd1/销售_20260202.csv', `${head}\n${lines(39)}\n${sale('2026-02-02', '丁大药房', 500)}\n`, 2);
      await lab.finish(plant);
      const published = () => plant.database('pub_v1.flow_line').where({ business_date: '2026-02-02' }).pluck('quantity');
      const corrected = await published();
      if (corrected.length !== 40 || !corrected.map(Number).includes(500)) throw new Error(`after the correction: ${corrected.join()}`);
      put(plant, 'd1/销售_20260202.csv', `${head}\n${lines(4)}\n`, 3);
      const { code } = await lab.finish(plant);
      const held = await plant.database('ledger.delivery').where({ name: '销售_20260202.csv', state: 'held' });
      if (code !== 3 || held.length !== 1 || (await published()).length !== 40) throw new Error(`code ${code}, ${held.length} held`);
      await expectSound(plant);
      return `the correction replaced the day; the small one is held: ${held[0].findings.map((one: { told: { code: string } }) => one.told.code).join(', ')}`;
    },
  },
  {
    id: 'F49',
    injects: 'the layout of a sender is changed while the night runs; the process that takes over has the new one',
    proves: ['I2', 'I4', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const layouts = join(plant.folder, 'layouts');
      mkdirSync(layouts);
      const own = readFileSync(join(projectFolder(), 'mappings/demo-files.yaml'), 'utf8').replace(/^layout: .*$/m, 'layout: of-the-case');
      const write = (text: string) => writeFileSync(join(layouts, 'of-the-case.yaml'), text);
      write(own);
      await plant
        .database('ledger.source')
        .where({ code: 'd1' })
        .update({ layouts: ['of-the-case'] });
      const environment = { HUILIU_MAPPINGS: layouts };
      const night = await lab.begin(plant, { ...environment, HUILIU_FAILPOINT: 'after-commit:6' });
      await night.over();
      await night.stop();
      write(`${own}\n# changed\n`.replace(/^title: .*$/m, 'title: 改过的版式'));
      await lab.finish(plant, environment);
      await expectSound(plant);
      const { rows } = await plant.database.raw<{ rows: { deliveries: number; versions: number; unknown: number; mixed: number }[] }>(
        `select count(distinct d.id)::int as deliveries, count(distinct p.layout_version)::int as versions,
                count(*) filter (where p.layout_version is not null and v.version is null)::int as unknown,
                (select count(*)::int from (select p2.delivery_id from ledger.part p2 group by 1 having count(distinct p2.layout_version) > 1) m) as mixed
           from ledger.delivery d join ledger.part p on p.delivery_id = d.id left join ledger.layout_version v on v.version = p.layout_version
          where d.sender = 'd1' and d.state = 'loaded'`,
      );
      const { unknown, mixed, versions, deliveries } = rows[0]!;
      if (unknown > 0 || mixed > 0 || deliveries < 4) throw new Error(JSON.stringify(rows));
      return `${deliveries} deliveries under ${versions} versions of the layout, each under one that is kept`;
    },
  },
  {
    id: 'F50',
    injects: 'a person merges two customers while files are loaded, and two more while names are matched',
    proves: ['I4', 'I8'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      await lab.finish(plant);
      const say = async (...words: string[]) => expectDone(words, await plant.start(['--json', 'names', ...words, '--yes']).ended);
      for (const [name, terminal] of [
        ['丙诊所', 'T3'],
        ['戊镇卫生院', 'T5'],
      ] as const)
        await say('decide', await idOf(plant, name), '--to', terminal, '--scope', 'everywhere');
      put(
        plant,
        'd1/销售_20260301.csv',
        `${head}\n${sale('2026-03-01', '丙诊所', 3)}\n${sale('2026-03-01', '戊镇卫生院', 5)}\n${sale('2026-03-01', '新来的诊所', 7)}\n`,
        6,
      );
      const loading = await frozenAt(lab, plant, 'after-decode:1');
      await say('merge', 'T3', '--into', 'T4', '--note', 'F50');
      process.kill(loading.worker.pid, 'SIGKILL');
      await loading.stop();
      const matching = await frozenAt(lab, plant, 'before-match-commit');
      const merging = say('merge', 'T5', '--into', 'T6', '--note', 'F50');
      await sleep(2_000);
      process.kill(matching.worker.pid, 'SIGCONT');
      await Promise.all([merging, matching.over()]);
      await matching.stop();
      await lab.finish(plant);
      const { rows } = await plant.database.raw<{ rows: { name: string; terminal: string; lines: number }[] }>(
        `select raw_name as name, terminal_code as terminal, count(*)::int as lines from pub_v1.flow_line
          where raw_name in ('丙诊所', '戊镇卫生院') group by 1, 2 order by 1, 2`,
      );
      const found = rows.map(({ name, terminal }) => `${name} ${terminal}`).join(', ');
      if (found !== '丙诊所 T4, 戊镇卫生院 T6') throw new Error(`published: ${JSON.stringify(rows)}`);
      await expectSound(plant);
      return `${rows.reduce((sum, { lines }) => sum + lines, 0)} lines follow the survivors`;
    },
  },
  {
    id: 'F51',
    injects: 'a night started by hand five times at once, one of them interrupted in the middle of a load',
    proves: ['I2', 'I4', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const first = await frozenAt(lab, plant, 'during-copy:4', true);
      const others = await Promise.all([1, 2, 3, 4].map(() => lab.begin(plant)));
      process.kill(first.worker.pid, 'SIGINT');
      process.kill(first.worker.pid, 'SIGCONT');
      const ended = await first.worker.ended;
      for (const one of others) await one.over();
      for (const one of [first, ...others]) await one.stop();
      await lab.finish(plant);
      await lab.expectConverged(plant);
      const { rows } = await plant.database.raw<{ rows: { twice: number; runs: number }[] }>(
        `select (select count(*)::int from (select 1 from ledger.stage_exec where stage = 'load' group by delivery_id having count(*) > 1) t) as twice,
                (select count(*)::int from ledger.run) as runs`,
      );
      if (rows[0]!.twice > 0) throw new Error(`${rows[0]!.twice} deliveries were loaded by two steps`);
      if (ended.code !== 130) throw new Error(`the interrupted one ended with ${ended.signal ?? ended.code}`);
      return `code 130 of the interrupted one; ${rows[0]!.runs} runs on record, every load once`;
    },
  },
  {
    id: 'F53',
    injects: 'a person corrects 3,000 waiting rows while the same file comes again under another name and the night runs',
    proves: ['I1', 'I2', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const lines = Array.from({ length: 3_000 }, (_, at) => sale('2026-02-10', '', at + 1));
      put(plant, 'd1/销售_20260210.csv', `${head}\n${sale('2026-02-10', '丙诊所', 9_999)}\n${lines.join('\n')}\n`, 1);
      await lab.finish(plant);
      const waiting = async () =>
        Number((await plant.database('ledger.quarantine').where({ state: 'open' }).count('* as n').first())!['n']);
      const before = await waiting();
      const book = join(plant.folder, 'rows.xlsx');
      expectDone(['export'], await plant.start(['--json', 'quarantine', 'export', book]).ended);
      const corrected = await fillIn(book, '客户名称', '丁大药房');
      const again = join(plant.drops, 'd1/销售_20260210(1).csv');
      put(plant, 'd1/销售_20260210(1).csv', `${head}\n${sale('2026-02-10', '丙诊所', 9_999)}\n${lines.join('\n')}\n`, 2);
      const night = await lab.begin(plant);
      const replay = await plant.start(['--json', 'quarantine', 'replay', book]).ended;
      await night.over();
      await night.stop();
      expectDone(['replay', again], replay);
      await lab.finish(plant);
      await expectSound(plant);
      const { replayed } = JSON.parse(replay.stdout) as { replayed: number };
      const after = await waiting();
      const published = Number(
        (await plant.database('pub_v1.flow_line').where({ business_date: '2026-02-10', raw_name: '丁大药房' }).count('* as n').first())![
          'n'
        ],
      );
      if (published !== 3_000 || before - after !== replayed || replayed < 3_000)
        throw new Error(`${corrected} corrected, ${replayed} replayed, ${published} published, ${before} waited, ${after} wait`);
      return `${corrected} rows corrected, ${replayed} replayed, ${after} wait on`;
    },
  },
];

function put(plant: Plant, path: string, text: string, hour: number): void {
  const file = join(plant.drops, path);
  writeFileSync(file, text);
  const at = new Date(`2026-03-22T0${hour}:30:00Z`);
  utimesSync(file, at, at);
}

function expectDone(words: readonly string[], { code, signal, stderr, stdout }: Ended): void {
  if (code !== 0 && code !== 3) throw new Error(`${words.join(' ')}: ${signal ?? code} ${stderr.slice(-500)}${stdout.slice(-500)}`);
}

async function idOf({ database }: Plant, name: string): Promise<string> {
  return String((await database('matching.raw_name').where({ name }).first('id')).id);
}

/** Fills in a column of every sheet that has it; says how many cells were empty. */
async function fillIn(path: string, title: string, value: string): Promise<number> {
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(path);
  let filled = 0;
  for (const sheet of book.worksheets) {
    const column = (sheet.getRow(1).values as unknown[]).indexOf(title);
    if (column < 0) continue;
    for (let row = 2; row <= sheet.rowCount; row++) {
      const cell = sheet.getRow(row).getCell(column);
      if (cell.text !== '') continue;
      cell.value = value;
      filled += 1;
    }
  }
  await book.xlsx.writeFile(path);
  return filled;
}
