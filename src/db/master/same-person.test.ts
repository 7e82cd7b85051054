import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import { addApiKey, giveApiKey } from '../api-key-store.js';
import { plainName, readSamePerson } from './same-person.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

test('one person is one person in capitals, full width, with spaces or with signs that nobody sees', () => {
  for (const name of [
    'Zhang San',
    'zhangsan',
    ' ZHANG　SAN ',
    'ｚｈａｎｇｓａｎ',
    'zhang\u200bsan',
    'zhang\u00adsan\ufeff',
    'ａｐｉ： zhangsan',
    'api:ZhangSan',
  ])
    expect(plainName(name)).toBe('zhangsan');
  expect(plainName('王 芳')).toBe(plainName('王芳'));
  expect(new Set(['zhangsan', 'zhangsan2', 'api', 'zhang-san', '王芳', '王方', '王\ue001', '王\ue002', ''].map(plainName)).size).toBe(9);
});

test('two keys of one person, and that person at the terminal, are one; keys of nobody stand for themselves', async () => {
  for (const name of ['oa', 'excel', 'bi', 'loose'])
    await addApiKey(own.database, {
      name,
      rights: ['decide'],
      by: 'root',
      person: { oa: 'Wang', excel: 'ｗａｎｇ', bi: 'li' }[name] ?? null,
    });
  const isSame = await readSamePerson(own.database);
  expect([isSame('api:oa', 'api:excel'), isSame('api:oa', 'wang'), isSame('WANG', 'api:excel'), isSame('api:oa', 'oa')]).toEqual(
    Array(4).fill(true),
  );
  expect([isSame('api:oa', 'api:bi'), isSame('api:oa', 'api:loose'), isSame('api:loose', 'wang'), isSame('', 'wang')]).toEqual(
    Array(4).fill(false),
  );
  expect([await giveApiKey(own.database, 'loose', 'wang'), await giveApiKey(own.database, 'nothing', 'wang')]).toEqual([true, false]);
  expect((await readSamePerson(own.database))('api:loose', 'api:oa')).toBe(true);
});
