import type { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Language } from '../model/message.js';
import { createProgram } from './create-program.js';
import { createInvocation } from './invocation.js';
import { createScreen } from './screen.js';
import { cliTexts } from './text.js';

const interruption = { signal: new AbortController().signal, onEnd: () => () => undefined, end: () => Promise.resolve() };
const program = (language: Language): Command =>
  createProgram(createInvocation(createScreen(language, false), interruption, { HUILIU_HOME: '/nowhere' }), () => undefined);
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

afterEach(() => vi.restoreAllMocks());

describe('every command speaks Chinese and English', () => {
  const english = all(program('en'));
  test.each(all(program('zh')).map((command, at) => [command.name(), command, english[at]!] as const))('%s', (_, zh, en) => {
    expect(zh.description()).toMatch(/\p{Script=Han}/u);
    expect(en.description()).toMatch(/[a-z]/u);
    expect(en.description().replaceAll('流向', '')).not.toMatch(/\p{Script=Han}/u);
    for (const option of zh.options) expect(option.description, option.flags).not.toBe('');
    for (const option of en.options) expect(option.description, option.flags).not.toMatch(/\p{Script=Han}/u);
    expect(zh.helpInformation()).toContain('用法：');
    expect(en.helpInformation()).toContain('Usage:');
  });
});

test('every text has both languages and the same places', () => {
  const places = (text: string) => [...new Set(text.match(/\{\w+\}/gu))].toSorted();
  for (const [key, { zh, en }] of Object.entries(cliTexts)) expect(places(zh), key).toEqual(places(en));
});

test('help fits a terminal of 80 columns', async () => {
  const { textWidth } = await import('./text-width.js');
  for (const command of all(program('zh')))
    for (const line of command
      .helpInformation()
      .split('\n')
      .filter((one) => !one.startsWith('用法')))
      expect(textWidth(line), line).toBeLessThanOrEqual(80);
});

test('a default is told only where it is a word or a number', () => {
  for (const command of all(program('en'))) expect(command.helpInformation()).not.toMatch(/object Object|default (?:false|\))/u);
  const names = all(program('en')).find((command) => command.name() === 'names');
  expect(names?.commands.find((command) => command.name() === 'list')?.helpInformation()).toContain('(default 20)');
});
