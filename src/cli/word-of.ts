import { cliTexts, type Text, type TextKey } from './text.js';

/** The word of a language for a code of the ledger; a code without one (a rule named in a layout) is shown as it is. */
export function wordOf(what: 'verdict' | 'fate' | 'state' | 'kind' | 'rule', code: string, text: Text): string {
  const key = `${what}.${code}`;
  return key in cliTexts ? text(key as TextKey) : code;
}
