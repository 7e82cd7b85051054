import type { FetchMessageObject, ImapFlow, MessageAddressObject } from 'imapflow';
import picomatch from 'picomatch';
import { z } from 'zod';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { secretOf, secretReference } from '../../src/journey/collect/secret-of.js';
import { tlsTrust } from '../../src/journey/collect/tls-trust.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { attachmentName } from './attachment-name.js';
import { type Attachment, findAttachments } from './attachments.js';

const globs = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const settings = z.strictObject({
  host: z.string().min(1),
  /** 993, or 143 unless `tls: implicit`. */
  port: z.int().min(1).max(65_535).optional(),
  user: z.string().min(1),
  password: secretReference,
  tls: z.enum(['implicit', 'starttls', 'none']).default('implicit'),
  /** PEM of the certificate or authority to trust, or a reference to it. */
  ca: z.string().min(1).optional(),
  mailbox: z.string().min(1).default('INBOX'),
  /** How far back mails are looked at, by the day the server received them; read or unread does not matter. */
  window_days: z.number().positive().max(3660).default(30),
  /** Only mails from these addresses, e.g. `*@example.com`; without it everyone's. */
  senders: globs.optional(),
  /** Only mails whose subject matches. */
  subject: globs.optional(),
  /** Only attachments whose name matches. */
  pattern: globs.default('*'),
  /** What is done to a mail once an attachment of it is committed. */
  ack: z.enum(['none', 'flag', 'seen']).default('none'),
  timeout_seconds: z.number().positive().max(600).default(30),
});
type Settings = z.output<typeof settings>;

/** Attachments in a mailbox, by IMAP. One attachment is one object; which mails were read is never looked at and never changed by listing. */
const mail: Connector<Settings> = {
  name: 'mail',
  settings,
  secrets: ['password'],

  async check(settings, io) {
    await opened(settings, io);
  },

  async *list(settings, io) {
    const client = await opened(settings, io);
    const uidValidity = client.mailbox ? client.mailbox.uidValidity : 0n;
    try {
      const carried = (await mailsOf(client, settings, io)).flatMap((mail) =>
        findAttachments(mail.bodyStructure ?? { type: '' }).map((attachment) => ({ mail, attachment })),
      );
      const names = await namesOf(client, carried);
      for (const one of carried) {
        const seen = observe(one, names.get(one) ?? null, uidValidity, settings);
        if (seen) yield seen;
      }
    } catch (error) {
      throw faultOf(error, settings, io);
    }
  },

  async *fetch(observed, settings, io) {
    const client = await opened(settings, io);
    const { uidValidity, uid, section } = placeInMailbox(observed.locator);
    if (client.mailbox && String(client.mailbox.uidValidity) !== uidValidity) throw vanished(observed, 'UIDVALIDITY changed', settings, io);
    let bytes: Buffer | undefined;
    try {
      const found = await client.fetchOne(uid, { uid: true, bodyParts: [section] }, { uid: true });
      bytes = (found || undefined)?.bodyParts?.get(section);
    } catch (error) {
      throw faultOf(error, settings, io);
    }
    if (!bytes) throw vanished(observed, 'no such message', settings, io);
    const expected = Number(observed.about['encoded_bytes']);
    if (bytes.length !== expected) {
      throw new HubError(
        'transient',
        message('connect.cut-off', { source: io.source, name: observed.name, expected, received: bytes.length }),
      );
    }
    yield await decoded(bytes, observed.about['encoding'] ?? '7bit');
  },

  async ack(observed, settings, io) {
    if (settings.ack === 'none') return;
    const client = await opened(settings, io, false);
    const { uidValidity, uid } = placeInMailbox(observed.locator);
    if (client.mailbox && String(client.mailbox.uidValidity) !== uidValidity) return;
    try {
      await client.messageFlagsAdd(uid, [settings.ack === 'seen' ? '\\Seen' : '\\Flagged'], { uid: true });
    } catch (error) {
      throw faultOf(error, settings, io);
    }
  },

  async close(_settings, io) {
    const client = io.session.get('mail') as ImapFlow | undefined;
    io.session.delete('mail');
    client?.close();
  },
};
export default mail;

/** The open client with the mailbox selected. Selecting anew each time is what makes new mails visible. */
async function opened(settings: Settings, io: SourceIo, readOnly = true): Promise<ImapFlow> {
  const client = await connected(settings, io);
  try {
    const isOpen = client.mailbox && client.mailbox.path === settings.mailbox && Boolean(client.mailbox.readOnly) === readOnly;
    if (isOpen) await client.noop();
    else await client.mailboxOpen(settings.mailbox, { readOnly });
    return client;
  } catch (error) {
    const isRefused = (error as { responseStatus?: string }).responseStatus !== undefined;
    if (!isRefused || io.signal.aborted) throw faultOf(error, settings, io);
    const { source, where, hide } = placeOf(settings, io);
    const values = { source, where, folder: settings.mailbox, cause: causeOf(answerOf(error), hide) };
    throw new HubError('config', message('connect.folder-missing', values));
  }
}

async function connected(settings: Settings, io: SourceIo): Promise<ImapFlow> {
  const open = io.session.get('mail') as ImapFlow | undefined;
  if (open?.usable) return open;
  if (io.signal.aborted) throw cancelled(placeOf(settings, io));
  const password = await secretOf(settings.password, 'password', io);
  io.session.set('mail:hide', [password]);
  const timeoutMs = settings.timeout_seconds * 1000;
  // Loaded when a mailbox is asked and not before: it and the parser are a fifth of a second of every start of the hub.
  const imap = await import('imapflow');
  const client = new imap.ImapFlow({
    host: settings.host,
    port: portOf(settings),
    secure: settings.tls === 'implicit',
    ...(settings.tls !== 'implicit' && { doSTARTTLS: settings.tls === 'starttls' }),
    auth: { user: settings.user, pass: password },
    tls: settings.tls === 'none' ? {} : await tlsTrust(settings.ca, settings.host, io),
    clientInfo: { name: 'huiliu', vendor: 'huiliu' },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxLiteralSize: 256 * 1024 ** 2,
  });
  client.on('error', () => undefined); // every call in flight fails with it too
  const stop = () => client.close();
  io.signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
  } catch (error) {
    client.close();
    io.signal.removeEventListener('abort', stop);
    throw loginFault(error, settings, io);
  }
  io.session.set('mail', client);
  return client;
}

/** The mails inside the window that come from the right people with the right subject, oldest first. */
async function mailsOf(client: ImapFlow, settings: Settings, io: SourceIo): Promise<FetchMessageObject[]> {
  const isFrom = matcher(settings.senders);
  const isAbout = matcher(settings.subject);
  const since = new Date(io.now().getTime() - (settings.window_days + 1) * 86_400_000); // servers search by day, in their own zone
  const uids = await client.search({ since, ...senderQuery(settings) }, { uid: true });
  if (!uids || uids.length === 0) return [];
  const query = { uid: true, envelope: true, internalDate: true, bodyStructure: true };
  const mails = await client.fetchAll(uids.join(','), query, { uid: true });
  return mails
    .filter(({ envelope }) => (envelope?.from ?? [{}]).some(({ address }) => isFrom(address ?? '')) && isAbout(envelope?.subject ?? ''))
    .toSorted((a, b) => receivedAt(a).getTime() - receivedAt(b).getTime() || a.uid - b.uid);
}

/** Lets the server leave out other people's mail, as far as it can be said without wildcards. */
function senderQuery({ senders }: Settings): { from?: string; or?: { from: string }[] } {
  const plain = [senders ?? []].flat().map((sender) => sender.split(/[*?[\]{}()!]/).toSorted((a, b) => b.length - a.length)[0] ?? '');
  if (plain.length === 0 || plain.length > 20 || plain.includes('')) return {};
  return plain.length === 1 ? { from: plain[0] } : { or: plain.map((from) => ({ from })) };
}

function observe({ mail, attachment }: Carried, given: string | null, uidValidity: bigint, settings: Settings): Observed | null {
  const name = given ?? `attachment-${attachment.body}`;
  if (!matcher(settings.pattern)(name)) return null;
  const subject = mail.envelope?.subject ?? '';
  const from = addresses(mail.envelope?.from);
  const isWinmail = attachment.type === 'application/ms-tnef' || name.toLowerCase() === 'winmail.dat';
  const outer = attachment.forwarded.at(-1);
  return {
    locator: `${settings.mailbox};UIDVALIDITY=${uidValidity};UID=${mail.uid};SECTION=${attachment.body}`,
    name,
    byteCount: null,
    sentAt: receivedAt(mail),
    ready: !isWinmail,
    ...(isWinmail && { why: message('connect.winmail', { name, subject, from }) }),
    frozen: true,
    fingerprint: `${uidValidity}:${mail.uid}:${attachment.body}:${attachment.byteCount}`,
    about: {
      mailbox: settings.mailbox,
      message_id: mail.envelope?.messageId ?? '',
      from,
      subject,
      ...(mail.envelope?.date && { date: new Date(mail.envelope.date).toISOString() }),
      ...(outer && { forwarded_from: addresses(outer.from), forwarded_subject: outer.subject ?? '', forwarded_id: outer.messageId ?? '' }),
      content_type: attachment.type,
      encoding: attachment.encoding,
      encoded_bytes: String(attachment.byteCount),
    },
  };
}

interface Carried {
  readonly mail: FetchMessageObject;
  readonly attachment: Attachment;
}

/** Asks for the header lines of all attachments in as few commands as there are different sections. The structure the library reads has lost raw bytes. */
async function namesOf(client: ImapFlow, carried: readonly Carried[]): Promise<Map<Carried, string | null>> {
  const bySection = new Map<string, Carried[]>();
  for (const one of carried) bySection.set(one.attachment.header, [...(bySection.get(one.attachment.header) ?? []), one]);
  const names = new Map<Carried, string | null>();
  for (const [header, group] of bySection) {
    const query = header === 'header' ? { uid: true, headers: true } : { uid: true, bodyParts: [header] };
    const found = await client.fetchAll(group.map(({ mail }) => mail.uid).join(','), query, { uid: true });
    const linesOf = new Map(found.map((mail) => [mail.uid, header === 'header' ? mail.headers : mail.bodyParts?.get(header)]));
    for (const one of group) {
      const lines = linesOf.get(one.mail.uid);
      names.set(one, lines ? await attachmentName(lines) : null);
    }
  }
  return names;
}

/** Undoes the transfer encoding and nothing else: the library is told that it is an attachment of unknown type. */
async function decoded(bytes: Buffer, encoding: string): Promise<Buffer> {
  const header = `Content-Type: application/octet-stream\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(Buffer.concat([Buffer.from(header), bytes]));
  return mail.attachments[0]?.content ?? Buffer.alloc(0);
}

function placeInMailbox(locator: string): { uidValidity: string; uid: string; section: string } {
  const [, uidValidity = '', uid = '', section = ''] = /;UIDVALIDITY=(\d+);UID=(\d+);SECTION=([\d.]+)$/.exec(locator) ?? [];
  return { uidValidity, uid, section };
}

function receivedAt(mail: FetchMessageObject): Date {
  return new Date(mail.internalDate ?? mail.envelope?.date ?? 0);
}

function addresses(from: readonly MessageAddressObject[] | undefined): string {
  return (from ?? []).map(({ address }) => address ?? '').join(', ');
}

function matcher(patterns: string | readonly string[] | undefined): (text: string) => boolean {
  if (patterns === undefined) return () => true;
  // bash: a star crosses every character, also the slash of a subject such as 3/4月
  return picomatch([patterns].flat(), { nocase: true, dot: true, bash: true });
}

function loginFault(error: unknown, settings: Settings, io: SourceIo): HubError {
  const place = placeOf(settings, io);
  if (io.signal.aborted) return cancelled(place);
  const cause = causeOf(answerOf(error), place.hide);
  const values = { source: io.source, where: place.where, cause, user: settings.user, secret: settings.password };
  if ((error as { authenticationFailed?: boolean }).authenticationFailed) {
    return new HubError('auth', message('connect.refused-login', values));
  }
  if ((error as { tlsFailed?: boolean }).tlsFailed) return new HubError('config', message('connect.tls-failed', values));
  return networkFault(error, place);
}

function faultOf(error: unknown, settings: Settings, io: SourceIo): HubError {
  return io.signal.aborted ? cancelled(placeOf(settings, io)) : networkFault(error, placeOf(settings, io));
}

function vanished(observed: Observed, cause: string, settings: Settings, io: SourceIo): HubError {
  const values = { source: io.source, where: placeOf(settings, io).where, name: observed.name, cause };
  return new HubError('transient', message('connect.vanished', values));
}

/** What the server said, which is more telling than "Command failed". */
function answerOf(error: unknown): unknown {
  const said = (error as { responseText?: unknown }).responseText;
  return typeof said === 'string' && said !== '' ? said : error;
}

function portOf(settings: Settings): number {
  return settings.port ?? (settings.tls === 'implicit' ? 993 : 143);
}

function placeOf(settings: Settings, io: SourceIo): FarPlace {
  const hide = (io.session.get('mail:hide') as readonly string[] | undefined) ?? [];
  return { source: io.source, where: `imap://${settings.host}:${portOf(settings)}`, hide };
}
