import { expect, test } from 'vitest';
import { hostOf } from './host-of.js';

test.each([
  [{ host: 'FTP.Example.com', user: 'u' }, 'ftp.example.com'],
  [{ host: '127.0.0.1', port: 2121 }, '127.0.0.1:2121'],
  [{ url: 'https://portal.example.com:8443/login?x=1' }, 'portal.example.com:8443'],
  [{ folder: '/drops' }, ''],
  [{ url: 'nonsense' }, ''],
  [null, ''],
])('%j asks %s', (settings, host) => {
  expect(hostOf(settings)).toBe(host);
});
