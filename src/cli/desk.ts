import type { CommandContext } from './command-context.js';
import type { ExitCode } from './exit-code.js';
import type { Text } from './text.js';

/** What the commands of the steward's desk (names, quarantine, trace) are given: the words at once, the database when one runs. */
export interface Desk {
  readonly text: Text;
  /** Terminal columns. */
  readonly width: number;
  open(): Promise<CommandContext>;
  /** Tells how the process is to end; a command that says nothing has ended well. */
  finish(code: ExitCode): void;
}
