import type { HubMatcher } from '../app/hub-matcher.js';
import type { Database } from '../db/database.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import type { Language } from '../model/message.js';

/** What a command may use; opened when it runs, closed by it. `actor` is the person at the keyboard. */
export interface CommandContext {
  readonly database: Database;
  readonly landing: LandingStore;
  readonly matcher: HubMatcher;
  readonly language: Language;
  readonly json: boolean;
  readonly actor: string;
  print(line: string): void;
  printJson(value: unknown): void;
  close(): Promise<void>;
}
