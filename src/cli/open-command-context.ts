import { userInfo } from 'node:os';
import type { CommandContext } from './command-context.js';
import type { Invocation } from './invocation.js';

/** The context of the commands that work on the database alone (names, quarantine, trace). The hub closes with the command line. */
export async function openCommandContext({ screen, openHub }: Invocation): Promise<CommandContext> {
  const { database, landing, matcher } = await openHub();
  return {
    database,
    landing,
    matcher,
    language: screen.language,
    json: screen.isJson,
    actor: actor(),
    print: (line) => (screen.isJson ? screen.note(line) : process.stdout.write(`${line}\n`)),
    printJson: (value) => screen.answer(value, () => []),
    close: () => Promise.resolve(),
  };
}

/** The person at the keyboard, for the ledger. A container may have no name for its user. */
export function actor(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? ''}`;
  }
}
