import iconv from 'iconv-lite';
import { afterEach, describe, expect, test } from 'vitest';
import type { Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { realServers } from '../../test/servers/real-servers.js';
import { attachmentName } from './attachment-name.js';
import mail from './connector.js';
import { type FakeMailbox, startFake } from './fake.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('the name of an attachment', () => {
  const gbk = (text: string) => iconv.encode(text, 'gb18030');
  const utf8 = (text: string) => Buffer.from(text);
  const header = (...parts: Buffer[]) => Buffer.concat(parts);

  test('raw GBK and raw UTF-8 bytes are read, also when the line is folded', async () => {
    expect(await attachmentName(header(utf8('Content-Disposition: attachment; filename="'), gbk('华东流向㐂.xls'), utf8('"\r\n')))).toBe(
      '华东流向㐂.xls',
    );
    expect(await attachmentName(header(utf8('Content-Type: text/plain;\r\n name="'), utf8('流向 11月.csv'), utf8('"\r\n')))).toBe(
      '流向 11月.csv',
    );
  });

  test('an RFC 2047 name split inside a character is put together', async () => {
    const bytes = gbk('销售流向.xls');
    const word = (part: Buffer) => `=?gb2312?B?${part.toString('base64')}?=`;
    const name = `${word(bytes.subarray(0, 3))}\r\n ${word(bytes.subarray(3))}`;
    expect(await attachmentName(utf8(`Content-Disposition: attachment;\r\n filename="${name}"\r\n`))).toBe('销售流向.xls');
  });

  test('RFC 2231 continuations in GB18030 are put together', async () => {
    const encoded = Array.from(gbk('销售流向.xls'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const lines = `Content-Disposition: attachment;\r\n filename*0*=GB18030''${encoded.slice(0, 12)};\r\n filename*1*=${encoded.slice(12)}\r\n`;
    expect(await attachmentName(utf8(lines))).toBe('销售流向.xls');
  });

  test('folders in a name are dropped, no name is null', async () => {
    expect(await attachmentName(utf8('Content-Disposition: attachment; filename="../../etc/a.csv"\r\n'))).toBe('a.csv');
    expect(await attachmentName(utf8('Content-Type: application/vnd.ms-excel\r\n'))).toBeNull();
  });
});

const dovecot = realServers.flatMap((server) => ('start' in server && server.name === 'dovecot' ? [server] : [])).at(0);
const servers: readonly (readonly [string, () => Promise<FakeMailbox>])[] = [
  ['the fake', startFake],
  ...(dovecot?.isInstalled() ? [['dovecot', dovecot.start as () => Promise<FakeMailbox>] as const] : []),
];

describe.each(servers)('against %s', (server, start) => {
  test('text, inline pictures and signatures are left out; winmail.dat waits with a reason', async () => {
    const { mailbox, collect } = await open(start);
    await mailbox.deliver(
      multipart('mixed', [
        multipart('related', [part('text/html', '<p>见附件</p>'), part('image/png; name="logo.png"', 'png', 'inline')]),
        part('application/vnd.ms-excel; name="a.xls"', 'xls', 'attachment; filename="a.xls"'),
        part('image/png; name="seal.png"', 'png', 'inline; filename="seal.png"'),
        part('application/pkcs7-signature; name="smime.p7s"', 'sig', 'attachment; filename="smime.p7s"'),
        part('application/ms-tnef; name="winmail.dat"', 'tnef', 'attachment; filename="winmail.dat"'),
        part('text/plain; name="b.csv"', 'a,b\r\n', 'attachment; filename="b.csv"'),
      ]),
    );
    const listed = await collect.list();
    expect(listed.map(({ name, ready }) => [name, ready])).toEqual([
      ['a.xls', true],
      ['winmail.dat', false],
      ['b.csv', true],
    ]);
    expect(listed[1]?.why).toMatchObject({ code: 'connect.winmail', values: { from: 'clerk@distributor.example' } });
    expect(await collect.fetch(listed[2]!)).toBe('a,b\r\n');
  });

  test('only the chosen senders and subjects are taken', async () => {
    const { mailbox, collect } = await open(start, { senders: ['*@distributor.example'], subject: '*流向*' });
    await mailbox.deliver(simple('clerk@distributor.example', '11月流向 3/4', 'a.csv'));
    await mailbox.deliver(simple('clerk@distributor.example', '发票', 'b.csv'));
    await mailbox.deliver(simple('stranger@else.example', '流向', 'c.csv'));
    expect((await collect.list()).map(({ name }) => name)).toEqual(['a.csv']);
  });

  test('a mail that is nothing but a file is taken', async () => {
    const { mailbox, collect } = await open(start);
    await mailbox.deliver(Buffer.from(`${head('流向')}Content-Type: text/csv; name="a.csv"\r\n\r\na,b\r\n`));
    const [observed] = await collect.list();
    expect(observed?.name).toBe('a.csv');
    expect(await collect.fetch(observed!)).toBe('a,b\r\n');
  });

  test.skipIf(server === 'the fake')(
    'attachments of forwarded mails are taken at any depth, with the origin (the fake cannot nest)',
    async () => {
      const { mailbox, collect } = await open(start);
      const inner = multipart(
        'mixed',
        [part('text/plain', 'hi'), part('application/vnd.ms-excel', 'deep', 'attachment; filename="deep.xls"')],
        '内层',
        'boss@far.example',
      );
      const lone = Buffer.from(`${head('单件', 'lone@far.example')}Content-Type: text/csv; name="lone.csv"\r\n\r\na,b\r\n`);
      const middle = multipart('mixed', [part('text/plain', 'fwd'), wrap(inner), wrap(lone)], '转发');
      await mailbox.deliver(
        multipart(
          'mixed',
          [part('text/plain', 'fwd'), wrap(middle), part('text/csv', '1', 'attachment; filename="top.csv"')],
          '转发：转发',
        ),
      );
      const listed = await collect.list();
      expect(listed.map(({ name, about }) => [name, about['forwarded_from'] ?? ''])).toEqual([
        ['deep.xls', 'boss@far.example'],
        ['lone.csv', 'lone@far.example'],
        ['top.csv', ''],
      ]);
      expect(await Promise.all([collect.fetch(listed[0]!)])).toEqual(['deep']);
      expect(await collect.fetch(listed[1]!)).toBe('a,b\r\n');
    },
  );

  test('a mail that a person has read is still taken', async () => {
    const { mailbox, collect } = await open(start, { ack: 'seen' });
    await mailbox.deliver(simple('clerk@distributor.example', '流向', 'a.csv'));
    const [observed] = await collect.list();
    await mail.ack?.(observed!, collect.settings, collect.io());
    expect(await collect.list()).toEqual([observed]);
    expect(observed).toMatchObject({ frozen: true, about: { message_id: expect.stringContaining('@'), mailbox: 'INBOX' } });
  });

  test('a renumbered mailbox never yields the bytes of another mail', async () => {
    const { mailbox, collect } = await open(start);
    await mailbox.deliver(simple('clerk@distributor.example', '流向', 'a.csv'));
    const [observed] = await collect.list();
    const renumbered = { ...observed!, locator: observed!.locator.replace(/UIDVALIDITY=\d+/, 'UIDVALIDITY=7') };
    await expect(collect.fetch(renumbered)).rejects.toMatchObject({ errorClass: 'transient', told: { code: 'connect.vanished' } });
  });
});

async function open(start: () => Promise<FakeMailbox>, over: Record<string, unknown> = {}) {
  const mailbox = await start();
  const settings = mail.settings.parse({ ...mailbox.settings, ...over });
  const session = new Map<string, unknown>();
  const io = (): SourceIo => ({
    source: 'test-source',
    secret: async (reference) => mailbox.secrets[reference] ?? '',
    now: () => new Date(),
    signal: new AbortController().signal,
    session,
  });
  cleanups.push(async () => {
    await mail.close?.(settings, io());
    await mailbox.stop();
  });
  const list = async () => {
    const listed: Observed[] = [];
    for await (const observed of mail.list(settings, io())) listed.push(observed);
    return listed;
  };
  const fetch = async (observed: Observed) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of mail.fetch(observed, settings, io())) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { mailbox, collect: { list, fetch, settings, io } };
}

let boundaries = 0;

function head(subject: string, from = 'clerk@distributor.example'): string {
  const id = `<${++boundaries}@distributor.example>`;
  return `From: ${from}\r\nTo: flow@maker.example\r\nMessage-ID: ${id}\r\nSubject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r\nMIME-Version: 1.0\r\n`;
}

function simple(from: string, subject: string, name: string): Buffer {
  return multipart('mixed', [part('text/plain', 'hi'), part('text/csv', name, `attachment; filename="${name}"`)], subject, from);
}

function part(type: string, body: string, disposition?: string): Buffer {
  const more = disposition ? `Content-Disposition: ${disposition}\r\n` : '';
  return Buffer.from(`Content-Type: ${type}\r\n${more}Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64')}`);
}

function wrap(inner: Buffer): Buffer {
  return Buffer.concat([Buffer.from('Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="fwd.eml"\r\n\r\n'), inner]);
}

function multipart(kind: string, parts: readonly Buffer[], subject = '流向日报', from?: string): Buffer {
  const boundary = `boundary-${++boundaries}`;
  const body = parts.flatMap((one) => [Buffer.from(`--${boundary}\r\n`), one, Buffer.from('\r\n')]);
  const start = `${kind === 'related' ? '' : head(subject, from)}Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(start), ...body, Buffer.from(`--${boundary}--\r\n`)]);
}
