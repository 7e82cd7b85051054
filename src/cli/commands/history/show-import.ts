import type { ReadFile } from '../../../app/history/rehearse-import.js';
import type { EntityOutcome, Outcome } from '../../../db/master/read-outcome.js';
import type { WaitingRows } from '../../../db/master/waiting-rows.js';
import type { PartOutput } from '../../../journey/load/delivery-output.js';
import { entityDefinition } from '../../../journey/map/entity-definitions.js';
import { renderMessage } from '../../../model/message.js';
import type { Screen } from '../../screen.js';
import { showFindings } from '../../show-report.js';
import { showTable } from '../../show-table.js';
import { cutTo, wrapTo } from '../../text-width.js';

/** The name of an entity as people call it. */
function entityName(kind: string, { language }: Screen): string {
  const entity = entityDefinition(kind);
  return entity ? (language === 'zh' ? entity.zh : entity.en) : kind;
}

function fieldName(kind: string, field: string, { language }: Screen): string {
  const about = entityDefinition(kind)?.fields[field];
  return about ? (language === 'zh' ? about.zh : about.en) : field;
}

/** How files are understood: a line per sheet, then the columns and the field that each is loaded as. */
export function showReading(files: readonly ReadFile[], screen: Screen): string[] {
  const { text, width } = screen;
  return files.flatMap(({ file, parts, findings }) => [
    `${file.place}  ${file.name}`,
    ...alikeParts(parts).flatMap((group) => showParts(group, screen)),
    ...(findings.length > 0 ? ['', `  ${text('history.held')}`, ...showFindings([...findings], screen)] : []),
    ...(findings.some(({ gate }) => gate.startsWith('map.')) ? wrapTo(text('history.held-next'), width) : []),
    '',
  ]);
}

/** Sheets side by side that are read in the same way, as one group: two hundred of them are two lines, not four hundred. */
function alikeParts(parts: readonly PartOutput[]): PartOutput[][] {
  const groups: PartOutput[][] = [];
  let before = '';
  for (const part of parts) {
    const { kind, layout, titles, fields, untitled } = part;
    const reading = kind === null ? '' : JSON.stringify([kind, layout, titles, fields, untitled]);
    if (reading !== '' && reading === before) groups.at(-1)!.push(part);
    else groups.push([part]);
    before = reading;
  }
  return groups;
}

function showParts(group: readonly PartOutput[], screen: Screen): string[] {
  const { text, width } = screen;
  const [part, last] = [group[0]!, group.at(-1)!];
  const nameOf = ({ start }: PartOutput) => start.sheet ?? start.fileName;
  const values = { first: nameOf(part), last: nameOf(last), sheets: group.length };
  const where = group.length === 1 ? values.first : text('history.sheets', values);
  const sum = (of: (one: PartOutput) => number) => group.reduce((total, one) => total + of(one), 0);
  const [decoded, quarantined] = [sum(({ counts }) => counts.decoded), sum(({ counts }) => counts.quarantined)];
  const left = sum(({ counts }) => Object.values(counts.dropped).reduce((total, { count }) => total + count, 0));
  if (part.counts.dropped['layout:skipped-sheet']) return [`  ${where}  ${text('history.skipped-sheet')}`];
  if (part.kind === null) return decoded - left > 0 ? [`  ${where}  ${text('history.no-kind')}`] : [];
  const rows = { rows: decoded - left, refused: quarantined };
  const mapped = part.titles.flatMap((title, at) => {
    const field = part.fields[at];
    if (!field) return [];
    const name = fieldName(part.kind!, field, screen);
    return [name === title.replace(/\*$/u, '') ? name : `${title} → ${name}`];
  });
  const passed = part.titles.filter((title, at) => title !== '' && !part.fields[at]);
  return [
    `  ${where}  ${entityName(part.kind, screen)}  ${text('history.part-rows', rows)}  (${part.layout})`,
    ...wrapTo(mapped.join('，'), width - 6).map((line) => `      ${line}`),
    ...(passed.length > 0
      ? wrapTo(text('history.not-loaded', { titles: passed.join('、') }), width - 6).map((line) => `      ${line}`)
      : []),
    ...(part.untitled.length > 0
      ? wrapTo(text('history.untitled', { columns: part.untitled.map(columnLetters).join('、') }), width - 6).map((line) => `      ${line}`)
      : []),
  ];
}

/** As a spreadsheet calls a column: 0 is A, 26 is AA. */
function columnLetters(column: number): string {
  const before = Math.floor(column / 26);
  return `${before > 0 ? columnLetters(before - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

/** A line per entity: what would become of its rows. */
export function showEntities(entities: readonly EntityOutcome[], screen: Screen): string[] {
  const { text, width } = screen;
  const columns = [
    { title: text('history.col-entity'), shrinks: true },
    ...(['rows', 'new', 'changed', 'same', 'duplicate', 'waiting', 'refused', 'remarked'] as const).map((one) => ({
      title: text(`history.col-${one}`),
      align: 'right' as const,
    })),
  ];
  const cells = (one: Omit<EntityOutcome, 'entity'>) => [
    one.rows,
    one.new,
    one.changed,
    one.same,
    one.duplicate,
    one.waiting,
    one.refused,
    one.remarked,
  ];
  const sums = cells(entities.reduce((sum, one) => addUp(sum, one), nothing));
  const rows = entities.map((one) => [entityName(one.entity, screen), ...cells(one)]);
  return showTable(columns, [...rows, [text('history.total'), ...sums]], { width, hasTotal: true });
}

const nothing = { rows: 0, new: 0, changed: 0, same: 0, duplicate: 0, waiting: 0, refused: 0, remarked: 0 };

function addUp(sum: typeof nothing, one: EntityOutcome): typeof nothing {
  return Object.fromEntries(Object.entries(sum).map(([key, value]) => [key, value + one[key as keyof typeof nothing]])) as typeof nothing;
}

/** What checks found: first what keeps rows out, then what is only remarked; each rule with its number of rows and an example. */
export function showRules({ entities, rules, alike, alikeCount }: Outcome, screen: Screen): string[] {
  const { text, language, width } = screen;
  const group = (isRemark: boolean) => rules.filter((one) => one.isRemark === isRemark);
  const lines = (['history.stopped', 'history.remarks'] as const).flatMap((title, at) => {
    const found = group(at === 1);
    if (found.length === 0) return [];
    return [
      text(title),
      ...found.flatMap(({ rows, example: { part, rowNo, issue } }) => {
        const where = text('history.where', { part: part.replace('#', ' '), row: rowNo, rows });
        return wrapTo(`${where} ${renderMessage(issue.told, language)}`, width - 4).map(
          (line, index) => `${index === 0 ? '  · ' : '    '}${line}`,
        );
      }),
      '',
    ];
  });
  if (alike.length > 0) {
    lines.push(text('history.alike', { count: alikeCount }));
    for (const { name, key, otherNo, otherName, by } of alike)
      lines.push(`  · ${name} (${key})  ≈  ${otherName} (${otherNo})  ${text(`history.alike-${by}`)}`);
    lines.push('');
  }
  // Where no row was looked at, nothing is said of rows.
  return lines.length === 0 && entities.length > 0 ? [text('history.all-well'), ''] : lines;
}

/** Rows of others that wait because of an undo: how many of each entity, and some of them with what they lack. */
export function showNewlyWaiting(
  waiting: readonly WaitingRows[],
  title: 'history.undo-would-wait' | 'history.undo-waits',
  screen: Screen,
): string[] {
  const { text, width } = screen;
  if (waiting.length === 0) return [text('history.undo-nobody-waits'), ''];
  const lines = waiting.flatMap(({ entity, rows, examples }) => [
    `  ${entityName(entity, screen)}  ${text('history.undo-rows', { rows })}`,
    ...examples.map(({ name, system, file, rowNo, lacks }) =>
      cutTo(`    · ${text('history.undo-row', { name, system, file, row: rowNo, lacks })}`, width),
    ),
    ...(rows > examples.length ? [`    ${text('history.undo-more', { rows: rows - examples.length })}`] : []),
  ]);
  return [...wrapTo(text(title, { rows: waiting.reduce((sum, { rows }) => sum + rows, 0) }), width), ...lines, ''];
}

/** Records that would say something else, field by field. */
export function showChanges({ changes, entities, replayed }: Outcome, screen: Screen): string[] {
  const { text, width } = screen;
  const changed = entities.reduce((sum, one) => sum + one.changed, 0);
  const columns = [
    { title: text('history.col-entity') },
    { title: text('history.col-record'), shrinks: true },
    { title: text('history.col-field') },
    { title: text('history.col-before'), shrinks: true },
    { title: text('history.col-after'), shrinks: true },
  ];
  const rows = changes.map(({ entity, key, name, field, before, after }) => [
    entityName(entity, screen),
    name === '' ? key : `${name} (${key})`,
    fieldName(entity, field, screen),
    before === '' ? '—' : before,
    after === '' ? '—' : after,
  ]);
  return [
    ...(rows.length > 0 ? [...showTable(columns, rows, { width }), ''] : []),
    ...(changed > 0
      ? [text('history.changed-records', { count: changed, shown: new Set(changes.map(({ entity, key }) => `${entity} ${key}`)).size })]
      : []),
    ...(replayed > 0 ? [text('history.replayed', { count: replayed })] : []),
  ];
}
