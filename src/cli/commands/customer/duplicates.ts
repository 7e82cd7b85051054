import type { Command } from 'commander';
import { type AlikeLook, lookAtAll, lookForAlike } from '../../../app/look-for-alike.js';
import type { Database } from '../../../db/database.js';
import { type AlikePair, type AlikeSide, listAlike, noteEqual, sayApart } from '../../../db/master/alike-pairs.js';
import { findRecord } from '../../../db/master/find-record.js';
import type { Language } from '../../../model/message.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { cutTo, wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { percent } from '../names/queue.js';
import { strongest } from '../names/show-bits.js';
import { differenceOf } from './difference-lines.js';
import { expectReason } from './expect-reason.js';
import { tellChange } from './tell-change.js';

/** `huiliu customer duplicates|apart`: customers of the master that may be one, and the word that they are not. */
export function addDuplicates(customer: Command, { text, width, open }: Desk): void {
  customer
    .command('duplicates')
    .description(text('customer.duplicates.about'))
    .option('--look', text('customer.opt-look'), false)
    .option('--all', text('customer.opt-look-all'), false)
    .option('--top <count>', text('names.opt-top'), parseCount, 20)
    .action(({ look, all, top }: { look: boolean; all: boolean; top: number }) =>
      withContext(open, async (context) => {
        const looked = await lookNow(context.database, { look, all });
        const list = await listAlike(context.database, top);
        if (context.json) return context.printJson({ ...list, ...(looked && { looked }) });
        if (looked) context.print(text('customer.looked', { customers: grouped(looked.customers) }));
        for (const line of wrapTo(lookOf(list), width)) context.print(line);
        if (list.total === 0) return context.print(text('customer.no-duplicates'));
        context.print(text('customer.duplicates-total', { pairs: grouped(list.total) }));
        for (const pair of list.pairs) for (const line of ['', ...linesOf(pair, context.language)]) context.print(cutTo(line, width));
        context.print('');
        for (const line of wrapTo(text('customer.duplicates-next'), width)) context.print(line);
      }),
    );
  customer
    .command('apart')
    .description(text('customer.apart.about'))
    .argument('<record>', text('customer.arg-record'))
    .argument('<other>', text('customer.arg-record'))
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((one: string, other: string, { note, yes }: { note: string; yes: boolean }) =>
      withContext(open, async (context) => {
        expectReason(yes, note);
        const impact = await sayApart(context.database, { one, other, because: note }, { actor: context.actor, isPreview: !yes });
        if (!context.json) {
          const [left, right] = [await findRecord(context.database, one), await findRecord(context.database, other)];
          context.print(text('customer.apart-of', { one: `${left.no} ${left.name}`, other: `${right.no} ${right.name}` }));
        }
        tellChange(context, text, impact, { isWritten: yes, command: `huiliu customer apart ${one} ${other} --note … --yes` });
      }),
    );

  function lookOf({ lookedAt, notLooked }: { readonly lookedAt: string | null; readonly notLooked: number }): string {
    if (lookedAt === null) return text('customer.not-looked', { count: grouped(notLooked) });
    const at = shanghaiMoment(new Date(lookedAt));
    return notLooked === 0 ? text('customer.looked-at', { at }) : text('customer.looked-at-left', { at, count: grouped(notLooked) });
  }

  function linesOf({ p, why, bits, one, other, differences }: AlikePair, language: Language): string[] {
    const reasons = strongest(Object.fromEntries(bits.map(({ reason, bits: weight }) => [reason, weight])), 3, text);
    const list = differences.map((difference) => differenceOf(difference, language)).join('  ');
    const warning = list === '' ? [] : [`        ${text('customer.differ-in', { list })}`];
    return [`${percent(p)}  ${[text(`customer.alike-${why}`), ...reasons].join('  ')}`, sideLine(one), sideLine(other), ...warning];
  }

  const sideLine = ({ no, name, place, creditCode, systems }: AlikeSide): string =>
    `        ${[no, name, place, creditCode, systems.join('、')].filter((part) => part !== '').join('  ')}`;
}

/** `--look`: whoever is due, now; `--all`: everybody anew. */
async function lookNow(database: Database, { look, all }: { look: boolean; all: boolean }): Promise<AlikeLook | null> {
  if (all) return lookAtAll(database);
  if (!look) return null;
  await noteEqual(database);
  return lookForAlike(database);
}
