import type { AddressInfo, Server, Socket } from 'node:net';
import hoodiecrow from 'hoodiecrow-imap';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { FarSide, FarSideFile } from '../../src/journey/collect/far-side.js';

interface FakeOptions {
  readonly files?: readonly FarSideFile[];
  readonly user?: string;
  readonly password?: string;
  readonly from?: string;
  readonly subject?: string;
  readonly port?: number;
}

export interface FakeMailbox extends FarSide {
  /** Delivers a whole mail, as raw bytes. */
  deliver(raw: Uint8Array, receivedAt?: Date): Promise<void>;
}

/** An IMAP server on loopback with one mailbox, without TLS. `put` sends a mail with one attachment. */
export async function startFake(options: FakeOptions = {}): Promise<FakeMailbox> {
  const { user = 'distributor', password = 'only-for-the-fake', from = 'clerk@distributor.example', subject = '流向日报' } = options;
  const server: Hoodiecrow = hoodiecrow({
    plugins: ['ID', 'UNSELECT', 'NAMESPACE'],
    users: { [user]: { password } },
    storage: { INBOX: { messages: [] }, '': {} },
  });
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  const mailbox: FakeMailbox = {
    settings: { host: '127.0.0.1', port, tls: 'none', user, password: 'env:MAIL_FAKE_PASSWORD' },
    secrets: { 'env:MAIL_FAKE_PASSWORD': password },
    wrongSecrets: { 'env:MAIL_FAKE_PASSWORD': 'not-the-password' },
    port,
    async put(name, bytes, modifiedAt) {
      await mailbox.deliver(await composeMail({ name, bytes, modifiedAt }, from, subject), modifiedAt);
    },
    async deliver(raw, receivedAt = new Date()) {
      server.appendMessage('INBOX', [], imapDate(receivedAt), Buffer.from(raw).toString('latin1'));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  for (const { name, bytes, modifiedAt } of options.files ?? []) await mailbox.put(name, bytes, modifiedAt);
  return mailbox;
}

/** A mail with one attachment. A name given as bytes goes into the header raw, as some Chinese mail programs do. */
export async function composeMail({ name, bytes, modifiedAt }: FarSideFile, from: string, subject: string): Promise<Buffer> {
  const filename = typeof name === 'string' ? name : RAW_NAME;
  const composer = new MailComposer({
    from,
    to: 'flow@maker.example',
    subject,
    date: modifiedAt ?? new Date(),
    text: '请查收附件。',
    attachments: [{ filename, content: Buffer.from(bytes), contentType: 'application/octet-stream' }],
  });
  const raw = await composer.compile().build();
  if (typeof name === 'string') return raw;
  return Buffer.from(raw.toString('latin1').replaceAll(RAW_NAME, Buffer.from(name).toString('latin1')), 'latin1');
}

const RAW_NAME = 'name-in-raw-bytes';

interface Hoodiecrow {
  readonly server: Server;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
  appendMessage(mailbox: string, flags: string[], internalDate: string, raw: string): void;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function imapDate(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
