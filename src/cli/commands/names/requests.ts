import type { Command } from 'commander';
import { listRequests } from '../../../db/names/terminal-requests.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import type { Desk } from '../../desk.js';
import { showTable } from '../../show-table.js';
import { withContext } from '../../with-context.js';

/** `huiliu names requests`: terminals that people asked for. */
export function addRequests(names: Command, { text, width, open }: Desk): void {
  names
    .command('requests')
    .description(text('names.requests.about'))
    .option('--all', text('names.opt-all-requests'), false)
    .action(({ all }: { all: boolean }) =>
      withContext(open, async (context) => {
        const requests = await listRequests(context.database, { all });
        if (context.json) return context.printJson({ requests });
        if (requests.length === 0) return context.print(text('names.no-requests'));
        const columns = [
          ...[{ title: text('desk.id'), align: 'right' as const }, { title: text('names.col-when') }, { title: text('names.col-who') }],
          ...[
            { title: text('names.col-name'), shrinks: true },
            { title: text('names.fact-region'), shrinks: true },
          ],
          ...[
            { title: text('names.col-names'), align: 'right' as const },
            { title: text('desk.state') },
            { title: text('names.col-note'), shrinks: true },
          ],
        ];
        const rows = requests.map(({ id, askedAt, askedBy, fields, names: count, state, terminal, reason, answer }) => [
          ...[id, shanghaiMoment(new Date(askedAt)), askedBy, fields.name, `${fields.province}${fields.city}${fields.county}`, count],
          ...[`${text(`request.${state}`)} ${terminal}`.trim(), answer || reason],
        ]);
        for (const line of [...showTable(columns, rows, { width }), '', text('names.requests-next')]) context.print(line);
      }),
    );
}
