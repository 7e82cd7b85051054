import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entityDefinitions } from '../src/journey/map/entity-definitions.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** What other systems were promised: name and type of every column, in order. Lines may be added, never changed or taken out. */
const contractFile = join(import.meta.dirname, 'pub-v1.json');

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

test('every published view has the columns that were promised, with their types, in their order; new ones are in the contract too', async () => {
  const { rows } = await own.database.raw(
    `select table_name || '.' || column_name as name, case data_type when 'ARRAY' then udt_name else data_type end as type from information_schema.columns
      where table_schema = 'pub_v1' order by table_name, ordinal_position`,
  );
  const now = Object.fromEntries(rows.map(({ name, type }: { name: string; type: string }) => [name, type]));
  const promised = JSON.parse(await readFile(contractFile, 'utf8')) as Record<string, string>;
  expect(now).toEqual(promised);
  expect(Object.keys(now)).toEqual(Object.keys(promised));
});

test('every field of every entity has a column of its own', async () => {
  const { rows } = await own.database.raw(
    `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'pub_v1'`,
  );
  const columns = new Set(rows.map(({ name }: { name: string }) => name));
  const aside = new Set(['changed_at', 'is_void']); // they are of the source record, not of its values
  const missing = [...entityDefinitions().values()].flatMap(({ entity, fields }) =>
    Object.keys(fields)
      .filter((field) => !aside.has(field))
      .map((field) => `master_${entity}.${field}`)
      .filter((column) => !columns.has(column)),
  );
  expect(missing).toEqual([]);
});

test('a value that is not what its column holds is null in the typed view, and text in pub_v1.record', async () => {
  await own.database('master.record').insert({ id: 900, entity: 'contract', first_batch_id: 0 });
  const fields = { name: '购销协议', amount: '一百万', signed_on: '2026-02-30', starts_on: '2026-01-01', executed_amount: '-12.50' };
  await own.database('master.golden').insert({ record_id: 900, fields: JSON.stringify(fields), why: '{}', hash: 'x', policy_version: 't' });
  const day = own.database.raw('starts_on::text as starts_on');
  const row = await own.database('pub_v1.master_contract').first('no', 'name', 'amount', 'signed_on', day, 'executed_amount');
  expect(row).toEqual({
    no: 'HT0000900',
    name: '购销协议',
    amount: null,
    signed_on: null,
    starts_on: '2026-01-01',
    executed_amount: '-12.50',
  });
  expect((await own.database('pub_v1.record').first('fields')).fields).toEqual(fields);
});
