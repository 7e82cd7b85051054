import { expect, test } from 'vitest';
import { writesIn } from './read-only-sql.js';

test.each([
  'select a, b from t where d >= :from and d < :to',
  '  with x as (select 1) select * from x',
  "select replace(name, 'delete from t; --', '') as 客户名称, truncate(qty, 2) from t",
  'select "update", `drop`, [into] from t -- drop table t;\n where 1 = 1',
  "select 'it''s' /* insert; */ from t",
])('one SELECT passes: %s', (sql) => {
  expect(writesIn(sql)).toBeNull();
});

test.each([
  ['delete from t', 'delete from t'],
  ['select 1; delete from t', ';'],
  ['select 1 delete from t', 'delete'],
  ['with x as (delete from t returning *) select * from x', 'delete'],
  ['select * into copy_of from t', 'into'],
  ["select a from t into outfile '/tmp/x'", 'into'],
  ['select 1) q; drop table t; select * from (select 1', ';'],
  ['select 1) q cross join (select 2', ')'],
  ['select 1 /*! ; delete from t */', '/*! ; d'],
  ["select 1 # '\n; delete from t -- '", '#'],
  ["select 1 --1\n' ; delete from t -- '", '--'],
  ["select '\\' ; delete from t -- '", "'"],
  ["select $$'$$; delete from t; select $$'$$", '$$'],
  ["select 1 /* /* */ ' */ ; delete from t -- '", '/* /* '],
  ["select 'open", "'"],
  ['select exec from (exec xp_cmdshell)', 'exec'],
  ['', "''"],
])('what is more is named: %s', (sql, found) => {
  expect(writesIn(sql)).toBe(found);
});
