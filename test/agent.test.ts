import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { selfSignedCertificate } from '../scripts/demo-night/self-signed-certificate.js';
import { askAgent, findAgent, pauseAgent, readAgentLog, revokeAgent } from '../src/db/agents/agent-store.js';
import { readArrivals } from '../src/db/read-arrivals.js';
import { type AgentLab, openAgentLab } from './agent/agent-lab.js';
import { startWireTap, type WireTap } from './agent/wire-tap.js';
import { ensureBuilt } from './built.js';
import { type Erp, hasMariadb, startMariadbErp, startPostgresErp } from './servers/erp.js';

const servers = [
  { name: 'PostgreSQL', start: startPostgresErp, isHere: () => true },
  { name: 'MariaDB', start: startMariadbErp, isHere: hasMariadb },
];
const labs: AgentLab[] = [];
const openLab = async (more?: Parameters<typeof openAgentLab>[0]) => {
  const lab = await openAgentLab(more);
  labs.push(lab);
  return lab;
};
beforeAll(() => ensureBuilt(), 120_000);
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

/** Rows as `[day offset, branch, number, customer, quantity]`. */
type Row = readonly [number, string, string, string, number];
async function fill(erp: Erp, lab: AgentLab, rows: readonly Row[]): Promise<void> {
  await erp.run('drop table if exists sale');
  await erp.run(
    'create table sale (d date, branch varchar(60), no varchar(20), customer varchar(60), product varchar(60), spec varchar(60), unit varchar(10), qty decimal(20,4), amount decimal(20,2))',
  );
  await add(erp, lab, rows);
}
async function add(erp: Erp, lab: AgentLab, rows: readonly Row[]): Promise<void> {
  const values = rows.map(([day, branch, no, customer, quantity]) => {
    const cells = [lab.day(day), branch, no, customer, '某片', '0.3g*30片', '盒'];
    return `(${cells.map((cell) => `'${cell}'`).join(', ')}, ${quantity}, ${quantity * 10})`;
  });
  await erp.run(`insert into sale values ${values.join(', ')}`);
}
const lines = async (lab: AgentLab) =>
  (await lab.own.database('pub_v1.flow_line').select('business_date', 'raw_name', 'quantity').orderBy(['business_date', 'raw_name'])).map(
    (line: Record<string, unknown>) => `${String(line['business_date'])} ${String(line['raw_name'])} ${Number(line['quantity'])}`,
  );

for (const { name, start, isHere } of servers) {
  describe.skipIf(!isHere() && !process.env['HUILIU_REQUIRE_REAL_SERVERS'])(`a distributor on ${name}`, () => {
    let erp: Erp;
    beforeAll(async () => {
      erp = await start();
    }, 60_000);
    afterAll(() => erp.stop());

    test('what is in its database stands in the facts, and late changes and deletions follow', { timeout: 120_000 }, async () => {
      const lab = await openLab();
      await fill(erp, lab, [
        [-2, '总部', 'A1', '甲医院', 5],
        [-2, '总部', 'A2', '乙药店', 3],
        [-2, '东/区 "1"', 'B1', '丙诊所', 1],
        [-1, '总部', 'A3', '甲医院', 2],
        [-9, '总部', 'A0', '甲医院', 99],
      ]);
      await lab.enrol(erp);
      expect(await lab.once()).toMatchObject({ code: 0 });
      await lab.collect();
      expect(await lines(lab)).toEqual([
        `${lab.day(-2)} 丙诊所 1`,
        `${lab.day(-2)} 乙药店 3`,
        `${lab.day(-2)} 甲医院 5`,
        `${lab.day(-1)} 甲医院 2`,
      ]);
      const before = lab.tap.seen.filter(({ path }) => path.endsWith('/batch')).length;
      expect(await lab.once()).toMatchObject({ code: 0 });
      expect(lab.tap.seen.filter(({ path }) => path.endsWith('/batch'))).toHaveLength(before);

      await erp.run(`delete from sale where no = 'A2'`);
      await erp.run(`update sale set qty = 4 where no = 'A1'`);
      await add(erp, lab, [[-4, '总部', 'A4', '丁医院', 7]]);
      expect(await lab.once()).toMatchObject({ code: 0 });
      await lab.collect();
      expect(await lines(lab)).toEqual([
        `${lab.day(-4)} 丁医院 7`,
        `${lab.day(-2)} 丙诊所 1`,
        `${lab.day(-2)} 甲医院 4`,
        `${lab.day(-1)} 甲医院 2`,
      ]);
    });
  });
}

describe('an agent and what the hub tells it', () => {
  let erp: Erp;
  beforeAll(async () => {
    erp = await startPostgresErp();
  }, 60_000);
  afterAll(() => erp.stop());

  test('faults of its statements, a pause, a new key, its log and the end of its key are told both ways', {
    timeout: 180_000,
  }, async () => {
    const lab = await openLab();
    await fill(erp, lab, [[-1, '总部', 'A1', '甲医院', 5]]);
    await erp.run('create sequence counted');
    await lab.enrol(erp);
    await lab.own.database('ledger.source').update({ created_at: new Date(0) }); // Nobody owes days from before a source was made.
    const longAfterItWasDue = new Date(Date.now() + 30 * 86_400_000); // Before the due hour nothing is missing, whatever an agent says.
    const told = async () => (await readArrivals(lab.own.database, lab.day(-1), longAfterItWasDue)).lines[0]!;
    const configure = (sql: string) =>
      lab.own.database('ledger.source').update({ settings: JSON.stringify({ tasks: [{ name: 'sale', kind: 'sale', sql }] }) });
    const columns = `d as 销售日期, customer as 客户名称, product as 产品名称, spec as 产品规格, unit as 单位`;
    const days = 'from sale where d >= :from and d < :to';
    for (const [sql, code] of [
      [`select ${columns} ${days}`, 'agent.columns-missing'],
      [`select ${columns}, nextval('counted') as 数量 ${days}`, 'connect.refused-login'],
      [`select ${columns}, qty as 数量 from nowhere where d >= :from and d < :to`, 'connect.statement-refused'],
    ] as const) {
      await configure(sql);
      expect(await lab.once()).toMatchObject({ code: 1 });
      const [{ beat }] = await lab.own.database('access.agent').select('beat');
      expect([code, beat.tasks[0].fault.code]).toEqual([code, code]);
      expect((await told()).told.map((one) => one.code)).toContain('agent.has-fault');
    }
    expect(await lab.own.database('ledger.agent_unit').where('row_count', '>', 0)).toEqual([]);

    await configure(`select ${columns}, qty as 数量 ${days}`);
    const { sourceId } = (await findAgent(lab.own.database, 'd1-agent'))!;
    await pauseAgent(lab.own.database, sourceId, { by: 'me', why: 'stocktaking' });
    expect(await lab.once()).toMatchObject({ code: 0 });
    expect(await lab.own.database('ledger.agent_unit').where('row_count', '>', 0)).toEqual([]);
    expect((await told()).told.map((one) => one.code)).toContain('agent.is-paused');
    lab.tap.mode = 'cut'; // started anew without a hub it still knows
    expect(await lab.once()).toMatchObject({ code: 1 });
    expect(readdirSync(join(lab.home, 'spool'))).toEqual([]);
    lab.tap.mode = 'through';

    await pauseAgent(lab.own.database, sourceId, null);
    await askAgent(lab.own.database, sourceId, 'rotate_at');
    await askAgent(lab.own.database, sourceId, 'log_wanted_at');
    expect(await lab.once()).toMatchObject({ code: 0 });
    const keys = await lab.own.database('access.agent_key').orderBy('id').select('ended_by');
    expect(keys).toEqual([{ ended_by: 'rotation' }, { ended_by: null }]);
    const log = (await readAgentLog(lab.own.database, sourceId))!.lines;
    expect(log).toContain('paused by the hub: stocktaking');
    for (const secret of Object.values(erp.secrets)) expect(log).not.toContain(secret);
    expect(statSync(join(lab.home, 'key.pem')).mode & 0o777).toBe(0o600);
    await lab.collect();
    expect(await lines(lab)).toEqual([`${lab.day(-1)} 甲医院 5`]);

    await revokeAgent(lab.own.database, sourceId, 'me');
    expect(await lab.once()).toMatchObject({ code: 1, stderr: expect.stringContaining('revoked') });
    expect((await lab.agent(['status']).ended).code).toBe(3);
  });

  test('over https with a certificate of its own only when that is given; never by http to another machine', {
    timeout: 120_000,
  }, async () => {
    const lab = await openLab();
    const certificate = selfSignedCertificate('hub');
    const tap = await startWireTap(() => lab.hubUrl, certificate);
    try {
      writeFileSync(join(lab.folder, 'hub.pem'), certificate.cert);
      const code = await lab.invite();
      const enrol = (...args: string[]) => lab.agent(['enrol', ...args]).ended;
      expect(await enrol('http://hub.example.com', code)).toMatchObject({ code: 2, stderr: expect.stringContaining('is not https') });
      expect(await enrol(tap.url, code)).toMatchObject({ code: 1, stderr: expect.stringContaining('self-signed certificate') });
      expect(await enrol(tap.url, code, '--ca', join(lab.folder, 'hub.pem'))).toMatchObject({ code: 0 });
      expect(await enrol(tap.url, code)).toMatchObject({ code: 2, stderr: expect.stringContaining('enrolled as d1-agent already') });
    } finally {
      await tap.stop();
    }
  });
});

const faketime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const clock = (offset: string) => ({ LD_PRELOAD: faketime, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

describe.skipIf(!existsSync(faketime) && !process.env['HUILIU_REQUIRE_REAL_SERVERS'])('an agent that is hurt', () => {
  let erp: Erp;
  beforeAll(async () => {
    erp = await startPostgresErp();
  }, 60_000);
  afterAll(() => erp.stop());

  const start: readonly Row[] = Array.from(
    { length: 60 },
    (_, at): Row => [-5 + (at % 5), at % 3 === 0 ? '总部' : '东区', `N${at}`, `医院${at % 7}`, at + 1],
  );
  const changes = [
    `update sale set qty = qty + 1 where no in ('N1', 'N7', 'N33')`,
    `delete from sale where no in ('N2', 'N40')`,
    `update sale set qty = qty - 1 where no in ('N1', 'N7')`,
    `update sale set customer = '改名医院' where no = 'N11'`,
  ];

  test('killed at random, offline for three days, its clock a day ahead, its batches replayed out of order and twice: the facts are those of a quiet one', {
    timeout: 600_000,
  }, async () => {
    const quiet = await openLab();
    await fill(erp, quiet, start);
    for (const change of changes) await erp.run(change);
    await add(erp, quiet, [
      [-3, '西区', 'X1', '新医院', 8],
      [0, '总部', 'T1', '今天的医院', 5],
    ]);
    await quiet.enrol(erp);
    expect(await quiet.once()).toMatchObject({ code: 0 });
    await quiet.collect();
    const expected = await quiet.facts();
    expect(expected.startsWith('59:')).toBe(true);
    await labs.splice(labs.indexOf(quiet), 1)[0]!.close();

    const hurt = await openLab();
    await fill(erp, hurt, start);
    await hurt.enrol(erp);
    hurt.tap.mode = 'cut';
    for (const offset of ['-3d', '-2d', '-1d']) expect(await hurt.once(clock(offset))).toMatchObject({ code: 1 });
    let seed = 20_261_122;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const killed = async (mode: WireTap['mode']) => {
      hurt.tap.mode = mode;
      const agent = hurt.agent(['run', '--every', '0.2'], clock('+1d'));
      // After some requests of its own, not after some time: on a busy machine starting alone takes seconds.
      const seen = hurt.tap.seen.length + 1 + Math.floor(random() * 5);
      for (let look = 0; look < 600 && hurt.tap.seen.length < seen; look++) await sleep(25);
      await sleep(random() * 300);
      agent.kill('SIGKILL');
      await agent.ended;
    };
    for (const change of changes) {
      for (const mode of ['through', 'mute', 'through'] as const) await killed(mode);
      await erp.run(change);
      await hurt.collect();
    }
    await add(erp, hurt, [
      [-3, '西区', 'X1', '新医院', 8],
      [0, '总部', 'T1', '今天的医院', 5],
    ]);
    hurt.tap.mode = 'through';
    expect(await hurt.once(clock('+1d'))).toMatchObject({ code: 0 });
    const batches = hurt.tap.seen.filter(({ path }) => path.endsWith('/batch'));
    expect(batches.length).toBeGreaterThan(2);
    for (const round of [1, 2]) {
      for (const batch of batches.toSorted(() => random() - 0.5)) expect((await hurt.tap.replay(batch)).status).toBe(200);
      if (round === 1) await hurt.collect();
    }
    for (const beat of hurt.tap.seen.filter(({ path }) => path.endsWith('/beat'))) expect((await hurt.tap.replay(beat)).status).toBe(409);
    await hurt.collect();
    expect(await hurt.facts()).toBe(expected);
  });
});
