import type { Command } from 'commander';
import { type EndedOverride, listEndedOverrides, settleEnded } from '../../../db/master/ended-overrides.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Desk } from '../../desk.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

interface Options {
  readonly settle?: string;
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu customer overrides`: overrides that ended by themselves and that somebody should look at again. */
export function addOverrides(customer: Command, { text, width, open }: Desk): void {
  customer
    .command('overrides')
    .description(text('customer.overrides.about'))
    .option('--settle <override>', text('customer.opt-settle'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action(({ settle, note, yes }: Options) =>
      withContext(open, async (context) => {
        if (settle !== undefined) {
          expectReason(yes, note);
          const impact = await settleEnded(context.database, settle, { because: note, actor: context.actor, isPreview: !yes });
          return tellChange(context, text, impact, {
            isWritten: yes,
            command: `huiliu customer overrides --settle ${settle} --note … --yes`,
          });
        }
        const ended = await listEndedOverrides(context.database);
        if (context.json) return context.printJson(ended);
        if (ended.length === 0) return context.print(text('customer.no-ended'));
        for (const one of ended) for (const line of linesOf(one)) context.print(line);
        context.print('');
        for (const line of wrapTo(text('customer.ended-next'), width)) context.print(line);
      }),
    );

  function linesOf({ id, no, name, attribute, value, state, endedAt, source, saidThen, saidNow, golden }: EndedOverride): string[] {
    const values = { source: source ?? '', was: saidThen || '—', now: saidNow || '—', at: shanghaiMoment(new Date(endedAt)) };
    return [
      `${id}  ${no} ${name}  ${attribute} = ${value || '—'}`,
      `    ${text(state === 'moved' ? 'customer.ended-moved' : 'customer.ended-expired', values)}  ${text('customer.ended-golden', { value: golden ?? '—' })}`,
    ];
  }
}
