import type { Command } from 'commander';
import type { Hub } from '../../../app/hub.js';
import type { Connector, SourceIo } from '../../../journey/collect/connector.js';
import { createMemoryInRam } from '../../../journey/collect/memory-in-ram.js';
import type { SourceMemory, WatchedStep } from '../../../journey/collect/source-memory.js';
import { HubError } from '../../../model/hub-error.js';
import { message, renderMessage } from '../../../model/message.js';
import { type ExitCode, exitCode } from '../../exit-code.js';
import type { Invocation } from '../../invocation.js';
import { knownTo } from '../../known.js';
import { parseDay } from '../../parse-day.js';
import { type Known, parseSourceFile } from '../../parse-source-file.js';
import { readTextFile } from '../../read-text-file.js';
import { showTable } from '../../show-table.js';
import { askNow } from './ask-now.js';
import { portalSource } from './portal-source.js';

interface Tried {
  readonly name: string;
  readonly bytes: number;
  readonly columns: readonly string[] | null;
  readonly rows: number | null;
  readonly first: readonly Record<string, string>[];
}

/** `portal try`: a recipe as it would be collected, every step shown, nothing landed and nothing agreed to. */
export function registerTry(portal: Command, { screen, openHub, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text } = screen;
  portal
    .command('try')
    .description(text('portal.try.about'))
    .argument('<source>', text('sources.arg-code'))
    .option('--file <yaml>', text('portal.opt-file'))
    .option('--from <yyyy-MM-dd>', text('portal.opt-from'), parseDay)
    .option('--to <yyyy-MM-dd>', text('portal.opt-to'), parseDay)
    .option('--out <file>', text('portal.opt-image'))
    .action(async (code: string, options: TryOptions) => {
      const hub = await openHub();
      const { connector, settings, io: bare } = await found(hub, code, options);
      const steps: WatchedStep[] = [];
      const watch = (step: WatchedStep) => {
        steps.push(step);
        screen.note(shown(step));
      };
      const io: SourceIo = { ...bare, memory: agreeingToNothing(bare.memory!), askNow: askNow(screen, options.out, signal), watch };
      const terms = String((settings as { terms?: unknown }).terms ?? '');
      screen.note(text('portal.terms', { terms }));
      const files: Tried[] = [];
      let fault: HubError | null = null;
      try {
        for await (const observed of connector.list(settings, io)) {
          if (!observed.ready) throw new HubError('auth', observed.why!);
          if (!isWanted(observed.about['day'], options)) continue;
          const chunks: Uint8Array[] = [];
          for await (const chunk of connector.fetch(observed, settings, io)) chunks.push(chunk);
          files.push(triedOf(observed.name, Buffer.concat(chunks)));
        }
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        fault = error;
      } finally {
        await connector.close?.(settings, io);
      }
      if (fault) finish(exitCode.usage);
      const told = fault && renderMessage(fault.told, screen.language);
      screen.answer({ source: code, terms, steps, files, fault: fault && { class: fault.errorClass, code: fault.told.code, told } }, () => [
        ...files.flatMap(showTried),
        ...(told ? [told] : [text('portal.tried', { count: files.length })]),
      ]);
    });

  async function found(
    hub: Hub,
    code: string,
    { file, from }: TryOptions,
  ): Promise<{ connector: Connector; settings: unknown; io: SourceIo }> {
    if (file === undefined) {
      const { source, connector } = await portalSource(hub, code);
      return { connector, settings: connector.settings.parse(reaching(source.settings, from)), io: hub.ioOf(source, signal) };
    }
    const yaml = await readTextFile(file);
    const source = (await parseSourceFile(yaml, file, anyLayout(await knownTo(hub)))).find((one) => one.code === code);
    if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
    if (source.connector !== 'portal')
      throw new HubError('config', message('portal.not-a-portal', { source: code, connector: source.connector }));
    const connector = hub.connectors.get('portal')!;
    const io = { ...hub.ioOf({ id: 0, code }, signal), memory: createMemoryInRam() };
    return { connector, settings: connector.settings.parse(reaching(source.settings, from)), io };
  }

  function showTried({ name, bytes, columns, rows, first }: Tried): string[] {
    const head = text('portal.tried-file', {
      name,
      bytes: bytes.toLocaleString('en-US'),
      rows: rows === null ? '—' : rows.toLocaleString('en-US'),
    });
    if (!columns || first.length === 0) return [head, ''];
    const cells = first.map((row) => columns.map((column) => row[column] ?? ''));
    const titles = columns.map((title) => ({ title, shrinks: true }));
    return [head, ...showTable(titles, cells, screen), ''];
  }
}

interface TryOptions {
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

/** A recipe comes before its layout, and often before its sender. */
function anyLayout(known: Known): Known {
  return { ...known, layouts: Object.assign(new Set<string>(), { has: () => true }), isKnownSender: async () => true };
}

/** The first looks and the changed ones stay as they are: trying agrees to nothing. */
function agreeingToNothing(memory: SourceMemory): SourceMemory {
  return { ...memory, approveFirstLook: async () => undefined, holdLook: async () => undefined, looksAsAgreed: async () => undefined };
}

/** Days before the usual window are asked too; a window of one day is enough otherwise. */
function reaching(settings: unknown, from: string | undefined): unknown {
  const given = settings as { feeds?: readonly object[] };
  return {
    ...given,
    feeds: (given.feeds ?? []).map((feed) =>
      from === undefined ? { ...feed, window_days: 1, since: undefined } : { ...feed, since: from },
    ),
  };
}

function isWanted(day: string | undefined, { from, to }: TryOptions): boolean {
  return day === undefined || ((from === undefined || day >= from) && (to === undefined || day <= to));
}

function triedOf(name: string, bytes: Buffer): Tried {
  if (!name.endsWith('.ndjson')) return { name, bytes: bytes.length, columns: null, rows: null, first: [] };
  const [head = '{}', ...lines] = bytes.toString().trimEnd().split('\n');
  const { huiliu } = JSON.parse(head) as { huiliu?: { columns?: string[] } };
  const first = lines.slice(0, 3).map((line) => JSON.parse(line) as Record<string, string>);
  return { name, bytes: bytes.length, columns: huiliu?.columns ?? null, rows: lines.length, first };
}

function shown({ step, did, status, bytes, found, rows }: WatchedStep): string {
  const size = bytes === null ? '' : `${bytes.toLocaleString('en-US')} B`;
  return [step.padEnd(16), did, status ?? '', size, found, rows === null ? '' : `[${rows}]`].filter((one) => one !== '').join('  ');
}
