import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';

/** What each `huiliu figures ...` is given. */
export interface FiguresDesk extends Desk {
  /** A command about one month. */
  command(name: string): Command;
  /** Opens the database and sums up what has changed before it is read. */
  read(work: (context: CommandContext) => Promise<void>): Promise<void>;
}
