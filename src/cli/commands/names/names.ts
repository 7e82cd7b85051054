import type { Command } from 'commander';
import { registerAuditCommand } from '../../audit-command.js';
import type { Desk } from '../../desk.js';
import { addApprove } from './approve.js';
import { addDecide } from './decide.js';
import { addExport } from './export.js';
import { addImport } from './import.js';
import { addList } from './list.js';
import { addMerge } from './merge.js';
import { addQueue } from './queue.js';
import { addReject } from './reject.js';
import { addRequests } from './requests.js';
import { addShow } from './show.js';
import { addUndo } from './undo.js';
import { addWhy } from './why.js';
import { addWhyNot } from './why-not.js';

/** One line per subcommand, in the order of the help. */
const subcommands: readonly ((names: Command, desk: Desk) => void)[] = [
  addQueue,
  addShow,
  addWhy,
  addWhyNot,
  addDecide,
  addUndo,
  addRequests,
  addApprove,
  addReject,
  addMerge,
  registerAuditCommand,
  addList,
  addExport,
  addImport,
];

/** `huiliu names …`: the matching table at the steward's desk. */
export function registerNamesCommand(program: Command, desk: Desk): void {
  const names = program.command('names').description(desk.text('names.about'));
  for (const add of subcommands) add(names, desk);
}
