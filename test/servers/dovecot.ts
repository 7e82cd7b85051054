import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { composeMail, type FakeMailbox } from '../../connectors/mail/fake.js';
import { account, findProgram, freePort, giveToAccount, runServer, selfSignedCertificate } from './run-server.js';

const PASSWORD = 'only-for-dovecot';

/** Dovecot with TLS by a self-signed certificate that the settings pin. */
export async function startDovecot(): Promise<FakeMailbox> {
  const base = await mkdtemp(join(tmpdir(), 'huiliu-dovecot-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  for (const folder of ['run', 'state', 'home']) await mkdir(join(base, folder));
  const certificate = selfSignedCertificate(base);
  const group = account.group || String(account.gid);
  const lines = [
    ...['protocols = imap', 'listen = 127.0.0.1', `base_dir = ${base}/run`, `state_dir = ${base}/state`, `log_path = ${base}/log`],
    ...[
      'ssl = yes',
      `ssl_cert = <${certificate.cert}`,
      `ssl_key = <${certificate.key}`,
      'disable_plaintext_auth = no',
      'auth_failure_delay = 0',
    ],
    ...[`default_internal_user = ${account.name}`, `default_internal_group = ${group}`, `default_login_user = ${account.name}`],
    ...['first_valid_uid = 1', 'mail_location = maildir:~/Maildir', 'mail_max_userip_connections = 100', 'mail_fsync = never'],
    ...['service imap-login {', 'chroot =', 'inet_listener imap {', `port = ${plainPort}`, '}'],
    ...[
      'inet_listener imaps {',
      `port = ${port}`,
      'ssl = yes',
      '}',
      '}',
      'service anvil {',
      'chroot =',
      'unix_listener anvil-auth-penalty {',
      'mode = 0',
      '}',
      '}',
      'service stats {',
      'chroot =',
      '}',
    ],
    ...['passdb {', 'driver = static', `args = password=${PASSWORD}`, '}'],
    ...['userdb {', 'driver = static', `args = uid=${account.uid} gid=${account.gid} home=${base}/home/%u`, '}'],
  ];
  await writeFile(join(base, 'config'), `${lines.join('\n')}\n`);
  await chmod(base, 0o755);
  giveToAccount(base, ...['run', 'state', 'home', 'config', 'key.pem', 'cert.pem'].map((name) => join(base, name)));
  const server = await runServer(findProgram('dovecot') ?? 'dovecot', ['-F', '-c', join(base, 'config')], port, true);
  const ca = await readFile(certificate.cert, 'utf8');
  let writer: ImapFlow | null = null;

  const mailbox: FakeMailbox = {
    settings: { host: '127.0.0.1', port, user: 'distributor', password: 'env:DOVECOT_PASSWORD', ca },
    secrets: { 'env:DOVECOT_PASSWORD': PASSWORD },
    wrongSecrets: { 'env:DOVECOT_PASSWORD': 'not-the-password' },
    port,
    async put(name, bytes, modifiedAt) {
      await mailbox.deliver(await composeMail({ name, bytes, modifiedAt }, 'clerk@distributor.example', '流向日报'), modifiedAt);
    },
    async deliver(raw, receivedAt) {
      writer ??= await connectedWriter(plainPort);
      await writer.append('INBOX', Buffer.from(raw), [], receivedAt);
    },
    async stop() {
      writer?.close();
      await server.stop();
      await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  return mailbox;
}

async function connectedWriter(port: number): Promise<ImapFlow> {
  const auth = { user: 'distributor', pass: PASSWORD };
  const writer = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false, disableAutoIdle: true });
  writer.on('error', () => undefined);
  await writer.connect();
  return writer;
}
