import type { Command } from 'commander';
import { answerName, listWaitingNames, type WaitingName } from '../../../db/master/waiting-names.js';
import { entityDefinition } from '../../../journey/map/entity-definitions.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { cutTo, wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { wordOf } from '../../word-of.js';
import { expectReason } from '../customer/expect-reason.js';
import { tellChange } from '../customer/tell-change.js';
import { percent } from '../names/queue.js';
import { sayReason } from '../names/say-reason.js';
import { strongest } from '../names/show-bits.js';

/** `huiliu history waiting|take`: names of customers that rows wait for, and what they mean. */
export function addWaiting(history: Command, { text, width, open }: Desk): void {
  history
    .command('waiting')
    .description(text('history.waiting.about'))
    .option('--top <count>', text('names.opt-top'), parseCount, 20)
    .action(({ top }: { top: number }) =>
      withContext(open, async (context) => {
        const list = await listWaitingNames(context.database, top);
        if (context.json) return context.printJson(list);
        if (list.total === 0) return context.print(text('history.nobody-waits'));
        context.print(text('history.waiting-total', { names: grouped(list.total) }));
        for (const one of list.names) for (const line of ['', ...linesOf(one, context)]) context.print(cutTo(line, width));
        context.print('');
        for (const line of wrapTo(text('history.waiting-next'), width)) context.print(line);
      }),
    );
  history
    .command('take')
    .description(text('history.take.about'))
    .argument('<name>', text('history.arg-name'))
    .requiredOption('--as <record>', text('customer.arg-record'))
    .option('--system <code>', text('history.opt-system'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((name: string, { as: to, system, note, yes }: { as: string; system?: string; note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const answer = { name, to, because: note, ...(system !== undefined && { system }) };
        const impact = await answerName(context.database, answer, { actor: context.actor, isPreview: !yes });
        tellChange(context, text, impact, { isWritten: yes, command: `huiliu history take ${name} --as ${to} --note … --yes` });
      }),
    );

  function linesOf({ system, name, waiting, loose, entities, verdict, candidates, whyNotAuto }: WaitingName, { language }: CommandContext) {
    const kinds = entities.map((entity) => entityDefinition(entity)?.[language] ?? entity).join('、');
    return [
      `${name}  ${text('history.waiting-rows', { system, kinds, waiting: grouped(waiting), loose: grouped(loose) })}`,
      ...candidates
        .filter(({ p }) => p >= 0.01)
        .map(
          ({ no, name: of, p, why }) =>
            `  ${percent(p)}  ${no}  ${of}  ${strongest(Object.fromEntries(why.map(({ reason, bits }) => [reason, bits])), 2, text).join('  ')}`,
        ),
      `  ${verdict === null ? text('history.waiting-unasked') : wordOf('verdict', verdict, text)}${
        whyNotAuto.length > 0 ? `  ${text('names.why-waits')}${whyNotAuto.map((reason) => sayReason(reason, text)).join('；')}` : ''
      }`,
    ];
  }
}
