import type { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Language } from '../model/message.js';
import { createProgram } from './create-program.js';
import { createInvocation } from './invocation.js';
import { main } from './main.js';
import { createScreen } from './screen.js';
import { cliTexts } from './text.js';
import { WrongUsage } from './wrong-usage.js';

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

const answers = async (...args: string[]) => {
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const code = await main(args, { HUILIU_HOME: '/nowhere' });
  return [code, said.mock.calls.map(([line]) => String(line)).join('')];
};

test('a wrong value is told with the value, what was expected and an example', async () => {
  for (const [args, zh, en] of [
    [
      ['figures', 'month', '--month', '2026-13'],
      '--month <yyyy-MM> 的值“2026-13”不对，应为：月份（yyyy-MM），如 2026-11。',
      'a month (yyyy-MM), e.g. 2026-11.',
    ],
    [
      ['customer', 'as-of', 'K', '--as-of', '2026-13-40'],
      '--as-of <day> 的值“2026-13-40”不对，应为：日期（yyyy-MM-dd），如 2026-11-01。',
      'a day (yyyy-MM-dd), e.g.',
    ],
    [
      ['customer', 'find', 'x', '--limit', "0' is invalid. {"],
      "--limit <n> 的值“0' is invalid. {”不对，应为：1 到 999999 的整数",
      'from 1 to 999999',
    ],
    [['customer', 'find', 'x', '--entity', 'y\u001b[2J'], '--entity <entity> 的值“y [2J”不对，应为：department, ', 'one of: department, '],
    [['history', 'template', '甲'], '的值“甲”不对，应为：', 'one of: department, '],
  ] as const) {
    expect(await answers(...args, '--lang', 'zh')).toEqual([2, expect.stringContaining(zh)]);
    vi.restoreAllMocks();
    expect(await answers(...args, '--lang', 'en')).toEqual([2, expect.stringContaining(en)]);
    vi.restoreAllMocks();
  }
});

test('every value that is parsed is refused with what was expected', () => {
  const parsed = all(program('zh')).flatMap((command) =>
    [...command.options, ...command.registeredArguments].filter((one) => one.parseArg),
  );
  expect(parsed.length).toBeGreaterThan(20);
  for (const one of parsed)
    try {
      one.parseArg!('\u0000' as never, one.defaultValue as never);
    } catch (error) {
      const { message } = error as Error;
      const known = Object.keys(cliTexts).some((key) => message.startsWith(`{"key":"${key}"`));
      expect([message, known || error instanceof WrongUsage || message.startsWith('Allowed choices are ')]).toEqual([message, true]);
    }
});
