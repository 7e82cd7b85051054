import type { Command } from 'commander';
import type { Desk } from '../../desk.js';
import { addAsOf } from './as-of.js';
import { addDuplicates } from './duplicates.js';
import { addFind } from './find.js';
import { addLink } from './link.js';
import { addMerge } from './merge.js';
import { addOverride } from './override.js';
import { addOverrides } from './overrides.js';
import { addQuality } from './quality.js';
import { addRebuild } from './rebuild.js';
import { addRelate } from './relate.js';
import { addRequests } from './requests.js';
import { addShow } from './show.js';
import { addSplit } from './split.js';
import { addUndo } from './undo.js';

/** One line per subcommand, in the order of the help. */
const subcommands: readonly ((customer: Command, desk: Desk) => void)[] = [
  ...[addFind, addShow, addAsOf, addQuality, addDuplicates, addOverrides],
  ...[addMerge, addLink, addSplit, addOverride, addRelate, addUndo],
  ...[addRequests, addRebuild],
];

/** `huiliu customer …`: the golden records, what they come from, and what people say about them. */
export function registerCustomerCommand(program: Command, desk: Desk): void {
  const customer = program.command('customer').description(desk.text('customer.about'));
  for (const add of subcommands) add(customer, desk);
}
