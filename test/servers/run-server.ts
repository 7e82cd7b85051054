import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';

/** The account test servers run under: ourselves, or `nobody` when we are root, since servers rightly refuse to serve as root. */
export const account =
  process.getuid?.() === 0
    ? { uid: 65_534, gid: 65_534, name: 'nobody', group: 'nogroup' }
    : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, name: process.env['USER'] ?? 'user', group: '' };

export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null;
}

export function giveToAccount(...paths: (string | Buffer)[]): void {
  if (process.getuid?.() === 0) for (const path of paths) chownSync(path, account.uid, account.gid);
}

export interface RunningServer {
  stop(): Promise<void>;
}

/** Starts a server in the foreground and waits until it accepts connections. What it printed is in the error when it does not. */
export async function runServer(command: string, args: readonly string[], port: number, asAccount: boolean): Promise<RunningServer> {
  const [program, ...rest] = asAccount ? ownedBy(command, args) : [command, ...args];
  const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  child.stderr.on('data', (chunk) => (printed += String(chunk)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let waited = 0; !(await accepts(port)); waited += 30) {
    if (waited > 10_000 || child.exitCode !== null) {
      stopGroup(child);
      throw new Error(`${command} does not answer on port ${port}: ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return {
    async stop() {
      stopGroup(child);
      await exited;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A certificate for no name at all, as distributors use them: it can only be pinned. */
export function selfSignedCertificate(folder: string): { key: string; cert: string } {
  const files = { key: `${folder}/key.pem`, cert: `${folder}/cert.pem` };
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=ftp-server',
  ];
  const made = spawnSync('openssl', [...args, '-keyout', files.key, '-out', files.cert]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return files;
}

function ownedBy(command: string, args: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [command, ...args];
  return ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', command, ...args];
}

/** The server and the processes it started for its sessions. */
function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
