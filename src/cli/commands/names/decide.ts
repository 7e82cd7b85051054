import type { Command } from 'commander';
import { Option } from 'commander';
import { type AlikeTerminal, findAlike } from '../../../app/find-alike.js';
import { type DecisionPreview, decideNames, previewDecisions } from '../../../db/names/decide-names.js';
import { matchNames } from '../../../db/names/match-names.js';
import { type DecisionScope, decisionScopes, type NameEdit, type PersonVerdict, personVerdicts } from '../../../db/names/name-decision.js';
import { type NameCard, readName } from '../../../db/names/read-name.js';
import { renderMessage } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { exitCode } from '../../exit-code.js';
import { grouped } from '../../grouped.js';
import { parseDay } from '../../parse-day.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { WrongUsage } from '../../wrong-usage.js';
import { findOneName } from './find-one-name.js';
import { refuseAlike } from './refuse-alike.js';
import { showImpact } from './show-impact.js';

interface Options {
  readonly to?: string;
  readonly toDistributor?: string;
  readonly not: readonly string[];
  readonly scope: DecisionScope;
  readonly from?: string;
  readonly note: string;
  readonly type?: string;
  readonly place?: string;
  readonly anyway: boolean;
  readonly yes: boolean;
}

/** `huiliu names decide`: one name, in one scope, always or from a day on. A preview first: what it would move. */
export function addDecide(names: Command, { text, width, open, finish }: Desk): void {
  names
    .command('decide')
    .description(text('names.decide.about'))
    .argument('<name-or-id>', text('names.arg-name'))
    .option('--to <code|new|noise|hold|unlink>', text('names.opt-to'))
    .option('--to-distributor <code>', text('names.opt-to-distributor'))
    .option('--not <code>', text('names.opt-not'), (code: string, before: string[]) => [...before, code], [])
    .addOption(new Option('--scope <scope>', text('names.opt-scope')).choices(decisionScopes).default('name'))
    .option('--from <yyyy-MM-dd>', text('names.opt-from'), parseDay)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--type <type>', text('names.opt-type'))
    .option('--place <province/city/county>', text('names.opt-place'))
    .option('--anyway', text('names.opt-anyway'), false)
    .option('--yes', text('desk.opt-yes'), false)
    .action((key: string, options: Options) => withContext(open, (context) => decide(context, key, options)));

  async function decide(context: CommandContext, key: string, options: Options): Promise<void> {
    const { database, actor, matcher } = context;
    const meanings = [options.to, options.toDistributor].filter((one) => one !== undefined).length;
    if (meanings > 1 || meanings + options.not.length === 0) throw new WrongUsage('names.decide-what');
    const id = await findOneName(database, key, { anyOfThem: options.scope !== 'name' });
    const card = (await readName(database, id))!;
    const alike = options.to === 'new' ? await findAlike(database, matcher, fieldsOf(card, options)) : [];
    refuseAlike(alike, options);
    const edits = toEdits(card, options, alike);
    const result = options.yes ? await decideNames(database, edits, actor) : await previewDecisions(database, edits);
    const batchId = 'batchId' in result ? (result.batchId as string | null) : null;
    const asks = options.not.length > 0 && batchId !== null;
    const followed =
      batchId === null ? null : await matchNames(database, { actor, matcher: asks ? () => matcher.ready() : null, follows: batchId });
    if (result.problems.length > 0) finish(exitCode.usage);
    if (context.json) {
      const problems = result.problems.map((problem) => ({ ...problem, text: renderMessage(problem, context.language) }));
      return context.printJson({ rawNameId: id, scopes: card.scopes, ...result, problems, batchId, followed: followed?.auto ?? 0 });
    }
    for (const line of show(card, options, result, batchId, followed?.auto ?? 0, context)) context.print(line);
    if (!options.yes && result.names > 0) context.print(text('desk.preview', { command: again(key, options) }));
  }

  function show(
    card: NameCard,
    options: Options,
    result: DecisionPreview,
    batchId: string | null,
    followed: number,
    { language }: CommandContext,
  ): string[] {
    if (result.problems.length > 0) return result.problems.flatMap((problem) => wrapTo(renderMessage(problem, language), width));
    const { scopes, name, distributorName } = card;
    const others = scopes.filter(({ scope }) => scope !== options.scope).map((one) => `${text(`scope.${one.scope}`)} ${sizeOf(one)}`);
    const size = scopes.find(({ scope }) => scope === options.scope)!;
    return [
      `${name}  ${distributorName}`,
      `${text('names.scope-chosen')}${text(`scope.${options.scope}`)} ${sizeOf(size)}`,
      `${text('names.scope-others')}${others.join('；')}`,
      ...((options.to ?? options.toDistributor) === undefined
        ? []
        : [options.from === undefined ? text('names.is-correction') : text('names.is-change', { day: options.from })]),
      ...(options.not.length > 0 ? [text('names.is-not', { codes: options.not.join('、') })] : []),
      '',
      ...showImpact(result, text, width),
      ...(result.unchanged > 0 ? [text('names.unchanged', { count: grouped(result.unchanged) })] : []),
      ...(result.names === 0 && result.unchanged === 0 ? [text('names.moves-nothing')] : []),
      ...(batchId !== null ? [text('names.written', { batch: batchId, followed: grouped(followed) })] : []),
    ].flatMap((line) => wrapTo(line, width));
  }

  function sizeOf({ names: count, distributors, rows, amount }: NameCard['scopes'][number]): string {
    return text('names.scope-size', {
      names: grouped(count),
      distributors: grouped(distributors),
      rows: grouped(rows),
      amount: grouped(amount),
    });
  }

  function again(key: string, { to, toDistributor, not, scope, from, note, anyway }: Options): string {
    const words = [
      ...[
        `huiliu names decide ${quoted(key)}`,
        to && `--to ${to}`,
        toDistributor && `--to-distributor ${quoted(toDistributor)}`,
        ...not.map((code) => `--not ${code}`),
        scope !== 'name' && `--scope ${scope}`,
      ],
      ...[from && `--from ${from}`, note && `--note ${quoted(note)}`, anyway && '--anyway', '--yes'],
    ];
    return words.filter(Boolean).join(' ');
  }
}

const quoted = (value: string): string => (/^[\p{L}\p{N}_-]+$/u.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

function toEdits(
  card: NameCard,
  { to, toDistributor, not, scope, from, note, type, place }: Options,
  like: readonly AlikeTerminal[],
): NameEdit[] {
  const shared = { rawNameId: card.id, seenName: null, seenDecisionId: null, note, scope };
  const isWord = (personVerdicts as readonly string[]).includes(to ?? '') && !['link', 'not', 'distributor'].includes(to ?? '');
  const verdict: PersonVerdict = toDistributor !== undefined ? 'distributor' : isWord ? (to as PersonVerdict) : 'link';
  const code = toDistributor ?? to;
  const meaning: NameEdit[] =
    code === undefined
      ? []
      : [
          {
            ...{ ...shared, row: 1, verdict, terminalCode: isWord ? '' : code, ...(from !== undefined && { validFrom: from }) },
            ...(verdict === 'new' && { fields: fieldsOf(card, { type, place }), like }),
          },
        ];
  return [...meaning, ...not.map((terminalCode, at): NameEdit => ({ ...shared, row: at + 2, verdict: 'not', terminalCode }))];
}

/** What is known of a terminal that the name would become: what its file says, and what the person adds. */
function fieldsOf(
  { name, address, region }: NameCard,
  { type, place }: { readonly type?: string | undefined; readonly place?: string | undefined },
) {
  const [province = '', city = '', county = ''] = (place ?? region).split('/');
  return { name, type: type ?? '', province, city, county, address };
}
