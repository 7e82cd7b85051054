import type { Command } from 'commander';
import { type QueueItem, readQueue } from '../../../db/names/read-queue.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { parseCount } from '../../parse-count.js';
import { cutTo, textWidth } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { wordOf } from '../../word-of.js';
import { sayReason } from './say-reason.js';
import { strongest } from './show-bits.js';

interface Options {
  readonly top: number;
  readonly distributor?: string;
}

/** `huiliu names queue`: the cases that wait for a person, most money first, each with what the matcher thinks. */
export function addQueue(names: Command, { text, width, open }: Desk): void {
  names
    .command('queue')
    .description(text('names.queue.about'))
    .option('--top <count>', text('names.opt-top'), parseCount, 10)
    .option('--distributor <code>', text('names.opt-distributor'))
    .action(({ top, distributor }: Options) =>
      withContext(open, async (context) => {
        const queue = await readQueue(context.database, { limit: top, ...(distributor !== undefined && { distributor }) });
        if (context.json) return context.printJson(queue);
        const { total, items } = queue;
        if (items.length === 0) return context.print(text('names.none'));
        context.print(
          text('names.queue-total', {
            ...{
              spellings: grouped(total.spellings),
              names: grouped(total.names),
              rows: grouped(total.rows),
              amount: grouped(total.amount),
            },
          }),
        );
        for (const item of items) for (const line of ['', ...showItem(item)]) context.print(cutTo(line, width));
        context.print('');
        context.print(text('names.queue-next'));
      }),
    );

  function showItem(item: QueueItem): string[] {
    const state = item.state === 'challenge' ? text('names.challenged') : wordOf('verdict', item.state, text);
    const stake = `${grouped(item.rows)} ${text('names.unit-rows')}  ${grouped(item.amount)}  ${state}`;
    const more = item.names > 1 ? `  ${text('names.queue-more', { names: item.names, distributors: item.distributors })}` : '';
    const room = width - textWidth(stake) - 2;
    const name = cutTo(item.name, Math.max(8, room));
    return [
      name + ' '.repeat(Math.max(2, width - textWidth(name) - textWidth(stake))) + stake,
      `  ${item.rawNameId}  ${item.distributor}${more}`,
      ...(item.challenge ? [`  ${challengeLine(item.challenge)}`] : []),
      ...item.candidates
        .slice(0, 5)
        .map(
          ({ code, name: of, province, p, bits, conflicts }) =>
            `  ${percent(p)}  ${code}  ${of}（${province}）  ${[...conflicts.map((one) => sayReason(`conflict: ${one}`, text)), ...strongest(bits, 2, text)].join('  ')}`,
        ),
      ...(item.whyNotAuto.length > 0
        ? [`  ${text('names.why-waits')}${item.whyNotAuto.map((reason) => sayReason(reason, text)).join('；')}`]
        : []),
    ];
  }

  function challengeLine({ reason, code, name, probability, linkedTo }: NonNullable<QueueItem['challenge']>): string {
    const values = { code, name, percent: percent(probability), linked: linkedTo };
    if (reason === 'closed') return text('names.challenge-closed', values);
    return text(reason === 'merged' ? 'names.challenge-merged' : 'names.challenge-disagrees', values);
  }
}

export function percent(p: number | null): string {
  if (p === null) return '    ';
  return `${(Math.floor(p * 1000) / 10).toFixed(p >= 0.9995 ? 0 : 1)}%`.padStart(6);
}
