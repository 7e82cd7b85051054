import { type Command, Option } from 'commander';
import { searchRecords } from '../../../db/master/search-records.js';
import { entityKinds } from '../../../model/kind.js';
import type { Desk } from '../../desk.js';
import { parseCount } from '../../parse-count.js';
import { showTable } from '../../show-table.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';

/** `huiliu customer find`: records by number, code, credit code, a part of a name, former name or spelling in the flow, or customers by the number of a document. */
export function addFind(customer: Command, { text, width, open }: Desk): void {
  customer
    .command('find')
    .description(text('customer.find.about'))
    .argument('<text>', text('customer.arg-text'))
    .addOption(new Option('--entity <entity>', text('customer.opt-entity')).choices(entityKinds))
    .option('--limit <n>', text('customer.opt-limit'), parseCount, 20)
    .action((asked: string, { entity, limit }: { entity?: string; limit: number }) =>
      withContext(open, async (context) => {
        const found = await searchRecords(context.database, asked, { entity: entity ?? null, limit: limit + 1 });
        const hits = found.slice(0, limit);
        const tellMore = () => {
          if (found.length > limit) for (const line of wrapTo(text('customer.more-found', { limit }), width)) context.print(line);
        };
        if (context.json) {
          context.printJson(hits);
          return tellMore();
        }
        if (hits.length === 0) {
          for (const line of wrapTo(text('customer.nothing-found', { asked }), width)) context.print(line);
          return;
        }
        const hasAlias = hits.some(({ aliases }) => aliases.length > 0);
        const hasDocument = hits.some(({ documents }) => documents.length > 0);
        const columns = [
          { title: text('customer.col-no') },
          { title: text('customer.col-name'), shrinks: true },
          { title: text('customer.col-place'), shrinks: true },
          { title: text('customer.col-keys'), align: 'right' as const },
          { title: text('customer.col-state') },
          ...(hasAlias ? [{ title: text('customer.col-alias'), shrinks: true }] : []),
          ...(hasDocument ? [{ title: text('customer.col-document'), shrinks: true }] : []),
        ];
        const rows = hits.map(({ no, name, place, keys, status, survivor, documents, aliases }) => [
          ...[no, name, place, keys],
          survivor === null ? text(`customer.status-${status as 'active' | 'merged' | 'withdrawn'}`) : `→ ${survivor}`,
          ...(hasAlias ? [aliases.join('、')] : []),
          ...(hasDocument
            ? [documents.map((one) => `${text(`customer.entity-${one.entity as 'contract'}`)} ${one.number}`).join('、')]
            : []),
        ]);
        for (const line of showTable(columns, rows, { width })) context.print(line);
        tellMore();
      }),
    );
}
