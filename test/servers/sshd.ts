import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { FarSide } from '../../src/journey/collect/far-side.js';
import { findProgram, freePort, runServer } from './run-server.js';

/** OpenSSH's server, by key, as the user who runs the tests. */
export async function startSshd(): Promise<FarSide> {
  const base = await mkdtemp(join(tmpdir(), 'huiliu-sshd-'));
  const folder = join(base, 'in');
  const port = await freePort();
  await mkdir(folder);
  for (const key of ['host', 'client', 'stranger']) {
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(base, key)]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 }); // where it separates its privileges
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${base}/host`, `PidFile ${base}/pid`, `AuthorizedKeysFile ${base}/client.pub`],
    ...['StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'MaxStartups 100'],
    ...['Subsystem sftp internal-sftp', 'ForceCommand internal-sftp', ...(isRoot ? ['PermitRootLogin yes'] : [])],
  ];
  await writeFile(join(base, 'config'), `${lines.join('\n')}\n`);
  const server = await runServer(findProgram('sshd') ?? 'sshd', ['-D', '-e', '-f', join(base, 'config')], port, false);
  const fingerprint = spawnSync('ssh-keygen', ['-l', '-f', join(base, 'host.pub')])
    .stdout.toString()
    .split(' ')[1];
  return {
    settings: { host: '127.0.0.1', port, user: userInfo().username, private_key: 'env:SSHD_KEY', host_key: fingerprint, folder },
    secrets: { 'env:SSHD_KEY': await readFile(join(base, 'client'), 'utf8') },
    wrongSecrets: { 'env:SSHD_KEY': await readFile(join(base, 'stranger'), 'utf8') },
    port,
    async put(name, bytes, modifiedAt) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
      await writeFile(path, bytes);
      if (modifiedAt) await utimes(path, modifiedAt, modifiedAt);
    },
    async stop() {
      await server.stop();
      await rm(base, { recursive: true, force: true });
    },
  };
}
