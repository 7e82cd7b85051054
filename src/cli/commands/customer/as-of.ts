import type { Command } from 'commander';
import { type KeyAsOf, type NamedRecord, readCrosswalkAsOf } from '../../../db/master/read-crosswalk.js';
import { shanghaiDay } from '../../../model/shanghai-day.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Desk } from '../../desk.js';
import { expected } from '../../expected.js';
import { parseDay } from '../../parse-day.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { sourceName } from './source-name.js';

/** `huiliu customer as-of`: what a key meant on a day, as far as was known at a moment; or all keys of a record. */
export function addAsOf(customer: Command, { text, width, open }: Desk): void {
  customer
    .command('as-of')
    .description(text('customer.as-of.about'))
    .argument('<key|record>', text('customer.arg-key-or-record'))
    .option('--as-of <day>', text('customer.opt-as-of'), parseDay)
    .option('--known-at <moment>', text('customer.opt-known-at'), parseMoment)
    .action((asked: string, { asOf, knownAt }: { asOf?: string; knownAt?: string }) =>
      withContext(open, async (context) => {
        const day = asOf ?? shanghaiDay(new Date());
        const found = await readCrosswalkAsOf(context.database, asked, { asOf: day, knownAt: knownAt ?? null });
        if (context.json) return context.printJson(found);
        if (found.length === 0) {
          const then = knownAt === undefined ? '' : momentOf(knownAt);
          const line =
            then === '' ? text('customer.meant-nothing', { asked, day }) : text('customer.meant-nothing-then', { asked, day, known: then });
          return context.print(line);
        }
        const columns = [
          { title: text('customer.col-key'), shrinks: true, wraps: true },
          { title: text('customer.col-no') },
          { title: text('customer.col-name'), shrinks: true, wraps: true },
          { title: text('customer.col-holds') },
          { title: text('customer.col-known') },
        ];
        const rows = found.map(({ no, name, validFrom, validUntil, knownFrom, knownUntil, ...key }) => [
          ...[sourceName(key), no, name],
          ...[spanOf(validFrom, validUntil) || text('customer.always'), spanOf(momentOf(knownFrom), momentOf(knownUntil))],
        ]);
        for (const line of showTable(columns, rows, { width })) context.print(line);
        const remarks = found.flatMap((one) => redirectsOf(one, knownAt !== undefined));
        for (const remark of new Set(remarks)) for (const line of wrapTo(remark, width)) context.print(line);
      }),
    );

  /** Where the merges of then led, and what the key means today, when that is another record. */
  function redirectsOf({ no, name, survivor, today, ...key }: KeyAsOf, isOfThen: boolean): string[] {
    const said = (one: NamedRecord) => `${one.no} ${one.name}`.trim();
    const [source, from] = [sourceName(key), said({ no, name })];
    return [
      ...(survivor.no === no ? [] : [text(isOfThen ? 'customer.merged-then' : 'customer.merged-now', { from, to: said(survivor) })]),
      ...(today === null ? [text('customer.means-nothing-today', { key: source })] : []),
      ...(today !== null && today.no !== survivor.no ? [text('customer.means-today', { key: source, to: said(today) })] : []),
    ];
  }
}

/** '' when it has neither beginning nor end. */
const spanOf = (from: string, until: string): string =>
  from === '-infinity' && until === 'infinity' ? '' : `${from === '-infinity' ? '' : from}…${until === 'infinity' ? '' : until}`;

/** As everywhere, on Shanghai's clock; PostgreSQL writes `infinity` for what still holds. */
const momentOf = (known: string): string => (known.endsWith('infinity') ? known : shanghaiMoment(new Date(known)).slice(0, 16));

/** A moment as ISO text; one without a zone is Shanghai's. */
function parseMoment(given: string): string {
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/u.test(given);
  const text = isZoned ? given : `${given.includes('T') ? given : `${given}T00:00:00`}+08:00`;
  if (!/^\d{4}-\d{2}-\d{2}/u.test(given) || Number.isNaN(Date.parse(text))) throw expected('expected.moment');
  return new Date(text).toISOString();
}
