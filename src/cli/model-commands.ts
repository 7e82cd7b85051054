import type { Command } from 'commander';
import { type DiffSummary, type LearnedModel, learnModel } from '../app/learn-model.js';
import { addModel, listModels, previousModel, type StoredModel, useModel } from '../db/model-store.js';
import { readShippedModel } from '../journey/match/score/load-model.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { shanghaiMoment } from '../model/shanghai-moment.js';
import { columnsIn } from './columns-in.js';
import type { CommandContext } from './command-context.js';
import type { Desk } from './desk.js';
import { exitCode } from './exit-code.js';
import { grouped } from './grouped.js';
import { parseCount } from './parse-count.js';
import { showTable } from './show-table.js';
import { withContext } from './with-context.js';
import { wordOf } from './word-of.js';

interface LearnOptions {
  readonly yes: boolean;
  readonly decisions: number;
  readonly history: number;
  readonly seconds: number;
  readonly memory: number;
}

/** `huiliu match learn|models|promote|rollback`: fits a model to people's decisions and says which one is in use. */
export function registerModelCommands(
  match: Command,
  { text, width, open, finish }: Desk,
  told: { note(line: string): void; readonly signal: AbortSignal },
): void {
  const { left, long, right } = columnsIn(text);
  match
    .command('learn')
    .description(text('learn.about'))
    .option('--decisions <count>', text('learn.opt-decisions'), parseCount, 5000)
    .option('--history <count>', text('learn.opt-history'), parseCount, 20_000)
    .option('--seconds <count>', text('learn.opt-seconds'), parseCount, 1800)
    .option('--memory <MB>', text('learn.opt-memory'), parseCount, 1024)
    .option('--yes', text('learn.opt-yes'), false)
    .action((options: LearnOptions) => withContext(open, (context) => learn(context, options)));
  match
    .command('models')
    .description(text('learn.models.about'))
    .action(() => withContext(open, models));
  match
    .command('promote')
    .description(text('learn.promote.about'))
    .argument('<version>', text('learn.arg-version'))
    .option('--yes', text('learn.opt-promote'), false)
    .option('--anyway', text('learn.opt-anyway'), false)
    .option('--why <text>', text('learn.opt-why'))
    .action((version: string, options: { yes: boolean; anyway: boolean; why?: string }) =>
      withContext(open, (context) => promote(context, version, options)),
    );
  match
    .command('rollback')
    .description(text('learn.rollback.about'))
    .option('--yes', text('learn.opt-promote'), false)
    .option('--why <text>', text('learn.opt-why'))
    .action((options: { yes: boolean; why?: string }) => withContext(open, (context) => rollback(context, options)));

  async function learn(context: CommandContext, { yes, decisions, history, seconds, memory }: LearnOptions): Promise<void> {
    let last = 0;
    const onProgress = (done: number) => {
      if (done < last + 2000) return;
      last = done;
      told.note(text('learn.progress', { done: grouped(done) }));
    };
    const limits = { lessons: decisions, history, seconds, megabytes: memory, onProgress, signal: told.signal };
    const learned = await learnModel(context.database, limits);
    const { model, ...about } = learned;
    if (yes) await addModel(context.database, { ...learned, actor: context.actor });
    if (isWorse(about.diff)) finish(exitCode.attention);
    if (context.json) return context.printJson({ version: model.version, written: yes, ...about });
    print(context, [...showLearned(learned), '', ...showDiff(about.diff)]);
    if (yes) context.print(text('learn.kept', { version: model.version }));
    else context.print(text('desk.preview', { command: 'huiliu match learn --yes' }));
  }

  function showLearned({ trainedOn, metrics, peakRssBytes }: LearnedModel): string[] {
    const { taught, unusable, strength, before, after, moved } = metrics;
    const share = (value: number) => `${(100 * value).toFixed(1)} %`;
    const lines = [
      text('learn.from', { decisions: trainedOn.decisions, unusable, memory: Math.round(peakRssBytes / 1024 / 1024) }),
      text(strength === null ? 'learn.unmoved' : 'learn.moved', { strength: strength ?? '' }),
    ];
    if (taught > 0)
      lines.push(
        text('learn.unseen', {
          before: before.bits.toFixed(3),
          after: after.bits.toFixed(3),
          right: share(before.right),
          rightAfter: share(after.right),
        }),
      );
    if (moved.length === 0) return lines;
    const heads = [long('learn.col-weight'), right('names.col-from'), right('names.col-to')];
    return [
      ...lines,
      '',
      ...showTable(
        heads,
        moved.map(({ weight, from, to }) => [weight, from.toFixed(2), to.toFixed(2)]),
        { width },
      ),
    ];
  }

  function showDiff({ names, moves, before, after }: DiffSummary): string[] {
    const lines = [text('learn.diff', { names: grouped(names) })];
    if (moves.length === 0) lines.push(text('learn.no-change'));
    else {
      const heads = [left('names.col-from'), left('names.col-to'), right('names.col-names'), right('desk.rows'), right('desk.amount')];
      const word = (code: string) => (code === 'other' ? text('learn.other') : wordOf('verdict', code, text));
      lines.push(
        ...showTable(
          heads,
          moves.map((move) => [word(move.from), word(move.to), move.names, move.rows, grouped(move.amount)]),
          { width },
        ),
      );
    }
    lines.push(text('learn.against', { before, after: after.length }));
    if (after.length === 0) return lines;
    const heads = [long('names.col-name'), right('learn.col-probability'), right('desk.rows'), right('desk.amount')];
    lines.push(
      ...showTable(
        heads,
        after.slice(0, 50).map((one) => [one.name, one.probability.toFixed(3), one.rows, grouped(one.amount)]),
        { width },
      ),
    );
    return lines;
  }

  async function models(context: CommandContext): Promise<void> {
    const list = await listModels(context.database);
    const shipped = readShippedModel().version;
    const usesShipped = !list.some(({ isInUse }) => isInUse);
    if (context.json) return context.printJson({ shipped, usesShipped, models: list });
    const heads = ['version', 'base', 'decisions', 'made', 'state'].map((column) => ({
      title: text(`learn.col-${column}` as 'learn.col-version'),
    }));
    const rows = list.map((one) => [
      ...[one.version, one.base, String((one.trainedOn as { decisions?: number }).decisions ?? '')],
      ...[`${shanghaiMoment(one.madeAt)} ${one.madeBy}`, stateOf(one, shipped)],
    ]);
    print(
      context,
      showTable(heads, [...rows, [shipped, '', '', text('learn.shipped'), usesShipped ? text('learn.in-use') : '']], { width }),
    );
  }

  function stateOf({ isInUse, base }: StoredModel, shipped: string): string {
    return [isInUse ? text('learn.in-use') : '', base === shipped ? '' : text('learn.older-base')].filter(Boolean).join(' ');
  }

  async function promote(
    context: CommandContext,
    version: string,
    { yes, anyway, why = '' }: { yes: boolean; anyway: boolean; why?: string },
  ): Promise<void> {
    const list = await listModels(context.database);
    const found = list.find((one) => one.version === version);
    const isShipped = version === readShippedModel().version;
    if (!found && !isShipped) throw new HubError('config', message('model.unknown', { version }));
    const diff = found?.diff as DiffSummary | undefined;
    if (diff && isWorse(diff) && !(anyway && why !== '')) {
      throw new HubError('config', message('model.against-people', { version, before: diff.before, after: diff.after.length }));
    }
    if (yes) await useModel(context.database, found?.id ?? null, { verb: 'promote', actor: context.actor, reason: why });
    if (context.json) return context.printJson({ version, written: yes, diff: diff ?? null });
    if (diff) print(context, showDiff(diff));
    context.print(yes ? text('learn.promoted', { version }) : text('desk.preview', { command: `huiliu match promote ${version} --yes` }));
  }

  async function rollback(context: CommandContext, { yes, why = '' }: { yes: boolean; why?: string }): Promise<void> {
    const previous = await previousModel(context.database);
    if (previous === undefined) throw new HubError('config', message('model.nothing-before'));
    const version = (await listModels(context.database)).find(({ id }) => id === previous)?.version ?? readShippedModel().version;
    if (yes) await useModel(context.database, previous, { verb: 'rollback', actor: context.actor, reason: why });
    if (context.json) return context.printJson({ version, written: yes });
    context.print(text(yes ? 'learn.promoted' : 'learn.would-roll-back', { version }));
    if (!yes) context.print(text('desk.preview', { command: 'huiliu match rollback --yes' }));
  }
}

/** A model that would link more names against people's words than the one in use. */
const isWorse = ({ before, after }: DiffSummary): boolean => after.length > before;

function print(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.print(line);
}
