import { type Command, Option } from 'commander';
import { readQuality } from '../../../db/master/read-quality.js';
import { entityKinds } from '../../../model/kind.js';
import { columnsIn } from '../../columns-in.js';
import type { Desk } from '../../desk.js';
import { showTable } from '../../show-table.js';
import { withContext } from '../../with-context.js';
import { fieldTitle } from './field-words.js';

/** `huiliu customer quality`: how complete the records of each system are, and how often another system's value goes before theirs. */
export function addQuality(customer: Command, { text, width, open }: Desk): void {
  const { long, right } = columnsIn(text);
  customer
    .command('quality')
    .description(text('customer.quality.about'))
    .addOption(new Option('--entity <entity>', text('customer.opt-entity')).choices(entityKinds).default('customer'))
    .action(({ entity }: { entity: string }) =>
      withContext(open, async (context) => {
        const quality = await readQuality(context.database, entity);
        if (context.json) return context.printJson(quality);
        const columns = [
          long('customer.col-system'),
          ...[right('customer.col-records'), right('customer.col-void'), right('customer.col-complete')],
          ...[right('customer.col-consistent'), right('customer.col-lost')],
        ];
        const rows = quality.sources.map(({ system, records, voided, completeness, consistency, lost }) => [
          ...[system, records, voided, completeness === null ? '' : percent(completeness), percent(consistency)],
          Object.values(lost).reduce((sum, one) => sum + one, 0),
        ]);
        for (const line of showTable(columns, rows, { width })) context.print(line);
        if (quality.poor.length === 0) return;
        context.print('');
        context.print(text('customer.poorest'));
        for (const { no, name, completeness, missing } of quality.poor)
          context.print(
            `  ${no}  ${name}  ${completeness} %  ${missing.map((field) => fieldTitle(entity, field, context.language)).join(context.language === 'zh' ? '、' : ', ')}`,
          );
      }),
    );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
