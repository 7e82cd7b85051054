import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import { findProgram, freePort, giveToAccount, runServer, selfSignedCertificate } from './run-server.js';

/** vsftpd without PAM: one anonymous account that asks for a password from a list. With `tls` it refuses anything unencrypted. */
export async function startVsftpd({ tls = false }: { tls?: boolean } = {}): Promise<FarSide> {
  const base = await mkdtemp(join(tmpdir(), 'huiliu-vsftpd-'));
  const folder = join(base, 'ftp', 'in');
  const config = join(base, 'vsftpd.conf');
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  await mkdir(join(base, 'empty'));
  await writeFile(join(base, 'passwords'), 'clerk@distributor.example\n');
  const certificate = selfSignedCertificate(base);
  const lines = [
    ...['listen=YES', 'listen_address=127.0.0.1', `listen_port=${port}`, 'background=NO', 'run_as_launching_user=YES'],
    ...['anonymous_enable=YES', 'local_enable=NO', 'write_enable=YES', `anon_root=${join(base, 'ftp')}`, 'anon_umask=022'],
    ...['secure_email_list_enable=YES', `email_password_file=${join(base, 'passwords')}`, 'no_anon_password=NO'],
    ...['anon_upload_enable=YES', 'anon_mkdir_write_enable=YES', 'anon_other_write_enable=YES', 'anon_world_readable_only=NO'],
    ...['connect_from_port_20=NO', 'seccomp_sandbox=NO', 'xferlog_enable=NO', 'pasv_address=127.0.0.1', 'max_per_ip=0'],
    ...[`secure_chroot_dir=${join(base, 'empty')}`, 'delay_failed_login=0', 'max_login_fails=3'],
    ...(tls ? ['ssl_enable=YES', 'allow_anon_ssl=YES', 'force_anon_logins_ssl=YES', 'force_anon_data_ssl=YES'] : []),
    ...(tls ? [`rsa_cert_file=${certificate.cert}`, `rsa_private_key_file=${certificate.key}`] : []),
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  await chmod(base, 0o755);
  giveToAccount(config, folder, certificate.key, certificate.cert, join(base, 'passwords'));
  await chmod(join(base, 'ftp'), 0o555);
  const server = await runServer(findProgram('vsftpd') ?? 'vsftpd', [config], port, true);
  const ca = tls ? { tls: 'explicit', ca: await readFile(certificate.cert, 'utf8') } : {};
  return {
    settings: { host: '127.0.0.1', port, user: 'anonymous', password: 'env:VSFTPD_PASSWORD', folder, ...ca },
    secrets: { 'env:VSFTPD_PASSWORD': 'clerk@distributor.example' },
    wrongSecrets: { 'env:VSFTPD_PASSWORD': 'not-on-the-list' },
    port,
    async put(name, bytes, modifiedAt) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
      await writeFile(path, bytes);
      giveToAccount(path);
      if (modifiedAt) await utimes(path, modifiedAt, modifiedAt);
    },
    async stop() {
      await server.stop();
      await chmod(join(base, 'ftp'), 0o755);
      await rm(base, { recursive: true, force: true });
    },
  };
}
