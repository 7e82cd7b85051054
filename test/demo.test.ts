import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import excel from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentDistributor } from '../scripts/demo-night/run-sample-agent.js';
import { sampleNight } from '../scripts/sample-night/sample-night.js';
import type { ListedDelivery } from '../src/db/list-deliveries.js';
import { nameKey } from '../src/journey/match/name-key.js';
import type { RunReport } from '../src/model/run-report.js';
import { type Ended, huiliu, startProgram } from './run-program.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-demo-test-'));
const demoHome = join(home, 'demo');
type Night = Pick<RunReport, 'sources' | 'totals' | 'names' | 'held' | 'failed' | 'unchanged'> & {
  readonly seconds: number;
  readonly digest: object;
};
let first: Ended;
let second: Ended;

beforeAll(async () => {
  first = await demo();
  second = await demo();
}, 240_000);
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

describe('the demonstration', () => {
  test('ends well and prints one machine-readable line last', () => {
    expect(first.stderr).not.toContain('出错');
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(Object.keys(nightOf(first))).toEqual(expect.arrayContaining(['sources', 'totals', 'names', 'seconds']));
    for (const source of nightOf(first).sources)
      expect(Object.keys(source)).toEqual(['source', 'deliveries', 'decoded', 'loaded', 'quarantined', 'dropped']);
  });

  test('accounts for every row of every source (I1)', () => {
    const { sources, totals } = nightOf(first);
    expect(sources.length).toBeGreaterThanOrEqual(12);
    for (const { decoded, loaded, quarantined, dropped } of [...sources, totals]) expect(decoded).toBe(loaded + quarantined + dropped);
    for (const key of ['deliveries', 'decoded', 'loaded', 'quarantined', 'dropped'] as const)
      expect(totals[key]).toBe(sources.reduce((sum, source) => sum + source[key], 0));
    expect(totals.decoded).toBeGreaterThanOrEqual(20_000);
  });

  test('links no name to a terminal that it does not mean', async () => {
    const { stdout } = await huiliu(['names', 'export', join(home, 'names.xlsx'), '--all', '--json'], { HUILIU_HOME: demoHome });
    expect((JSON.parse(stdout) as { names: number }).names).toBeGreaterThan(3000);
    const book = new excel.Workbook();
    await book.xlsx.readFile(join(home, 'names.xlsx'));
    const rows = (book.getWorksheet('配对表')!.getSheetValues() as string[][]).slice(1).map((row) => row.slice(1));
    const column = (title: string) => rows[0]!.indexOf(title);
    const meant = new Map(sampleNight().names.map(({ distributor, rawName, means }) => [`${distributor} ${nameKey(rawName)}`, means]));
    const linked = rows.slice(1).filter((row) => row[column('当前终端编码')] && row[column('商业公司编码')] !== agentDistributor.code);
    expect(linked.length).toBeGreaterThan(2500);
    for (const row of linked)
      expect([row[column('原始名称')], meant.get(`${row[column('商业公司编码')]} ${nameKey(row[column('原始名称')]!)}`)]).toEqual([
        row[column('原始名称')],
        { terminal: row[column('当前终端编码')] },
      ]);
  }, 120_000);

  test('finds nothing new the second time and says so', () => {
    const { totals, digest } = nightOf(second);
    expect(totals).toEqual({ deliveries: 0, decoded: 0, loaded: 0, quarantined: 0, dropped: 0 });
    expect(digest).toEqual(nightOf(first).digest);
    expect(second.stderr).toContain('没有新的内容');
  });

  test('gives every delivery the fate that the sample night expects', async () => {
    const { stdout } = await huiliu(['deliveries', 'list', '--limit', '500', '--json'], { HUILIU_HOME: demoHome });
    const { deliveries } = JSON.parse(stdout) as { deliveries: ListedDelivery[] };
    const found = deliveries
      // The sample night are files; what is asked for (portal, databases, interfaces, agent) and the workbooks of before come besides.
      .filter(({ source }) => /^d(?!17)\d\d(-mail)?$/u.test(source))
      .map(({ source, name, state, loaded, quarantined, dropped, findings }) => ({
        delivery: `${source.replace('-mail', '').toUpperCase()}/${name}`,
        held: state === 'held',
        reason: findings[0]?.told.code ?? null,
        lines: loaded,
        quarantined,
        dropped,
      }));
    const expected = sampleNight()
      .deliveries.filter(({ sameBytesAs }) => sameBytesAs === null)
      .map(({ distributor, fileName, expected: fate }) => ({
        delivery: `${distributor}/${fileName}`,
        held: fate.held,
        reason: fate.reason,
        lines: fate.lines,
        quarantined: fate.quarantined,
        dropped: Object.values(fate.dropped).reduce<number>((sum, rows) => sum + (rows ?? 0), 0),
      }));
    const byName = (a: { delivery: string }, b: { delivery: string }) => (a.delivery < b.delivery ? -1 : 1);
    expect(found.toSorted(byName)).toEqual(expected.toSorted(byName));
  });

  test('reads the portal of a distributor, page by page, and every row of it is loaded', () => {
    const read = nightOf(first).sources.find(({ source }) => source === 'd16-portal');
    expect(read).toMatchObject({ deliveries: 1, loaded: 40, quarantined: 0 });
  });

  test('leaves a night that status tells, with exit code 3 because something is held', async () => {
    const { code, stdout } = await huiliu(['status', '--json'], { HUILIU_HOME: demoHome });
    expect(code).toBe(3);
    const { report, missing } = JSON.parse(stdout) as { report: RunReport; missing: unknown[] };
    expect(report.totals).toEqual(nightOf(first).totals);
    expect(report.held).toHaveLength(nightOf(first).held.length);
    expect(missing).toEqual([]);
  });

  test('leaves a hub in which nothing breaks an invariant, and every stored byte is what it was', async () => {
    const { code, stdout } = await huiliu(['check', '--raw', '--json'], { HUILIU_HOME: demoHome });
    const { broken, balance, stored } = JSON.parse(stdout);
    expect({ code, broken, bad: stored.bad }).toEqual({ code: 0, broken: 0, bad: [] });
    expect(balance.decoded).toBe(balance.loaded + balance.quarantined + balance.dropped);
    expect(stored.count).toBe(balance.rawObjects);
  });

  test('leaves a hub that the doctor finds well', async () => {
    const { code, stdout } = await huiliu(['doctor', '--json'], { HUILIU_HOME: demoHome });
    expect((JSON.parse(stdout) as { checks: { state: string }[] }).checks.filter(({ state }) => state === 'fail')).toEqual([]);
    expect([0, 3]).toContain(code);
  });

  test.skipIf(process.platform !== 'linux').each([300, 2_500, 6_000])(
    'stopped by Ctrl-C after %i ms it leaves no process, and the next one comes to the same end',
    async (milliseconds) => {
      const place = mkdtempSync(join(tmpdir(), 'huiliu-demo-stop-'));
      try {
        const running = startProgram('scripts/demo-night.js', ['--json'], { HUILIU_HOME: place });
        await sleep(milliseconds);
        running.kill('SIGINT');
        // Before the first line of ours has run, the system ends it: then there is no code.
        expect([130, null]).toContain((await running.ended).code);
        await expectNoProcessOf(place);
        expect(nightOf(await startProgram('scripts/demo-night.js', ['--json'], { HUILIU_HOME: place }).ended).digest).toEqual(
          nightOf(first).digest,
        );
        await expectNoProcessOf(place);
      } finally {
        rmSync(place, { recursive: true, force: true, maxRetries: 5 });
      }
    },
    180_000,
  );
});

function demo(): Promise<Ended> {
  return startProgram('scripts/demo-night.js', ['--json'], { HUILIU_HOME: home }).ended;
}

function nightOf({ stdout, stderr }: Ended): Night {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`the demo ended without its line: ${stderr.slice(-2000)}`);
  return JSON.parse(last) as Night;
}

/** Nothing runs any more that was started for this home: by its command line or, a decoding child, by its environment. */
async function expectNoProcessOf(place: string): Promise<void> {
  const look = () =>
    readdirSync('/proc').filter(
      (pid) => /^\d+$/u.test(pid) && Number(pid) !== process.pid && (told(pid, 'cmdline') + told(pid, 'environ')).includes(place),
    );
  for (let tries = 0; tries < 40 && look().length > 0; tries++) await sleep(250);
  expect(look()).toEqual([]);
}

function told(pid: string, what: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return ''; // it has ended, or is not ours
  }
}
