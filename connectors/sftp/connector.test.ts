import { afterEach, expect, test } from 'vitest';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import sftp from './connector.js';
import { startFake } from './fake.js';

let farSide: FarSide;
afterEach(() => farSide.stop());

test('an unknown host key is refused, with the fingerprint to paste, before the password is even read', async () => {
  farSide = await startFake();
  const pinned = farSide.settings['host_key'];
  await expect(checked({ host_key: undefined })).rejects.toMatchObject({
    errorClass: 'config',
    told: { code: 'connect.host-key-unknown', values: { shown: pinned } },
  });
});

test('a changed host key is refused, one of several is enough', async () => {
  farSide = await startFake();
  const other = `SHA256:${'A'.repeat(43)}`;
  await expect(checked({ host_key: other })).rejects.toMatchObject({ errorClass: 'config', told: { code: 'connect.host-key-changed' } });
  await checked({ host_key: [other, farSide.settings['host_key']] });
});

test('trusting an unknown key has to be said, and the deliveries note it', async () => {
  farSide = await startFake();
  await farSide.put('a.csv', Buffer.from('a'), new Date(0));
  const settings = sftp.settings.parse({ ...farSide.settings, host_key: undefined, trust_unknown_host_key: true });
  const io = ioOf();
  for await (const observed of sftp.list(settings, io)) expect(observed.about['host_key']).toBe(farSide.settings['host_key']);
  await sftp.close?.(settings, io);
});

test('a key that is none is a wrong setting', async () => {
  farSide = await startFake();
  const fault = checked({ password: undefined, private_key: 'env:SFTP_FAKE_PASSWORD' });
  await expect(fault).rejects.toMatchObject({ errorClass: 'config', told: { code: 'connect.private-key-unreadable' } });
});

test('a GBK name waits with a reason', async () => {
  farSide = await startFake();
  await farSide.put(Buffer.from([0xcf, 0xfa, 0x2e, 0x63, 0x73, 0x76]), Buffer.from('a'), new Date(0));
  const settings = sftp.settings.parse({ ...farSide.settings });
  const io = ioOf();
  const listed = [];
  for await (const observed of sftp.list(settings, io)) listed.push(observed);
  await sftp.close?.(settings, io);
  expect(listed).toMatchObject([{ ready: false, why: { code: 'connect.name-unreadable' } }]);
});

async function checked(over: Record<string, unknown>): Promise<void> {
  const settings = sftp.settings.parse({ ...farSide.settings, ...over });
  const io = ioOf();
  try {
    await sftp.check(settings, io);
  } finally {
    await sftp.close?.(settings, io);
  }
}

function ioOf(): SourceIo {
  return {
    source: 'test-source',
    secret: async (reference) => farSide.secrets[reference] ?? '',
    now: () => new Date(),
    signal: new AbortController().signal,
    session: new Map(),
  };
}
