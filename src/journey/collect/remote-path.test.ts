import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { bytesOf, decodeName, displayName, locatorOf } from './remote-path.js';

test('any bytes come back from their locator', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => bytesOf(locatorOf(bytes)).equals(Buffer.from(bytes))));
});

test('a UTF-8 path reads as it is, a GBK segment is percent-encoded', () => {
  const gbk = iconv.encode('销售', 'gbk');
  expect(locatorOf(Buffer.from('/日报/100%.csv'))).toBe('/日报/100%25.csv');
  expect(locatorOf(Buffer.concat([Buffer.from('/in/'), gbk]))).toBe('/in/%CF%FA%CA%DB');
});

test('a name is UTF-8, else GB18030, else unreadable', () => {
  expect(decodeName(Buffer.from('销售.csv'))).toBe('销售.csv');
  expect(decodeName(iconv.encode('销售.csv', 'gbk'))).toBe('销售.csv');
  expect(decodeName(Buffer.from([0x80, 0xff, 0x2e]))).toBeNull();
});

test('a name is shown without folders and control characters', () => {
  expect(displayName('..\\..\\windows\\a.xls')).toBe('a.xls');
  expect(displayName('/etc/passwd')).toBe('passwd');
  expect(displayName('a\u202Efdp.exe\r\n')).toBe('a_fdp.exe__');
  expect(displayName('///')).toBe('_');
});
