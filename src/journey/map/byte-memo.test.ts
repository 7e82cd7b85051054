import { expect, test } from 'vitest';
import { ByteLine } from '../decode/byte-line.js';
import { ByteMemo } from './byte-memo.js';

function lineOf(text: string): ByteLine {
  const line = new ByteLine(0x2c);
  line.cut(Buffer.from(`${text}\n`), 0);
  return line;
}

test('equal cells are judged once, others each by themselves', () => {
  const asked: string[] = [];
  const memo = new ByteMemo([0, 2], (line) => {
    asked.push(line.bytes.toString('utf8', line.starts[0], line.ends[2]));
    return asked.length;
  });
  expect(['a,x,b', 'a,y,b', 'ab,x,', ',x,ab', 'a,x,b'].map((text) => memo.get(lineOf(text)))).toEqual([1, 1, 2, 3, 1]);
  expect(asked).toEqual(['a,x,b', 'ab,x,', ',x,ab']);
});

test('more than it can hold is forgotten, never confused', () => {
  const memo = new ByteMemo([0], (line) => line.bytes.toString('utf8', line.starts[0], line.ends[0]));
  const line = new ByteLine(0x2c);
  let wrong = 0;
  for (let at = 0; at < 40_000; at++) {
    line.cut(Buffer.from(`cell ${at}\n`), 0);
    if (memo.get(line) !== `cell ${at}`) wrong += 1;
  }
  expect(wrong).toBe(0);
  expect(memo.get(lineOf('cell 3'))).toBe('cell 3');
});
