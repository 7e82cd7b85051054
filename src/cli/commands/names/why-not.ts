import type { Command } from 'commander';
import { toRawName } from '../../../db/names/name-to-match.js';
import { readName } from '../../../db/names/read-name.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { Desk } from '../../desk.js';
import { wrapTo } from '../../text-width.js';
import { withContext } from '../../with-context.js';
import { findOneName } from './find-one-name.js';
import { percent } from './queue.js';
import { sayReason } from './say-reason.js';
import { bitsByFamily, familyWord, signed } from './show-bits.js';

/** `huiliu names why-not`: why a terminal is not the answer for a name, or was not even considered. */
export function addWhyNot(names: Command, { text, width, open }: Desk): void {
  names
    .command('why-not')
    .description(text('names.why-not.about'))
    .argument('<name-or-id>', text('names.arg-name'))
    .argument('<terminal>', text('trace.opt-terminal'))
    .action((key: string, code: string) =>
      withContext(open, async (context) => {
        const { database } = context;
        const card = (await readName(database, await findOneName(database, key, { anyOfThem: true })))!;
        const terminal = await database('master.terminal').where({ code }).first('id', 'name', 'survivor_id');
        if (!terminal) throw new HubError('config', message('match.no-such-terminal', { code }));
        const denied = await database('matching.denial').where({ raw_name_id: card.id, terminal_id: terminal.id }).first('decision_id');
        const { names: matcher } = await context.matcher.ready();
        const found = await matcher.whyNot(toRawName(card), terminal.survivor_id ?? terminal.id);
        const reasons = [...(denied ? ['a person said this name does not mean this terminal'] : []), ...found.reasons];
        if (context.json) return context.printJson({ rawNameId: card.id, terminal: code, ...found, reasons });
        context.print(`${card.name}  ≠  ${code} ${terminal.name}`);
        if (found.found) context.print(text('names.why-not-rank', { rank: found.rank, percent: percent(found.probability).trim() }));
        for (const reason of reasons) for (const line of wrapTo(`· ${sayReason(reason, text)}`, width)) context.print(line);
        const behind = bitsByFamily(found.against).filter(({ bits }) => bits < 0);
        if (behind.length > 0) context.print(text('names.why-not-lacks'));
        for (const { family, bits } of behind.slice(0, 6)) context.print(`    ${signed(bits).padStart(6)}  ${familyWord(family, text)}`);
      }),
    );
}
