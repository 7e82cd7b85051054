import type { Command } from 'commander';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';

/** What each `huiliu figures ...` is given. */
export interface FiguresDesk extends Desk {
  /** A command about one month. */
  command(name: string): Command;
  /** Opens the database, sums up what has changed before it is read, and says which month is meant when none was given. */
  read<Options extends MonthOption>(
    options: Options,
    work: (context: CommandContext, options: Options & { month: string }) => Promise<void>,
  ): Promise<void>;
}

/** `yyyy-MM`; without it the newest month that has figures. */
export interface MonthOption {
  readonly month?: string;
}
