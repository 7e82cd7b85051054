import type { RawName, Terminal } from '../terminal.js';

/** A link that a person made and that is in force. */
export interface TaughtLink {
  readonly raw: RawName;
  readonly terminal: Terminal;
  /** Whom the person said it for; a link for everybody is trusted as a spelling of the terminal without further signs. */
  readonly isForEverybody: boolean;
}
