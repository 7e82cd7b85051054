import { expect, test } from 'vitest';
import { masterMessages } from '../model/messages/master.js';
import { validateMessages } from '../model/messages/validate.js';
import { textIn } from './text.js';
import { wordOf } from './word-of.js';

const gates = ['empty', 'totals', 'period', 'volume', 'shrunk'].map((gate) => `validate.${gate}`);

test('every rule that can send a row to quarantine has a short name in both languages', () => {
  // `record-…` words the same rules for rows of lists and entities.
  const rules = Object.keys(validateMessages).filter((code) => !gates.includes(code) && !code.startsWith('validate.record-'));
  // Those of lists and entities that are no remark and no fault of an import.
  const loaded = /credit-code|phone|mobile|email|postcode|choice-open|left-out|partial-date|bad-system|unknown-import|import-/u;
  const masterRules = Object.keys(masterMessages).filter((code) => !loaded.test(code));
  for (const rule of [...rules, ...masterRules, 'map.unknown-row-kind'])
    for (const language of ['zh', 'en'] as const) expect(wordOf('rule', rule, textIn(language)), rule).not.toBe(rule);
});

test('a rule that a layout names is shown by that name', () => {
  expect(wordOf('rule', 'layout:samples', textIn('zh'))).toBe('layout:samples');
});
