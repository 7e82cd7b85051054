import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../test/delivery-fixture.js';
import { replayQuarantine } from '../db/replay-quarantine.js';
import { compileLayout } from '../journey/map/compile-layout.js';
import { parseDictionary } from '../journey/map/dictionary.js';
import { parseLayout } from '../journey/map/parse-layout.js';
import { createQuarantineMapper } from './map-quarantined.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(() => emptyDatabase(own.database));

const titles = ['日期', '客户名称', '商品名称', '规格', '数量'];

test('a corrected row passes the real layout, with the header read again from the bytes, and its day has to be one its pull speaks for', async () => {
  await insertDelivery(own.database, { loaded: 0, quarantined: 2, titles });
  for (const [row_no, cells] of [
    [2, ['2026-11-20', '甲医院', '甲片', '5mg*10片', '']],
    [3, ['2026-11-20', '乙医院', '甲片', '5mg*10片', '']],
  ] as const) {
    await own.database('ledger.quarantine').insert({ delivery_id: 1, part_id: 100, row_no, cells: JSON.stringify(cells), issues: '[]' });
  }
  await own.database.raw(`update ledger.part set covers = '[2026-11-20,2026-11-20]'`);
  const dictionary = parseDictionary(
    await readFile(join(import.meta.dirname, '../../mappings/dictionary.yaml'), 'utf8'),
    'dictionary.yaml',
  );
  const layout = parseLayout(
    'layout: plain\ntitle: 测试\nkind: sale\ncolumns:\n  date: [日期]\n  party_name: [客户名称]\n  product_name: [商品名称]\n  spec: [规格]\n  quantity: [数量]\n',
    'plain.yaml',
  );
  const asked: number[] = [];
  const mapRows = createQuarantineMapper({
    database: own.database,
    landing: { path: async () => '/raw', verify: async () => true, put: () => Promise.reject(new Error('unused')) },
    compile: () => [compileLayout(layout, dictionary)],
    readRows: async (_file, _hints, _path, rowNos) => {
      asked.push(...rowNos);
      return new Map([[1, titles]]);
    },
  });
  expect(await replayQuarantine(own.database, mapRows, { actor: 'wang', patches: new Map([['1', { '4': '7' }]]) })).toEqual({
    replayed: 1,
    dropped: 0,
    stillOpen: 0,
  });
  expect(asked).toEqual([1]);
  expect(await own.database('pub_v1.flow_line').select('raw_name', 'quantity', 'row_no')).toEqual([
    { raw_name: '甲医院', quantity: '7', row_no: 2 },
  ]);
  expect(await replayQuarantine(own.database, mapRows, { actor: 'wang' })).toEqual({ replayed: 0, dropped: 0, stillOpen: 1 });
  const otherDay = new Map([['2', { '0': '2026-11-21', '4': '7' }]]);
  expect(await replayQuarantine(own.database, mapRows, { actor: 'wang', patches: otherDay })).toMatchObject({ replayed: 0, stillOpen: 1 });
  expect(await own.database('ledger.quarantine').where({ id: 2 }).first('issues')).toMatchObject({
    issues: [{ rule: 'validate.not-covered' }],
  });
});
