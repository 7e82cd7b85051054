import type { Command } from 'commander';
import type { Desk } from '../../desk.js';
import type { ExitCode } from '../../exit-code.js';
import type { Invocation } from '../../invocation.js';
import { addCheck, addCommit, addDiff, addList, addPreview, addResult, addShow, addUndo } from './import-commands.js';
import { addTemplate } from './template.js';
import { addWaiting } from './waiting.js';

/** One line per subcommand, in the order of the help. */
const subcommands: readonly ((history: Command, invocation: Invocation, finish: (code: ExitCode) => void) => void)[] = [
  addTemplate,
  addPreview,
  addCheck,
  addDiff,
  addCommit,
  addResult,
  addUndo,
  addList,
  addShow,
];

/** `huiliu history …`: what other systems and old workbooks know of customers, contracts, contacts and the rest. */
export function registerHistoryCommand(program: Command, invocation: Invocation, finish: (code: ExitCode) => void, desk: Desk): void {
  const history = program.command('history').description(invocation.screen.text('history.about'));
  for (const add of subcommands) add(history, invocation, finish);
  addWaiting(history, desk);
}
