import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled, causeOf } from '../../src/journey/collect/network-fault.js';
import { secretOf } from '../../src/journey/collect/secret-of.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { isReference, type SingerSettings } from './settings.js';

const stderrKept = 4000;

/**
 * Runs a tap of the allowed folder, without a shell, with nothing of our environment but PATH, and in a folder of its own that holds its
 * config (0600) and goes when it ends. Told to stop, or silent for too long, the tap and all it started are killed.
 */
export async function* runTap(
  settings: SingerSettings,
  io: SourceIo,
  ask: 'sync' | 'discover',
  state: string | null,
): AsyncGenerator<Buffer> {
  const place = { source: io.source, where: settings.tap };
  if (io.signal.aborted) throw cancelled(place);
  const program = await allowed(settings, io);
  const { config, hide } = await resolved(settings, io);
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-tap-'));
  try {
    const args = await filesOf(folder, { config, ...(ask === 'sync' && { state, catalog: settings.catalog }) });
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8', TZ: 'Asia/Shanghai', PYTHONIOENCODING: 'utf-8' };
    const child = spawn(program, ask === 'discover' ? [...args, '--discover'] : args, {
      ...{ cwd: folder, env, detached: true, shell: false, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-stderrKept)));
    const ended = new Promise<number | string>((resolve) => {
      child.once('error', (error) => resolve(causeOf(error, hide))).once('close', (code, how) => resolve(code ?? how ?? 'unknown'));
    });
    let fault: HubError | null = null;
    const end = (why: HubError) => {
      fault ??= why;
      kill(child.pid);
    };
    const onAbort = () => end(cancelled(place));
    io.signal.addEventListener('abort', onAbort, { once: true });
    const silence = () =>
      end(
        new HubError(
          'transient',
          message('connect.tap-silent', { source: io.source, tap: settings.tap, seconds: settings.timeout_seconds }),
        ),
      );
    let timer = setTimeout(silence, settings.timeout_seconds * 1000);
    try {
      yield* linesOf(child.stdout, settings, io, () => {
        clearTimeout(timer);
        timer = setTimeout(silence, settings.timeout_seconds * 1000);
      });
      const code = await ended;
      if (fault) throw fault;
      if (code !== 0) throw failure(code, said);
    } finally {
      clearTimeout(timer);
      io.signal.removeEventListener('abort', onAbort);
      kill(child.pid);
      await ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }

  function failure(code: number | string, stderr: string): HubError {
    const cause = causeOf(stderr.trim().split('\n').slice(-3).join(' | '), hide);
    const values = { source: io.source, tap: settings.tap, code, cause };
    const isLogin = /\b40[13]\b|unauthori[sz]ed|forbidden|authenticat|(invalid|wrong|bad) (password|credential|token|user)/iu.test(stderr);
    return isLogin
      ? new HubError('auth', message('connect.tap-refused', values))
      : new HubError('transient', message('connect.tap-failed', values));
  }
}

/** Whoever writes a source may choose among the programs that whoever runs the hub has put there, and no others. */
async function allowed({ tap }: SingerSettings, io: SourceIo): Promise<string> {
  const folder = process.env['HUILIU_TAPS'] ?? '';
  const program = join(folder, tap);
  const cause =
    folder === ''
      ? 'HUILIU_TAPS'
      : await access(program, constants.X_OK).then(
          () => null,
          (error: unknown) => causeOf(error, []),
        );
  if (cause !== null) throw new HubError('config', message('connect.tap-missing', { source: io.source, tap, folder, cause }));
  return program;
}

async function resolved({ config }: SingerSettings, io: SourceIo): Promise<{ config: unknown; hide: string[] }> {
  const hide: string[] = [];
  return { config: await resolve(config, 'config'), hide };

  async function resolve(value: unknown, path: string): Promise<unknown> {
    if (typeof value === 'string' && isReference(value)) {
      const secret = await secretOf(value, path, io);
      hide.push(secret);
      return secret;
    }
    if (Array.isArray(value)) return Promise.all(value.map((item, at) => resolve(item, `${path}.${at}`)));
    if (typeof value !== 'object' || value === null) return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, inner]) => [key, await resolve(inner, `${path}.${key}`)] as const),
    );
    return Object.fromEntries(entries);
  }
}

async function filesOf(folder: string, given: { config: unknown; state?: string | null; catalog?: unknown }): Promise<string[]> {
  const args: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const path = join(folder, `${name}.json`);
    await writeFile(path, name === 'state' ? String(value) : JSON.stringify(value), { mode: 0o600 });
    args.push(`--${name}`, path);
  }
  return args;
}

async function* linesOf(output: AsyncIterable<Buffer>, settings: SingerSettings, io: SourceIo, onData: () => void): AsyncGenerator<Buffer> {
  const limit = settings.max_line_mb * 1024 ** 2;
  let pieces: Buffer[] = [];
  let held = 0;
  let all = 0;
  let lineNo = 1;
  const tooLong = (cause: string) =>
    new HubError('source-data', message('connect.tap-said', { source: io.source, tap: settings.tap, line: lineNo, cause }));
  for await (const chunk of output) {
    onData();
    all += chunk.length;
    if (all > settings.max_mb * 1024 ** 2) throw tooLong(`> max_mb (${settings.max_mb})`);
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      pieces.push(chunk.subarray(from, at));
      if (held + at - from > limit) throw tooLong(`> max_line_mb (${settings.max_line_mb})`);
      yield Buffer.concat(pieces);
      [pieces, held, from] = [[], 0, at + 1];
      lineNo += 1;
    }
    pieces.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > limit) throw tooLong(`> max_line_mb (${settings.max_line_mb})`);
  }
  if (held > 0) yield Buffer.concat(pieces);
}

/** The tap leads a group of its own: what it started goes with it. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
