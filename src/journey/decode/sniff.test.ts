import { expect, test } from 'vitest';
import { stored } from './decode-samples.js';
import { sniff } from './sniff.js';

test.each([
  ['504b0304', 'zip'],
  ['1f8b0800', 'gzip'],
  ['d0cf11e0a1b11ae1', 'ole2'],
  ['0908100000060500', 'biff'],
  ['89504e470d0a1a0a', 'foreign'],
  ['255044462d312e37', 'foreign'],
  ['526172211a0700', 'foreign'],
  ['377abcaf271c', 'foreign'],
  ['4d5a90000300', 'foreign'],
  ['0000000000010203040506', 'unknown'],
  ['', 'empty'],
])('bytes %s are %s', (hex, kind) => {
  expect(sniff(Buffer.from(hex, 'hex')).kind).toBe(kind);
});

test.each([
  ['客户,数量\n', 'text'],
  ['<table><tr>', 'html'],
  ['\uFEFF \n<!DOCTYPE html>', 'html'],
  ['<?xml version="1.0"?>\n<html><body>', 'html'],
  ['<?xml version="1.0"?><d/>', 'xml'],
  ['<?xml version="1.0"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">', 'spreadsheetml'],
  ['[{"a":1}]', 'json'],
  ['{"a":1}\n{"a":2}', 'ndjson'],
  ['{\n"a":1}', 'json'],
  ['[2024年5月]销售,数量\n', 'text'],
  ['{甲},1\n', 'text'],
  ['<10件,1\n', 'text'],
  ['MIME-Version: 1.0\n', 'foreign'],
])('text %j is %s', (text, kind) => {
  expect(sniff(Buffer.from(text)).kind).toBe(kind);
  expect(sniff(stored('x', text).path).kind).toBe(kind);
});

test('text that happens to begin like a DBF file stays text', () => {
  expect(sniff(Buffer.concat([Buffer.from([0x30]), Buffer.from('01,甲,乙\n'.repeat(50))])).kind).toBe('text');
});
