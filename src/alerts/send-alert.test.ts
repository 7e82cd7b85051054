import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type SmtpServer, startSmtpServer } from '../../test/servers/smtp.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { wecomBody } from './bodies.js';
import { type AlertChannel, channelSchema } from './channel.js';
import type { Notice } from './notice.js';
import { sendAlert } from './send-alert.js';
import { signDingtalk } from './sign.js';

const notice: Notice = {
  ...{ occasion: 'opened', incident: '7', severity: 'fault', openedAt: '2026-11-22T01:00:00Z', recoveredAt: null },
  told: message('alert.unreachable-host', { where: 'ftp.d01.example:21', count: 2 }),
  members: ['d01', 'd02 [坏](http://x)<@all>'],
};
const secrets: Record<string, string> = { 'env:PASSWORD': 'geheim', 'env:HOOK': 'hook-secret', 'env:DING': 'SECabc' };
const secret = async (reference: string) => secrets[reference] ?? '';
const alert = { id: '42', notice };

function channel(kind: string, settings: object, language = 'zh'): AlertChannel {
  return channelSchema.parse({ code: `test-${kind}`, kind, settings, language });
}

async function faultOf(sending: Promise<void>): Promise<HubError> {
  const fault = await sending.then(
    () => null,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(HubError);
  return fault as HubError;
}

describe('mail', () => {
  let server: SmtpServer;
  beforeAll(async () => {
    server = await startSmtpServer({ user: 'hub', password: 'geheim' });
  });
  afterAll(() => server.close());
  const mail = (more: object = {}) =>
    channel('mail', {
      host: '127.0.0.1',
      port: server.port,
      tls: 'none',
      user: 'hub',
      password: 'env:PASSWORD',
      from: 'hub@maker.example',
      to: ['a@maker.example', 'b@maker.example'],
      ...more,
    });

  test('a notice is one mail to all, in the language of the channel; opening and recovery are one thread', async () => {
    await sendAlert(mail(), alert, secret);
    await sendAlert(mail(), { id: '43', notice: { ...notice, occasion: 'recovered', recoveredAt: '2026-11-22T02:00:00Z' } }, secret);
    const [opened, recovered] = server.mails;
    expect(opened).toMatchObject({ from: 'hub@maker.example', to: ['a@maker.example', 'b@maker.example'], login: 'hub' });
    expect(opened!.source).toContain('Message-ID: <huiliu-alert-42@maker.example>');
    for (const { source } of server.mails) expect(source).toContain('References: <huiliu-incident-7@maker.example>');
    const subject = /^Subject: ([\s\S]*?)\r\n(?! )/mu.exec(recovered!.source)![1]!;
    const words = [...subject.matchAll(/=\?UTF-8\?([BQ])\?(.*?)\?=/gu)].map(([, how, text]) =>
      how === 'B' ? Buffer.from(text!, 'base64').toString() : decodeURIComponent(text!.replaceAll('_', ' ').replaceAll('=', '%')),
    );
    expect(words.join('')).toContain('[Huiliu 恢复 #7] 连不上 ftp.d01.example:21');
  });

  test('a wrong password wants a person, a server that is busy or away is tried again; the password is never told', async () => {
    secrets['env:WRONG'] = 'wrong-password';
    const wrong = await faultOf(sendAlert(mail({ password: 'env:WRONG' }), alert, secret));
    expect([wrong.errorClass, wrong.message.includes('wrong-password')]).toEqual(['config', false]);
    server.refuse('RCPT');
    expect((await faultOf(sendAlert(mail(), alert, secret))).errorClass).toBe('transient');
    server.refuse(null);
    expect((await faultOf(sendAlert(mail({ port: 1 }), alert, secret))).told).toMatchObject({ code: 'alert.mail-refused' });
  });
});

describe('webhooks', () => {
  let server: Server;
  let origin: string;
  let received: { request: IncomingMessage; body: string }[];
  let answer: { status: number; body: string; headers?: Record<string, string> };
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        received.push({ request, body });
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    Object.assign(secrets, {
      'env:WECOM': `${origin}/cgi-bin/webhook/send?key=k-123`,
      'env:DINGTALK': `${origin}/robot/send?access_token=t-123`,
    });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    received = [];
    answer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
  });

  test('our own format is signed over timestamp and body, and carries the notice as data', async () => {
    await sendAlert(channel('webhook', { url: `${origin}/hook`, secret: 'env:HOOK', allow_private: true }, 'en'), alert, secret);
    const [{ request, body } = { request: null, body: '' }] = received;
    const timestamp = String(request!.headers['huiliu-timestamp']);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
    expect(request!.headers['huiliu-signature']).toBe(
      `v1=${createHmac('sha256', 'hook-secret').update(`${timestamp}.${body}`).digest('hex')}`,
    );
    expect(request!.headers['huiliu-alert']).toBe('42');
    expect(JSON.parse(body)).toMatchObject({ incident: '7', members: notice.members, told: { code: 'alert.unreachable-host' } });
  });

  test('企业微信 gets markdown without links or mentions of senders; its refusal in a 200 is a refusal', async () => {
    const wecom = channel('wecom', { url: 'env:WECOM', host: '127.0.0.1', allow_private: true });
    await sendAlert(wecom, alert, secret);
    const { msgtype, markdown } = JSON.parse(received[0]!.body) as { msgtype: string; markdown: { content: string } };
    expect([msgtype, received[0]!.request.url]).toEqual(['markdown', '/cgi-bin/webhook/send?key=k-123']);
    expect(markdown.content).toContain('＜＠all＞');
    expect(markdown.content).not.toContain('[坏](');
    answer = { status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url"}' };
    const fault = await faultOf(sendAlert(wecom, alert, secret));
    expect([fault.told.values['cause'], fault.message.includes('k-123')]).toEqual(['errcode 93000 invalid webhook url', false]);
  });

  test('a thousand sources fit into what 企业微信 takes', () => {
    const many = { ...notice, members: Array.from({ length: 1000 }, (_, at) => `d${at} ${'某某医药有限公司'.repeat(20)}`) };
    const { markdown } = JSON.parse(wecomBody(many, 'zh')) as { markdown: { content: string } };
    expect(Buffer.byteLength(markdown.content)).toBeLessThanOrEqual(4096);
    expect(markdown.content).toContain('等共 1000 项');
  });

  test('钉钉 is signed in the query as documented', async () => {
    await sendAlert(
      channel('dingtalk', { url: 'env:DINGTALK', secret: 'env:DING', host: '127.0.0.1', allow_private: true }),
      alert,
      secret,
    );
    const url = new URL(received[0]!.request.url!, origin);
    const timestamp = url.searchParams.get('timestamp')!;
    expect(url.searchParams.get('access_token')).toBe('t-123');
    expect(url.searchParams.get('sign')).toBe(createHmac('sha256', 'SECabc').update(`${timestamp}\nSECabc`).digest('base64'));
    expect(signDingtalk('SECabc', '1700000000000')).toHaveLength(44);
    expect(JSON.parse(received[0]!.body)).toMatchObject({ msgtype: 'markdown', markdown: { title: expect.stringContaining('#7') } });
  });

  test('inner addresses, other hosts than the robot’s, plain http and redirects are refused', async () => {
    const refusal = async (kind: string, settings: object) => (await faultOf(sendAlert(channel(kind, settings), alert, secret))).told.code;
    Object.assign(secrets, {
      'env:INNER': 'https://127.0.0.1:9/x',
      'env:META': 'https://169.254.169.254/latest',
      'env:NAME': 'https://localhost:9/x',
    });
    for (const url of ['env:INNER', 'env:META', 'env:NAME'])
      expect(await refusal('webhook', { url, secret: 'env:HOOK' })).toBe('connect.address-refused');
    expect(await refusal('webhook', { url: 'http://hook.example/x', secret: 'env:HOOK' })).toBe('alert.bad-address');
    expect(await refusal('wecom', { url: 'env:WECOM' })).toBe('alert.bad-address');
    answer = { status: 302, body: '', headers: { location: `${origin}/other` } };
    expect(await refusal('webhook', { url: `${origin}/hook`, secret: 'env:HOOK', allow_private: true })).toBe('alert.refused');
    expect(received.map(({ request }) => request.url)).toEqual(['/hook']);
  });

  test('503 is tried again, 404 wants a person', async () => {
    const hook = channel('webhook', { url: `${origin}/hook`, secret: 'env:HOOK', allow_private: true });
    answer = { status: 503, body: '' };
    expect((await faultOf(sendAlert(hook, alert, secret))).errorClass).toBe('transient');
    answer = { status: 404, body: '' };
    expect((await faultOf(sendAlert(hook, alert, secret))).errorClass).toBe('config');
  });
});

test('secrets stand nowhere in a channel: only references are taken', () => {
  const plain = { kind: 'wecom', code: 'x', settings: { url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1' } };
  expect(channelSchema.safeParse(plain).error?.issues[0]?.path).toEqual(['settings', 'url']);
  expect(channelSchema.safeParse({ ...plain, kind: 'webhook', settings: { url: 'https://a.example', secret: 'plain' } }).success).toBe(
    false,
  );
});
