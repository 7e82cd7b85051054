import { type Command, Option } from 'commander';
import { type MasterRow, traceMasterRow } from '../db/master/trace-master-row.js';
import { type TracedFile, type TracedRow, traceFile, traceRow, traceTotal } from '../db/trace.js';
import type { DecodeHints } from '../journey/decode/decode-event.js';
import { keyOfRow } from '../journey/map/key-of-row.js';
import { HubError } from '../model/hub-error.js';
import { type FlowKind, flowKinds } from '../model/kind.js';
import { message, renderMessage } from '../model/message.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';
import { columnsIn } from './columns-in.js';
import type { CommandContext } from './command-context.js';
import type { Desk } from './desk.js';
import { exitCode } from './exit-code.js';
import { expected } from './expected.js';
import { grouped } from './grouped.js';
import { parseCount } from './parse-count.js';
import { showFacts } from './show-facts.js';
import { showTable } from './show-table.js';
import type { TextKey } from './text.js';
import { wrapTo } from './text-width.js';
import { withContext } from './with-context.js';
import { wordOf } from './word-of.js';

/** Reads rows of a part again from stored bytes; rows that are not there are missing. */
export type ReadStoredRows = (
  file: { readonly path: string; readonly name: string },
  hints: DecodeHints,
  partPath: string,
  rowNos: ReadonlySet<number>,
) => Promise<ReadonlyMap<number, readonly string[]>>;

interface Asked {
  readonly terminal: string;
  readonly product?: string;
  readonly month?: string;
  readonly kind: FlowKind;
  readonly limit: number;
}

/** `huiliu trace total|line|row|file`: from a published figure back to cells, and from a file forward to the fate of its rows. What disagrees is a fault: exit code 1. */
export function registerTraceCommand(program: Command, { text, width, open, finish }: Desk, readRows: ReadStoredRows): void {
  const { left, long, right } = columnsIn(text);
  const sourceOf = ({ source, isManual }: { source: string; isManual: boolean }) =>
    isManual ? `${source} · ${text('deliveries.manual')}` : source;
  const trace = program.command('trace').description(text('trace.about'));
  trace
    .command('total')
    .description(text('trace.total.about'))
    .requiredOption('--terminal <code>', text('trace.opt-terminal'))
    .option('--product <code>', text('trace.opt-product'))
    .option('--month <yyyy-MM>', text('trace.opt-month'), month)
    .addOption(new Option('--kind <kind>', text('trace.opt-kind')).choices(flowKinds).default('sale'))
    .option('--limit <count>', text('trace.opt-limit'), parseCount, 200)
    .action((asked: Asked) => withContext(open, (context) => total(context, asked)));
  trace
    .command('row')
    .description(text('trace.row.about'))
    .argument('<part>', text('trace.arg-part'))
    .argument('[row]', text('trace.arg-row'))
    .action((place: string, apart?: string) =>
      withContext(open, (context) => {
        // As `customer show` prints it, also from when it had a # in front.
        const said = [...place.replace(/^#/u, '').split(':'), ...(apart === undefined ? [] : [apart])];
        const [part = '', row = ''] = said.length === 2 && said.every(Boolean) ? said : [place];
        return oneRow(context, part, row);
      }),
    );
  trace
    .command('line')
    .description(text('trace.line.about'))
    .argument('<key>', text('trace.arg-line'))
    .action((key: string) =>
      withContext(open, (context) => {
        const [, part = '', row = ''] = key.split('/');
        return oneRow(context, part, row);
      }),
    );
  trace
    .command('file')
    .description(text('trace.file.about'))
    .argument('<delivery-or-sha256>', text('trace.arg-file'))
    .action((key: string) => withContext(open, (context) => file(context, key)));

  async function total(context: CommandContext, { terminal, product, month: counted, kind, limit }: Asked): Promise<void> {
    const question = { terminal, kind, ...(product && { product }), ...(counted && { month: counted }) };
    const traced = await traceTotal(context.database, question, limit);
    if (traced.unknown !== null) throw unknown(traced.unknown);
    if (!traced.agree) finish(exitCode.fault);
    if (context.json) return context.printJson({ question, ...traced });
    const sums = (['published', 'behind'] as const).map((side) => {
      const { lines, quantity, amount } = traced[side];
      return [text(`trace.${side}`), lines, grouped(quantity), grouped(amount)];
    });
    const heads = [{ title: wordOf('kind', kind, text) }, right('trace.col-lines'), right('trace.col-base'), right('desk.amount')];
    print(context, [...showTable(heads, sums, { width }), text(traced.agree ? 'trace.agrees' : 'trace.differs')]);
    const [first] = traced.lines;
    if (!first) return;
    const columns = [
      ...[left('trace.col-key'), left('desk.date'), long('names.col-name'), long('trace.col-product')],
      ...[right('desk.quantity'), right('desk.amount'), left('report.col-source')],
    ];
    const keyOf = (line: typeof first) => `${line.generationId}/${line.partId}/${line.rowNo}`;
    const rows = traced.lines.map((line) => [
      ...[keyOf(line), line.businessDate, line.rawName, line.rawProduct],
      ...[grouped(line.quantity), grouped(line.amount ?? ''), sourceOf(line)],
    ]);
    print(context, ['', ...showTable(columns, rows, { width })]);
    if (traced.behind.lines > traced.lines.length) {
      const values = { shown: traced.lines.length, count: grouped(traced.behind.lines), command: `--limit ${traced.behind.lines}` };
      context.print(text('desk.more', values));
    }
    context.print(text('trace.one-line', { key: keyOf(first) }));
  }

  async function oneRow(context: CommandContext, part: string, row: string): Promise<void> {
    const isKey = /^\d{1,18}$/.test(part) && /^\d{1,9}$/.test(row);
    const traced = isKey ? await traceRow(context.database, part, Number(row)) : null;
    if (!traced) throw unknown([part, row].filter(Boolean).join('/'));
    const { place } = traced;
    const stored = { path: await context.landing.path(place.sha256), name: place.fileName };
    const cells = (await readRows(stored, place.hints, place.path, new Set([place.rowNo]))).get(place.rowNo) ?? null;
    const master = await traceMasterRow(context.database, { ...place, key: keyOfRow(place.kind ?? '', place.fields, cells ?? []) });
    const fate = master && traced.fate === 'unknown' ? 'loaded' : traced.fate;
    if (context.json) return context.printJson({ ...traced, fate, cells, master });
    const words = master
      ? [text(`history.fate-${master.fate}`)]
      : [wordOf('fate', fate, text), traced.rule && wordOf('rule', traced.rule, text)];
    print(context, [
      ...[`${sourceOf(place)}  ${place.fileName}  #${place.deliveryId}`, `SHA-256 ${place.sha256}`, `${place.path}:${place.rowNo}`, ''],
      ...(cells === null ? [text('trace.no-row')] : showCells(traced, cells)),
      '',
      `${text('desk.fate')}  ${words.filter(Boolean).join(' · ')}`,
      ...showRecords(master),
      ...(traced.wasQuarantined ? [`  ${text('trace.was-quarantined')}`] : []),
      ...traced.issues.flatMap(({ told }) => wrapTo(renderMessage(told, context.language), width - 2).map((line) => `  ${line}`)),
      ...showLines(traced),
      ...showDecisions(traced),
    ]);
  }

  function showCells({ place: { titles }, patch }: TracedRow, cells: readonly string[]): string[] {
    const columns = [right('trace.col-column'), long('trace.col-title'), long('trace.col-cell')];
    const places = Array.from({ length: Math.max(titles.length, cells.length) }, (_, at) => at);
    const rows = places.map((at) => [String(at + 1), titles[at] ?? '', cells[at] ?? '']);
    if (!patch || Object.keys(patch).length === 0) return showTable(columns, rows, { width });
    const corrected = rows.map((row, at) => [...row, patch[String(at)] ?? '']);
    return showTable([...columns, long('trace.col-corrected')], corrected, { width });
  }

  function showRecords(master: MasterRow | null): string[] {
    if (!master) return [];
    const kind = text(`customer.entity-${master.entity as 'contract'}`);
    return master.records.flatMap(({ no, name, key }) => [
      `  ${[kind, no, name, name === key ? '' : `(${key})`].filter(Boolean).join('  ')}`,
      `  ${text('trace.record', { no })}`,
    ]);
  }

  function showLines({ lines }: TracedRow): string[] {
    if (lines.length === 0) return [];
    const columns = [
      ...[left('trace.col-generation'), left('desk.state'), left('desk.date'), long('names.col-name'), left('trace.col-terminal')],
      ...[right('desk.quantity'), right('desk.amount')],
    ];
    const rows = lines.map((line) => [
      ...[line.generationId, wordOf('state', line.state, text), line.businessDate, line.rawName ?? '', line.terminal ?? '—'],
      ...[grouped(line.quantity), grouped(line.amount ?? '')],
    ]);
    return ['', ...showTable(columns, rows, { width })];
  }

  function showDecisions({ decisions }: TracedRow): string[] {
    if (decisions.length === 0) return [];
    const facts = decisions.map(({ id, decidedAt, actor, verdict, terminal, isUndone, inForce }) => {
      const marks = [isUndone ? text('trace.undone') : '', inForce ? text('trace.in-force') : ''];
      const said = [wordOf('verdict', verdict, text), terminal ?? ''].filter(Boolean).join(' ');
      return [`#${id}  ${shanghaiMoment(new Date(decidedAt))}  ${actor}`, [said, ...marks].filter(Boolean).join(' · ')] as const;
    });
    return ['', text('trace.decisions'), ...showFacts(facts)];
  }

  async function file(context: CommandContext, key: string): Promise<void> {
    const traced = await traceFile(context.database, key.toLowerCase());
    const [first] = traced;
    if (!first) throw unknown(key);
    const bytesVerified = await context.landing.verify(first.sha256);
    const agrees = bytesVerified && traced.every(({ parts }) => parts.every(({ agree }) => agree));
    if (!agrees) finish(exitCode.fault);
    if (context.json) return context.printJson({ bytesVerified, agrees, deliveries: traced });
    for (const delivery of traced) {
      const state = `deliveries.state-${delivery.state}` as TextKey;
      print(context, [
        `#${delivery.deliveryId}  ${sourceOf(delivery)}  ${delivery.name}  ${text(state)}`,
        `SHA-256 ${delivery.sha256} ${text(bytesVerified ? 'trace.bytes-agree' : 'trace.bytes-differ')}`,
        ...(delivery.parts.length > 0 ? ['', ...partTable(delivery)] : []),
      ]);
      // One part has been named above already.
      const first = delivery.parts.length > 1 ? 0 : 1;
      const columns = [long('trace.col-part'), left('desk.fate'), long('desk.rule'), right('desk.rows'), long('trace.col-where')].slice(
        first,
      );
      const fates = fateRows(delivery).map((row) => row.slice(first));
      if (fates.length > 0) print(context, ['', ...showTable(columns, fates, { width })]);
      const { part } = delivery.parts[0] ?? {};
      if (part) context.print(text('trace.one-row', { part: part.partId }));
    }
  }

  function partTable({ parts }: TracedFile): string[] {
    const columns = [
      ...[long('trace.col-part'), right('desk.id'), right('report.col-decoded'), right('report.col-loaded')],
      ...[right('report.col-quarantined'), right('report.col-dropped'), left('trace.col-check')],
    ];
    const rows = parts.map(({ part, agree }) => [
      ...[part.path, part.partId, part.decoded, part.loaded, part.quarantined, part.droppedCount],
      agree ? '✓' : '✗',
    ]);
    return showTable(columns, rows, { width });
  }

  /** What became of the rows of each part, by generation, by reason and by rule. */
  function fateRows({ parts }: TracedFile): (string | number)[][] {
    return parts.flatMap(({ part, loaded, quarantined }) => [
      ...loaded.map(({ kind, businessDate, generationId, state, rows }) => [
        ...[part.path, wordOf('fate', 'loaded', text), `${wordOf('kind', kind, text)} ${businessDate} ${wordOf('state', state, text)}`],
        ...[rows, `${text('trace.col-generation')} ${generationId}`],
      ]),
      ...(part.retired > 0 ? [[part.path, wordOf('fate', 'retired', text), '', part.retired, '']] : []),
      ...quarantined.map(({ rowNo, issues }) => {
        const reasons = issues.map(({ rule, column }) => [column, wordOf('rule', rule, text)].filter(Boolean).join(' ')).join('; ');
        return [part.path, wordOf('fate', 'quarantined', text), reasons, 1, String(rowNo)];
      }),
      ...Object.entries(part.dropped).map(([rule, { count, ranges }]) => {
        const where = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
        return [part.path, wordOf('fate', 'dropped', text), wordOf('rule', rule, text), count, where];
      }),
    ]);
  }
}

function month(given: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/u.test(given)) throw expected('expected.month');
  return given;
}

function print(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.print(line);
}

const unknown = (what: string): HubError => new HubError('config', message('desk.nothing-to-trace', { what }));
