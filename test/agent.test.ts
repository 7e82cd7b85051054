import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AgentLab, openAgentLab } from './agent/agent-lab.js';
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
