import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { up as narrowKeys } from '../../../migrations/20261122_0490_narrow_keys.js';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { type DeliveryDesk, openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { undoDecisions } from '../names/undo-decisions.js';
import { goldenDigest } from './golden-digest.js';

let own: TestDatabase;
let desk: DeliveryDesk;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  desk = await openDeliveryDesk(own.database);
});
afterEach(() => desk.close());

const layout = (kind: string): string => `layout: ${kind.replaceAll('_', '-')}\ntitle: x\nkind: ${kind}\ndictionary: true\n`;
const files = {
  customer: '客户编号,客户名称,客户类别,统一社会信用代码\nC1,甲医院,医院,91350100M000100Y43\nC2,乙大药房,药店,\nC3,丙供应商,供应商,\n',
  contact: '客户编号,客户名称,姓名,手机\nC1,,张三,13800000000\n,乙 大药房,李四,13900000000\n,查无此店,王五,\n,丙供应商,赵六,\n',
  contract: '合同编号,客户编号,签约单位,合同金额,原合同编号\nHT1,C1,甲医院,100,\nHT2,,乙大药房,200,HT1\nHT3,91350100M000100Y43,,300,HT9\n',
  contact_event: '客户名称,联系人,联系日期,联系方式,主题\n甲医院,张三,2019-03-05,拜访,续签\n',
} as const;
type File = keyof typeof files;
const sentAt: Record<File, string> = {
  ...{ customer: '2026-03-01T01:00:00Z', contact: '2026-03-01T02:00:00Z' },
  ...{ contract: '2026-03-01T03:00:00Z', contact_event: '2026-03-01T04:00:00Z' },
};

async function load(kind: File, text: string = files[kind]): Promise<void> {
  await desk.land({ name: `${kind}.csv`, sentAt: sentAt[kind], text, sender: 'D1' });
  expect(await desk.load([layout(kind)])).toEqual([]);
}

/** What refers to what, by the keys of the sender, and which rows wait; ids play no part. */
async function picture(): Promise<unknown> {
  const { rows: references } = await own.database.raw(
    `select k.entity, k.key, f.field, f.how, t.entity as to, (select min(x.key) from master.source_key x where x.record_id = f.record_id) as meant
       from master.reference f join master.source_record c on c.id = f.source_record_id and c.is_current
       join master.source_key k on k.id = c.key_id join master.record t on t.id = f.record_id and t.status = 'active' order by 1, 2, 3`,
  );
  const { rows: waiting } = await own.database.raw(
    `select p.kind, q.row_no, q.cells, q.issues from ledger.quarantine q join ledger.part p on p.id = q.part_id where q.state = 'open' order by 1, 2`,
  );
  const { rows: counts } = await own.database.raw('select kind, decoded, loaded, quarantined from ledger.part order by 1');
  return { digest: await goldenDigest(own.database), references, waiting, counts };
}
const openRows = async () =>
  own
    .database('ledger.quarantine')
    .join('ledger.part', 'ledger.part.id', 'part_id')
    .where({ state: 'open' })
    .orderBy(['kind', 'row_no'])
    .pluck('row_no');

test('files come in any order: the master, the references and what still waits are the same for all six', {
  timeout: 240_000,
}, async () => {
  const pictures: unknown[] = [];
  for (const order of permutations(['customer', 'contact', 'contract'] as const)) {
    for (const kind of order) await load(kind);
    pictures.push(await picture());
    desk.close();
    await emptyDatabase(own.database);
    desk = await openDeliveryDesk(own.database);
  }
  expect(pictures[0]).toMatchObject({
    references: [
      { entity: 'contact', meant: 'C1', how: 'code' },
      { entity: 'contact', meant: 'C2', how: 'name' },
      { entity: 'contract', key: 'HT1', field: 'customer', meant: 'C1' },
      { entity: 'contract', key: 'HT2', field: 'customer', meant: 'C2' },
      { entity: 'contract', key: 'HT2', field: 'renewal', meant: 'HT1' },
      { entity: 'contract', key: 'HT3', field: 'customer', meant: 'C1', how: 'credit-code' },
    ],
    // A supplier is no customer, though it has the name.
    waiting: [{ row_no: 4, cells: ['', '查无此店', '王五', ''] }, { row_no: 5 }],
    counts: [
      { kind: 'contact', loaded: 2, quarantined: 2 },
      { kind: 'contract', loaded: 3, quarantined: 0 },
      { kind: 'customer', loaded: 3 },
    ],
  });
  for (const one of pictures) expect(one).toEqual(pictures[0]);
});

test('a chain of waiting rows comes in with the one that was missing', async () => {
  await load('contact_event');
  await load('contact');
  expect(await openRows()).toEqual([2, 3, 4, 5, 2]);
  await load('customer');
  expect(await openRows()).toEqual([4, 5]);
  expect(await picture()).toMatchObject({
    references: [{}, {}, { entity: 'contact_event', field: 'contact', how: 'name' }, { entity: 'contact_event', field: 'customer' }],
  });
});

test('an issue says the column and the value of the sender', async () => {
  await load('contact');
  const [row] = await own.database('ledger.quarantine').where({ row_no: 4 });
  expect(row.issues).toEqual([
    {
      ...{ rule: 'master.unresolved-reference', column: '客户名称', value: '查无此店' },
      told: { code: 'master.unresolved-reference', values: { column: '客户名称', value: '查无此店', what: 'customer' } },
    },
  ]);
});

test('taking back the load that brought the parents makes their rows wait again, and redoing it brings them in', async () => {
  await load('contact');
  const before = await goldenDigest(own.database);
  const waiting = await openRows();
  await load('customer');
  const after = await picture();
  const [, batch] = await own.database('matching.batch').where({ kind: 'load' }).whereNull('follows').orderBy('id').pluck('id');
  const { batchId } = await undoDecisions(own.database, batch, 'chen');
  expect(await goldenDigest(own.database)).toBe(before);
  expect(await openRows()).toEqual(waiting);
  await undoDecisions(own.database, batchId!, 'chen');
  expect(await picture()).toEqual(after);
});

test('of a load that is taken back nothing waits, and nothing of it comes in with the parents', async () => {
  await load('contact');
  const [batch] = await own.database('matching.batch').where({ kind: 'load' }).pluck('id');
  const { batchId } = await undoDecisions(own.database, batch, 'chen');
  expect(await openRows()).toEqual([]);
  await load('customer');
  expect(await own.database('master.source_key').where({ entity: 'contact' })).toEqual([]);
  await undoDecisions(own.database, batchId!, 'chen');
  expect(await openRows()).toEqual([4, 5]);
});

test('the same delivery loaded again with a better layout takes its waiting rows along', async () => {
  await load('contact');
  const [{ id }] = await own.database('ledger.delivery').select('id');
  await desk.again(id, '2');
  expect(await desk.load([layout('contact')])).toEqual([]);
  expect(await openRows()).toEqual([2, 3, 4, 5]);
  await load('customer');
  expect(await openRows()).toEqual([4, 5]);
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

test('a row that names its parent by the narrow code finds the one whose code was typed full-width, and the other way round', async () => {
  await load('customer', '客户编号,客户名称,客户类别\nＥ００３,甲医院,医院\nE004,乙医院,医院\n');
  await load('contract', '合同编号,客户编号\nHT1,E003\nHT2, Ｅ００４　\n');
  expect(await picture()).toMatchObject({
    references: [
      { key: 'HT1', meant: 'E003', how: 'code' },
      { key: 'HT2', meant: 'E004', how: 'code' },
    ],
    waiting: [],
  });
});

test('keys and waiting rows that were stored full-width are found by the narrow code after the migration', async () => {
  await load('customer', '客户编号,客户名称,客户类别\nE003,甲医院,医院\nE004,乙医院,医院\nE005,丙医院,医院\n');
  await load('contract', '合同编号,客户编号\nHT9,E009\n');
  await own.database.transaction(async (trx) => {
    await trx('master.source_key').where({ key: 'E003' }).update({ key: 'Ｅ００３　' });
    await trx('master.waiting').update({ key: 'ＨＴ９', fields: { customer_code: 'Ｅ００９', name: 'Ａ' } });
    await narrowKeys(trx);
  });
  expect(await own.database('master.source_key').orderBy('key').pluck('key')).toEqual(['E003', 'E004', 'E005']);
  expect(await own.database('master.waiting').first('key', 'fields')).toEqual({
    key: 'HT9',
    fields: { customer_code: 'E009', name: 'Ａ' },
  });
});

test('a code that lacks only its leading zeros is told with the one it may be, and means nobody', async () => {
  await load('customer', '客户编号,客户名称,客户类别\n000017,甲医院,医院\n18,乙医院,医院\n');
  await load('contract', '合同编号,客户编号\nHT1,17\nHT2,018\nHT3,19\n');
  const rows = await own.database('ledger.quarantine').orderBy('row_no').pluck('issues');
  expect(rows.map(([{ told }]) => [told.code, told.values.other])).toEqual([
    ['master.unresolved-zeros', '000017'],
    ['master.unresolved-zeros', '18'],
    ['master.unresolved-reference', undefined],
  ]);
});

const dated = (rows: string): string => `合同编号,客户编号,合同金额,修改时间,作废\n${rows}`;
const amountAndCustomer = async () => {
  const { rows } = await own.database.raw(
    `select g.fields->>'amount' as amount, g.is_void as void, (select x.key from master.source_key x where x.record_id = f.record_id) as customer
       from master.source_key k join master.golden g on g.record_id = k.record_id join master.source_record c on c.key_id = k.id and c.is_current
       join master.reference f on f.source_record_id = c.id where k.entity = 'contract' and k.key = 'HT1'`,
  );
  return rows;
};
async function send(name: string, hour: number, rows: string): Promise<void> {
  await desk.land({ name, sentAt: `2026-03-02T0${hour}:00:00Z`, text: dated(rows), sender: 'D1' });
  expect(await desk.load([layout('contract')])).toEqual([]);
}

test('of versions that say when they were changed the later change counts, in whatever order they are sent and loaded; void and back', async () => {
  await load('customer');
  const sendings = [
    ['a.csv', 1, 'HT1,C1,100,2026-02-01 10:00:00,否'],
    ['b.csv', 2, 'HT1,C2,300,2026-02-03 10:00:00,是'],
    ['c.csv', 3, 'HT1,C1,200,2026-02-02 10:00:00,否'], // an old state, sent late
    ['d.csv', 4, 'HT1,C2,400,2026-02-04 10:00:00,否'],
  ] as const;
  const seen: unknown[] = [];
  for (const [name, hour, rows] of sendings) {
    await send(name, hour, rows);
    seen.push((await amountAndCustomer())[0]);
  }
  expect(seen).toEqual([
    { amount: '100', void: false, customer: 'C1' },
    { amount: '300', void: true, customer: 'C2' },
    { amount: '300', void: true, customer: 'C2' },
    { amount: '400', void: false, customer: 'C2' },
  ]);
  const [, , , last] = await own
    .database('master.sending')
    .orderBy('order_key')
    .whereNotNull('delivery_id')
    .whereRaw(`order_key > '2026-03-02'`)
    .pluck('batch_id');
  await undoDecisions(own.database, last, 'chen');
  expect(await amountAndCustomer()).toEqual([seen[2]]);
});

test('an earlier sending that is loaded later leaves the reference of the newer one alone', async () => {
  await load('customer');
  await send('later.csv', 2, 'HT1,C2,2,,');
  await send('earlier.csv', 1, 'HT1,C1,1,,');
  expect(await amountAndCustomer()).toEqual([{ amount: '2', void: false, customer: 'C2' }]);
});

test('within one file the later change counts where all rows say when, else the last row; a change that lies ahead says nothing', async () => {
  await load('customer');
  await send('a.csv', 1, 'HT1,C1,2,2026-02-02 10:00:00,\nHT1,C1,1,2026-02-01 10:00:00,\n');
  expect(await amountAndCustomer()).toMatchObject([{ amount: '2' }]);
  await send('b.csv', 2, 'HT1,C1,3,9999-12-31 00:00:00,\nHT1,C1,4,,\n');
  expect(await amountAndCustomer()).toMatchObject([{ amount: '4' }]);
});
