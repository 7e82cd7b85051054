import type { Command } from 'commander';
import { type RecordCard, readCard } from '../../../db/master/read-card.js';
import type { Origin } from '../../../master/golden-of.js';
import type { Language } from '../../../model/message.js';
import { shanghaiDay } from '../../../model/shanghai-day.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { showTable } from '../../show-table.js';
import type { Text } from '../../text.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { briefRecord, fieldTitle, valueWord } from './field-words.js';
import { sourceName } from './source-name.js';

/** `huiliu customer show`: golden values with their sources and losers, keys, names, what points at it, flows; all back to the cell. */
export function addShow(customer: Command, { text, width, open }: Desk): void {
  customer
    .command('show')
    .description(text('customer.show.about'))
    .argument('<record>', text('customer.arg-record'))
    .option('--as-is', text('customer.opt-as-is'), false)
    .action((asked: string, { asIs }: { asIs: boolean }) =>
      withContext(open, async (context) => {
        const card = await readCard(context.database, asked, { asIs });
        if (context.json) return context.printJson(card);
        for (const line of showCard(card, text, context.language, width)) context.print(line);
      }),
    );
}

function showCard(card: RecordCard, text: Text, language: Language, width: number): string[] {
  const { entity, no, name, status, redirectedFrom, merged, completeness, isVoid, codes } = card;
  const remarks = [
    ...(status === 'active' ? [] : [text(`customer.status-${status}`)]),
    ...(isVoid ? [text('customer.void')] : []),
    ...(redirectedFrom === null ? [] : [text('customer.redirected', { no: redirectedFrom })]),
    ...(merged.length === 0 ? [] : [text('customer.merged-here', { numbers: merged.join('、') })]),
    ...(completeness === null ? [] : [text('customer.completeness', { percent: completeness })]),
  ];
  return [
    [no, name, ...codes.map(({ kind, code }) => `${text(`customer.code-${kind}`)} ${code}`)].join('  '),
    ...(remarks.length > 0 ? [remarks.join(' · ')] : []),
    ...section(text('customer.values'), showValues(card, text, language, width)),
    ...section(text('customer.sources'), showSources(card, text, width)),
    ...section(
      text('customer.overrides'),
      card.overrides.map((one) => overrideLine(entity, one, text, language)),
    ),
    ...section(
      text('customer.held'),
      card.held.map((one) => heldLine(entity, one, text, language)),
    ),
    ...section(
      text('customer.family'),
      card.family.map(
        ({ kind, side, no: other, name: named, validFrom, validUntil }) =>
          `${text(`customer.${side}-${kind as 'branch'}`)}  ${other} ${named}${span(validFrom, validUntil)}`,
      ),
    ),
    ...section(
      text('customer.aliases', { count: grouped(card.aliases.names) }),
      card.aliases.first.map(({ name: alias, origins }) => `${alias}  ${origins.map((one) => originOf(one, text)).join('、')}`),
    ),
    ...section(
      text('customer.points'),
      card.points.map((one) => `${text(`customer.entity-${one.entity as 'contract'}`)}  ${one.no} ${one.name}`.trimEnd()),
    ),
    ...card.related.flatMap(({ entity, records, first }) =>
      section(
        text('customer.related', { entity: text(`customer.entity-${entity as 'contract'}`), count: grouped(records) }),
        first.flatMap(({ no: other, fields, partId, rowNo }) =>
          wrapTo(`${other}  ${briefRecord(entity, fields, language)}${cell(partId, rowNo)}`, width - 6).map((line, at) =>
            at === 0 ? line : `    ${line}`,
          ),
        ),
      ),
    ),
    ...section(
      text('customer.flows'),
      card.flows.map(({ as, kind, lines, amount, firstDay, lastDay }) =>
        text('customer.flow', {
          as: text(`customer.code-${as}`),
          kind: text(`customer.flow-${kind}`),
          lines: grouped(lines),
          amount: grouped(amount),
          first: firstDay,
          last: lastDay,
        }),
      ),
    ),
  ];
}

type AliasOrigin = RecordCard['aliases']['first'][number]['origins'][number];

function originOf({ distributor, through, byPerson }: AliasOrigin, text: Text): string {
  const remarks = [
    ...(byPerson ? [text('customer.by-person')] : []),
    ...(through === null ? [] : [text('customer.through', { no: through })]),
  ];
  return remarks.length === 0 ? distributor : text('customer.alias-origin', { distributor, remarks: remarks.join(' · ') });
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

function showValues({ entity, values }: RecordCard, text: Text, language: Language, width: number): string[] {
  const rows = values.flatMap(({ attribute, value, from, by, lost }) => [
    [
      title(entity, attribute, language),
      value === null ? '—' : valueWord(entity, attribute, value, language),
      nameOf(from),
      text(`customer.by-${by}`),
    ],
    ...lost.map((loser) => [
      '',
      `× ${valueWord(entity, attribute, loser.value, language)}`,
      nameOf(loser.from),
      text(`customer.lost-${loser.by}`),
    ]),
  ]);
  if (rows.length === 0) return [];
  const columns = [
    { title: text('customer.col-field') },
    { title: text('customer.col-value'), shrinks: true, wraps: true },
    { title: text('customer.col-from'), shrinks: true, wraps: true },
    { title: text('customer.col-rule') },
  ];
  return showTable(columns, rows, { width: width - 2 });
}

function showSources({ sources }: RecordCard, text: Text, width: number): string[] {
  if (sources.length === 0) return [];
  const rows = sources.map(({ system, role, key, through, file, partId, rowNo, versions, isVoid, actor, at }) => [
    sourceName({ system, role, key }),
    [through ?? '', isVoid ? text('customer.void') : ''].filter((one) => one !== '').join(' '),
    file ?? actor,
    partId === null || rowNo === null ? '' : `${partId}:${rowNo}`,
    at === null ? '' : shanghaiMoment(new Date(at)).slice(0, 16),
    String(versions),
  ]);
  const columns = [
    { title: text('customer.col-key'), shrinks: true, wraps: true },
    { title: text('customer.col-through') },
    { title: text('customer.col-file'), shrinks: true },
    { title: text('customer.col-cell') },
    { title: text('customer.col-at') },
    { title: text('customer.col-versions'), align: 'right' as const },
  ];
  const shown = columns.map((_, at) => at !== throughAt || rows.some((row) => row[at] !== ''));
  const only = <Cell>(cells: readonly Cell[]): Cell[] => cells.filter((_, at) => shown[at]);
  return showTable(only(columns), rows.map(only), { width: width - 2 });
}

/** Empty unless a record was merged into this one or a source took its row back; then left out. */
const throughAt = 1;

const nameOf = ([role, system, key]: Origin): string => sourceName({ role, system, key });

function overrideLine(
  entity: string,
  { attribute, value, because, actor, state, batchId, expiresAt, endedAt, source, saidThen, saidNow, at }: RecordCard['overrides'][number],
  text: Text,
  language: Language,
): string {
  const until = expiresAt === null ? '' : ` ${text('customer.until', { day: shanghaiDay(new Date(expiresAt)) })}`;
  const ended =
    endedAt === null
      ? ''
      : ` ${text(source === null ? 'customer.override-ended' : 'customer.override-moved-from', {
          ...{ at: shanghaiMoment(new Date(endedAt)), source: source ?? '', was: saidThen || '—', now: saidNow || '—' },
        })}`;
  return `${title(entity, attribute, language)} = ${value || '—'}  ${text(`customer.override-${state}`)}${ended}${until}  ${actor} ${shanghaiMoment(new Date(at)).slice(0, 16)}：${because}  #${batchId}`;
}

function heldLine(
  entity: string,
  { attribute, accepted, waiting, source, request, state }: RecordCard['held'][number],
  text: Text,
  language: Language,
): string {
  const words = (value: string) => (value === '' ? '—' : valueWord(entity, attribute, value, language));
  const asked =
    request === null || state === null
      ? text('customer.held-unasked')
      : text('customer.held-request', { request, state: text(`customer.request-${state}`) });
  return `${title(entity, attribute, language)}: ${words(accepted)} → ${words(waiting)}  ${source}  ${asked}`;
}

/** What `huiliu trace row` takes; no `#` before it, which begins a comment of a shell. */
const cell = (partId: string | null, rowNo: number | null): string => (partId === null || rowNo === null ? '' : `  ${partId}:${rowNo}`);

const span = (from: string, until: string): string =>
  from === '-infinity' && until === 'infinity' ? '' : `  ${from === '-infinity' ? '' : from}…${until === 'infinity' ? '' : until}`;

/** The title people know, and the name that commands take. */
function title(entity: string, attribute: string, language: Language): string {
  const known = fieldTitle(entity, attribute, language);
  return known === attribute ? attribute : `${known} ${attribute}`;
}
