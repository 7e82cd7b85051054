import { inSnapshot } from '../../../db/in-snapshot.js';
import { writeFiguresWorkbook } from '../../figures-workbook.js';
import { grouped } from '../../grouped.js';
import type { FiguresDesk, MonthOption } from './figures-desk.js';

/** `huiliu figures report`: everything of a month in one workbook, read in one snapshot. */
export function addReport({ command, read, text }: FiguresDesk): void {
  command('report')
    .description(text('figures.report.about'))
    .requiredOption('--out <file.xlsx>', text('figures.opt-out'))
    .option('--actual', text('figures.opt-actual'), false)
    .option('--force', text('desk.opt-force'), false)
    .action((options: MonthOption & { out: string; actual: boolean; force: boolean }) =>
      read(options, async (context, { month, out, actual, force }) => {
        const question = { month, by: actual ? 'actual' : 'counted' } as const;
        const rows = await inSnapshot(context.database, (client) => writeFiguresWorkbook(out, client, question, text, { force }));
        return context.json
          ? context.printJson({ path: out, rows })
          : context.print(text('figures.written', { path: out, rows: grouped(rows) }));
      }),
    );
}
