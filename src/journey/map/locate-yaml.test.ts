import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMessage } from '../../model/message.js';
import { locateYaml } from './locate-yaml.js';

const told = (text: string, language: 'zh' | 'en' = 'zh') => locateYaml(text).faults.map((fault) => renderMessage(fault, language));

test.each([
  ['indentation', 'a:\n  b: 1\n c: 2\n', '第 3 行第 1 列：缩进不对。', '“ c: 2”', 'line 3, column 1: the indentation is wrong.'],
  [
    'a list that is not indented like its first item',
    'a:\n  - x\n - y\n',
    '第 3 行第 1 列：缩进不对。',
    '“ - y”',
    'line 3, column 1: the indentation',
  ],
  ['a key under a list item', 'a:\n  - b: 1\n   c: 2\n', '第 3 行第 1 列：缩进不对。', '“   c: 2”', 'line 3, column 1: the indentation'],
  ['a tab', 'a:\n\tb: 1\n', '第 2 行第 1 列：缩进里有制表符', '“⇥b: 1”', 'line 2, column 1: there is a tab'],
  ['a key twice', 'a: 1\nb: 2\na: 3\n', '第 3 行第 1 列：键“a”在同一层写了两次', '“a: 3”', 'line 3, column 1: the key "a" stands twice'],
  ['a key twice, in brackets', 'x: { 列: 1, 列: 2 }\n', '第 1 行第 12 列：键“列”', '“x: { 列: 1, 列: 2 }”', 'the key "列"'],
  [
    'a quote left open',
    'a: 1\nb: "x\nc: 1\n',
    '第 2 行第 4 列：从这里开始的引号 " 没有结尾',
    '“b: "x”',
    'line 2, column 4: the quotation mark " that',
  ],
  ['a single quote left open', "b: 'x\n", "第 1 行第 4 列：从这里开始的引号 ' 没有结尾", "“b: 'x”", 'line 1, column 4: the quotation mark'],
  [
    'a bracket left open',
    'a: [1, 2\nb: 3\n',
    '第 1 行第 4 列：从这里开始的括号 [ 没有配对的 ]',
    '“a: [1, 2”',
    'line 1, column 4: the bracket [ that',
  ],
  [
    'the end comes too early',
    'a:\n  b: { c: [1, 2]',
    '第 2 行第 6 列：从这里开始的括号 { 没有配对的 }',
    '“  b: { c: [1, 2]”',
    'line 2, column 6',
  ],
  ['a full-width colon', 'a：1\nb: 2\n', '第 1 行第 1 列：这里应为“键: 值”', '“a：1”', 'line 1, column 1: a key, a colon, a space'],
  ['no colon', 'a: 1\nb\nc: 2\n', '第 2 行第 1 列：这里应为“键: 值”', '“b”', 'line 2, column 1: a key'],
  ['a colon in a value', 'a: 销售: 华东\n', '第 1 行第 4 列：值里又有“: ”', '“a: 销售: 华东”', 'the value has a colon'],
  ['a mark that means something else', 'a: @x\n', '第 1 行第 4 列：值不能以“@”开头', '“a: @x”', 'cannot begin with @'],
  ['a star that means nothing', 'a: 1\ntitle: *品名\n', '第 2 行第 8 列：值不能以“*”开头', '“title: *品名”', 'cannot begin with *'],
  [
    'a Windows path in double quotes',
    'a: "C:\\data"\n',
    '第 1 行第 7 列：双引号里的反斜杠 \\ 是转义符',
    '“a: "C:\\data"”',
    'use single quotes',
  ],
  ['a second document', 'a: 1\n---\nb: 2\n', '第 2 行第 1 列：从这里开始是第二份文档', '“---”', 'a second document'],
  ['a comma too many', 'a: [1,,2]\n', '第 1 行第 7 列：这里不该有“,”', '“a: [1,,2]”', '"," is not expected'],
  ['a comma that is missing', 'a: ["x" "y"]\n', '第 1 行第 9 列：', '“a: ["x" "y"]”', 'a comma is missing'],
])('%s is told with its line and column, in either language', (_, text, zh, line, en) => {
  const [first] = told(text);
  expect(first).toContain(zh);
  expect(first).toContain(`这一行：${line}`);
  expect(first!.split('这一行')[0]!.replace(/YAML|Tab/u, '')).not.toMatch(/[a-z]{2,}/iu);
  expect(told(text, 'en')[0]!.toLowerCase()).toContain(en.toLowerCase());
});

test('one slip is told once for each line the parser stumbles over, two slips twice', () => {
  expect(told('a: 1\n- b\n')).toHaveLength(1);
  expect(told('a:\n  b: 1\n c: 2\nd: "x\n').map((one) => one.slice(0, 12))).toEqual(['第 3 行第 1 列：缩', '第 4 行第 4 列：从']);
});

test('a file with a fault in every line is told by its first twenty', () => {
  expect(told(`a:\n${'\tb: 1\n'.repeat(5_000)}`)).toHaveLength(20);
});

test('what we have no words for is told in those of the library', () => {
  expect(told('a: "x"#c\n')[0]).toMatch(/^第 1 行第 7 列：不是正确的 YAML（Comments must be separated/u);
});

test('a long line is cut around its column, and what stands behind a word for a secret is left out', () => {
  const long = told(`a: "${'长'.repeat(200)}" b\n`)[0]!;
  expect(long).toContain('…');
  expect(long.length).toBeLessThan(200);
  for (const text of [
    'password: "s3cr3t-and-long\n',
    'password: "x" s3cr3t\n',
    'db: { user: a, api_key: "s3cr3t }\n',
    '"口令": [s3cr3t\n',
  ]) {
    expect(told(text)[0]).toMatch(/“[^”]*…”$/u);
    expect(told(text).join()).not.toContain('s3cr3t');
  }
  expect(told('a: "\u001b[2J\u202ex" y\n')[0]).not.toMatch(/[\u001b\u202e]/u);
});

test('no text makes it throw, and what is broken is never taken for a value', () => {
  const piece = fc.constantFrom(
    'a',
    'b: ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '\n',
    '  ',
    '\t',
    ',',
    ':',
    '*',
    '&x ',
    '|',
    '#',
    '---\n',
    '\\',
    '!',
    '%',
    '品名',
    '\0',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { faults, value } = locateYaml(pieces.join(''));
      for (const fault of faults)
        for (const language of ['zh', 'en'] as const)
          expect(renderMessage(fault, language)).not.toMatch(/\{(?:line|column|problem|text|key)\}/u);
      if (faults.length > 0) expect(value).toBeNull();
    }),
    { numRuns: 500 },
  );
});
