import { expect, test } from 'vitest';
import { createAddressGuard } from './address-guard.js';

const guard = createAddressGuard({ source: 's', allowPrivate: false });
const resolved = (host: string, from = guard) =>
  new Promise((resolve) =>
    from.lookup(host, {}, (error, address) => resolve(error ? (error as unknown as { told?: unknown }).told : address)),
  );

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.1.1',
  '0.0.0.0',
  '[::1]',
  '::ffff:10.0.0.1',
  'fd00::1',
  'fe80::1',
])('refuses %s', (host) => {
  expect(() => guard.check(host)).toThrow(expect.objectContaining({ told: expect.objectContaining({ code: 'connect.address-refused' }) }));
});

test('lets public addresses and names pass, and private ones where the settings say so', () => {
  for (const host of ['8.8.8.8', '2400:3200::1', 'erp.example']) expect(() => guard.check(host)).not.toThrow();
  expect(() => createAddressGuard({ source: 's', allowPrivate: true }).check('10.0.0.1')).not.toThrow();
});

test('a name that resolves to an inner address is refused when it is looked up', async () => {
  expect(await resolved('localhost')).toMatchObject({ code: 'connect.address-refused' });
  expect(await resolved('localhost', createAddressGuard({ source: 's', allowPrivate: true }))).toMatch(/127\.0\.0\.1|::1/);
});
