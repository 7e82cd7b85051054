import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { openDeliveryDesk } from '../../../test/delivery-desk.js';
import { emptyDatabase } from '../../../test/delivery-fixture.js';
import { sendFlow } from '../../../test/flow-files.js';
import { adoptDistributors } from '../../../test/load-customers.js';
import { decideNames } from '../names/decide-names.js';
import { applyChange } from './change-master.js';
import { findRecord } from './find-record.js';
import { mergeRecords } from './merge-records.js';
import { readBehind } from './read-behind.js';
import { sayRecords } from './say-records.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

test('what hangs on a record are the lines its names have and those it sent itself, of what was merged into it too', async () => {
  const { database } = own;
  await emptyDatabase(database);
  const records = ['T1', 'T2', 'T3'].map((key) => ({ entity: 'customer', role: 'terminal', key, fields: { name: `${key}医院` } }));
  await database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) => sayRecords(inner, batch, { system: 'own', records })),
  );
  const desk = await openDeliveryDesk(database);
  const [first, last] = ['2026-03-01', '2026-03-02'];
  await sendFlow(desk, { sender: 'D1', kind: 'sale', minute: 1, name: '销售.csv' }, [
    [first, '甲门诊', '甲片', 'L1', 1, 10],
    [last, '甲门诊', '甲片', 'L1', 2, 20],
    [last, '乙门诊', '甲片', 'L1', 4, 40],
  ]);
  await sendFlow(desk, { sender: 'D1', kind: 'stock', minute: 2, name: '库存.csv' }, [[last, '', '甲片', 'L1', 8]]);
  desk.close();
  for (const [name, code] of [
    ['甲门诊', 'T1'],
    ['乙门诊', 'T2'],
  ] as const) {
    const { id } = await database('matching.raw_name').where({ name }).first('id');
    const edit = {
      row: 1,
      rawNameId: id as string,
      seenName: null,
      seenDecisionId: null,
      verdict: 'link',
      terminalCode: code,
      note: '',
    } as const;
    await decideNames(database, [edit], 'wang');
  }
  await adoptDistributors(database);
  const ids = Object.fromEntries(
    await Promise.all(['T1', 'T2', 'T3', 'D1'].map(async (one) => [one, (await findRecord(database, one)).id])),
  );
  const behind = async () => {
    const found = await readBehind(database, Object.values(ids) as string[]);
    return Object.fromEntries(Object.entries(ids).map(([code, id]) => [code, found.get(id as string)]));
  };
  const alone = { T1: { names: 1, lines: 2, lastDay: last, related: [] }, T2: { names: 1, lines: 1, lastDay: last, related: [] } };
  expect(await behind()).toEqual({ ...alone, T3: undefined, D1: { names: 0, lines: 4, lastDay: last, related: [] } });
  const impact = await mergeRecords(database, { loser: 'T1', survivor: 'T2', reason: 'x' }, { actor: 'w', isPreview: false });
  expect(impact.behind).toEqual(alone.T1);
  expect(await behind()).toMatchObject({ T1: alone.T1, T2: { names: 2, lines: 3, lastDay: last } });
  expect(await readBehind(database, [])).toEqual(new Map());
});
