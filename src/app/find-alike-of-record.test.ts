import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { sayApart } from '../db/master/alike-pairs.js';
import { applyChange } from '../db/master/change-master.js';
import { findRecord } from '../db/master/find-record.js';
import { relateRecords } from '../db/master/relate-records.js';
import { sayRecords } from '../db/master/say-records.js';
import { undoDecisions } from '../db/names/undo-decisions.js';
import { findAlikeOfRecord } from './find-alike-of-record.js';
import { createHubMatcher, type HubMatcher } from './hub-matcher.js';

let own: TestDatabase;
let matcher: HubMatcher;
beforeAll(async () => {
  own = await createTestDatabase();
  const cities = ['长沙市', '岳阳市', '株洲市', '湘潭市', '衡阳市', '常德市'];
  const records = [
    ...cities.map((city, n) => ({
      key: `T${n}`,
      fields: { name: '第一人民医院', former_names: `${city}第一人民医院`, province: '湖南省', city },
    })),
    { key: 'T8', fields: { name: '岳阳市老站医院', province: '湖南省', city: '岳阳市', credit_code: '91350100M000100Y43' } },
    { key: 'T9', fields: { name: '长沙市别家诊所', province: '湖南省', city: '长沙市', credit_code: '91350100M000100Y43' } },
  ].map(({ key, fields }) => ({ entity: 'customer' as const, role: 'terminal', key, fields }));
  await own.database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) => sayRecords(inner, batch, { system: 'own', records })),
  );
  matcher = createHubMatcher(own.database, { workers: 1 });
});
afterAll(async () => {
  await matcher.close();
  await own.drop();
});

const look = async (fields: Record<string, string>, code: string | null) =>
  findAlikeOfRecord(own.database, matcher, fields, code === null ? null : await findRecord(own.database, `own/${code}`));

const codes = (found: readonly { readonly code: string; readonly why: string }[]) => found.map(({ code, why }) => `${code} ${why}`);

test('the place of the record decides which of many a new name means, unless the change gives another place', async () => {
  const name = '第一医院';
  expect(codes(await look({ name }, null))).toEqual([]);
  expect(codes(await look({ name }, 'T8'))).toContain('T1 matcher');
  expect(codes(await look({ name, city: '株洲市' }, 'T8'))).toContain('T2 matcher');
  expect(codes(await look({ name, city: '株洲市' }, 'T8'))).not.toContain('T1 matcher');
});

test('whoever has the credit code of the record is a candidate, unless the change takes the code away or they were told apart', async () => {
  const name = '岳阳市康复诊所';
  expect(codes(await look({ name }, 'T8'))).toEqual(['T9 credit-code']);
  expect(codes(await look({ name, credit_code: '' }, 'T8'))).toEqual([]);
  const done = { actor: 'wang', isPreview: false };
  const { batchId } = await sayApart(own.database, { one: 'own/T8', other: 'own/T9', because: '电话核实' }, done);
  expect(codes(await look({ name }, 'T8'))).toEqual([]);
  expect(codes(await look({ name }, 'T9'))).toEqual([]);
  await undoDecisions(own.database, batchId, 'wang');
  await relateRecords(
    own.database,
    { child: 'own/T9', parent: 'own/T8', kind: 'branch', since: null, until: null },
    { ...done, because: 'x' },
  );
  expect(codes(await look({ name }, 'T8'))).toEqual([]);
});
