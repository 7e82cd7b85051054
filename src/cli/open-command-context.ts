import type { CommandContext } from './command-context.js';
import type { Invocation } from './invocation.js';
import { personAtKeyboard } from './person-at-keyboard.js';

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

/** Who does what a command does. */
export const actor = (): string => personAtKeyboard();
