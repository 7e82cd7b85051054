import type { Command } from 'commander';
import { listNamesAtStake } from '../../../db/names/names-at-stake.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';
import { writeNamesWorkbook } from './names-workbook.js';

/** `huiliu names export`: the waiting names (or all) as a workbook that comes back by `import`. */
export function addExport(names: Command, { text, open }: Desk): void {
  names
    .command('export')
    .description(text('names.export.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--all', text('names.opt-all'), false)
    .option('--force', text('desk.opt-force'), false)
    .action((file: string, { all, force }: { all: boolean; force: boolean }) =>
      withContext(open, async (context) => {
        const waiting = await listNamesAtStake(context.database, { all });
        await writeNamesWorkbook(file, waiting, { force });
        if (context.json) return context.printJson({ file, names: waiting.length });
        context.print(text('names.exported', { path: file, count: grouped(waiting.length) }));
      }),
    );
}
