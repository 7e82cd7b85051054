import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentLab, openAgentLab, saleTask } from './agent/agent-lab.js';
import { ensureBuilt } from './built.js';
import { startProgram } from './run-program.js';
import { type Erp, hasMariadb, startMariadbErp, startPostgresErp } from './servers/erp.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-agent-package-'));
let lab: AgentLab;
let erp: Erp;
beforeAll(async () => {
  await ensureBuilt();
  lab = await openAgentLab();
  erp = await (hasMariadb() ? startMariadbErp() : startPostgresErp());
}, 180_000);
afterAll(async () => {
  await lab?.close();
  await erp?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program with nothing around it: no checkout, no packages. */
const run = async (program: string, args: readonly string[]): Promise<string> => {
  const env = { PATH: process.env['PATH'], HUILIU_LANG: 'en', ERP_PASSWORD: Object.values(erp.secrets)[0] };
  return (await promisify(execFile)(program, ['--home', join(folder, 'home'), ...args], { cwd: folder, env })).stdout;
};

test('packed, it installs without a registry, enrols, tries, reads and sends; as one program too', { timeout: 240_000 }, async () => {
  const { code, stderr } = await startProgram('scripts/pack-agent.js', ['--executable', '--out', join(folder, 'out')], {}).ended;
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const tarball = join(folder, 'out', `huiliu-agent-${version}.tgz`);
  execFileSync('npm', ['install', '--prefix', join(folder, 'installed'), '--offline', '--no-audit', '--no-fund', tarball], {
    stdio: 'ignore',
  });
  const installed = join(folder, 'installed/node_modules/.bin/huiliu-agent');
  const single = join(folder, 'out/huiliu-agent');
  expect((await run(installed, ['--version'])).trim()).toBe(version);
  expect((await run(single, ['--version'])).trim()).toBe(version);

  await erp.run(
    'create table sale (d date, branch varchar(60), no varchar(20), customer varchar(60), product varchar(60), spec varchar(60), unit varchar(10), qty decimal(20,4), amount decimal(20,2))',
  );
  await erp.run(`insert into sale values ('${lab.day(-1)}', '总部', 'A1', '甲医院', '某片', '0.3g', '盒', 5, 50)`);
  expect(await run(installed, ['enrol', lab.tap.url, await lab.invite()])).toContain('Enrolled as d1-agent');
  writeFileSync(join(folder, 'home/agent.yaml'), JSON.stringify({ database: erp.settings }));
  expect(await run(single, ['try', 'sale'])).toContain('All columns are there. Nothing was sent.');
  expect(JSON.parse(await run(single, ['run', '--once', '--json']))).toMatchObject({ fault: null, waiting: { units: 0 } });
  const [{ beat }] = await lab.own.database('access.agent').select('beat');
  expect(beat).toMatchObject({ version, tasks: [{ name: saleTask.name, rows: 1, fault: null }] });
  expect(await lab.own.database('ledger.agent_unit').pluck('row_count')).toContain(1);
});
