import type { TextKey } from './text.js';

/** What was typed cannot be done: a person has to type something else. Ends the program with exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';

  constructor(
    readonly key: TextKey,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(key);
  }
}
