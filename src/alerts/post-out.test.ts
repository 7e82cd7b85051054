import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { postOut } from './post-out.js';

const post = (url: string, allowPrivate: boolean) =>
  postOut(new URL(url), {
    ...{ who: 'ops', body: '{}', headers: {}, allowPrivate },
    unreachable: (cause) => message('alert.unreachable', { channel: 'ops', where: 'there', cause }),
  }).catch((error: HubError) => error);

test('nobody at the other side is worth another try, told without the address', async () => {
  const server = createServer().listen(0);
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  expect(await post(`http://127.0.0.1:${port}/key-of-a-robot`, true)).toMatchObject({
    errorClass: 'transient',
    told: { code: 'alert.unreachable', values: { channel: 'ops', where: 'there', cause: 'ECONNREFUSED' } },
  });
});

test.each(['http://127.0.0.1:1/', 'http://localhost:1/'])('%s is not asked unless inner addresses are allowed', async (url) => {
  expect(await post(url, false)).toMatchObject({ errorClass: 'config', told: { code: 'connect.address-refused' } });
});
