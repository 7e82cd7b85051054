import type { Language } from '../model/message.js';
import { type Text, textIn } from './text.js';

/** Where a command speaks: results to stdout, everything else to stderr; with `--json` stdout gets exactly one JSON value. */
export interface Screen {
  readonly language: Language;
  readonly isJson: boolean;
  readonly text: Text;
  /** Terminal columns, 80 when it is no terminal. */
  readonly width: number;
  /** The result of a command: as JSON, or as a person reads it. Called once per command. */
  answer(value: unknown, lines: () => readonly string[]): void;
  /** Something beside the result: progress, hints. */
  note(line: string): void;
}

export function createScreen(language: Language, isJson: boolean): Screen {
  return {
    language,
    isJson,
    text: textIn(language),
    width: process.stdout.columns ?? 80,
    answer(value, lines) {
      const told = isJson ? JSON.stringify(value, plainValue) : lines().join('\n');
      process.stdout.write(`${told}\n`);
    },
    note(line) {
      process.stderr.write(`${line}\n`);
    },
  };
}

/** Exact numbers go out as text: JSON numbers are floats. */
function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}
