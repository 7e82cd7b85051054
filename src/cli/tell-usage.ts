import type { CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exit-code.js';
import type { Screen } from './screen.js';
import type { TextKey } from './text.js';

/** What commander found wrong with the command line, in the reader's language. Help and version are no faults. */
export function tellUsage(error: CommanderError, screen: Screen): ExitCode {
  if (['commander.helpDisplayed', 'commander.version'].includes(error.code)) return exitCode.ok;
  // `commander.help`: a group such as `sources` without its subcommand; the help is already on stderr.
  const key = error.code === 'commander.help' ? 'usage.no-command' : keys[error.code];
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const guess = /Did you mean (?:one of )?(.+?)\?/.exec(error.message)?.[1];
  const told = key === 'usage.bad-value' ? badValue(error.message, screen) : key ? screen.text(key, { name }) : error.message;
  const text = guess ? `${told}${screen.text('usage.did-you-mean', { name: guess })}` : told;
  if (screen.isJson) screen.answer({ error: { class: 'usage', code: key ?? error.code, message: text } }, () => []);
  screen.note(text);
  return exitCode.usage;
}

const keys: Readonly<Record<string, TextKey>> = {
  'commander.unknownCommand': 'usage.unknown-command',
  'commander.unknownOption': 'usage.unknown-option',
  'commander.missingArgument': 'usage.missing-argument',
  'commander.missingMandatoryOptionValue': 'usage.missing-option',
  'commander.optionMissingArgument': 'usage.missing-value',
  'commander.invalidArgument': 'usage.bad-value',
  'commander.excessArguments': 'usage.too-many',
};

/** Which value, and what was expected: said by a parser (`expected`), or by commander of an option with choices. */
function badValue(message: string, { text }: Screen): string {
  const option = /^error: option '(?<name>.*?)' (?:argument|value) '(?<value>.*)' (?:from env '.*' )?is invalid\. (?<told>.*)$/su.exec(
    message,
  );
  const argument = /^error: command-argument value '(?<value>.*)' is invalid for argument '(?<name>.*?)'\. (?<told>.*)$/su.exec(message);
  const { name = '', value = '', told = '' } = (option ?? argument)?.groups ?? {};
  const choices = /^Allowed choices are (.*)\.$/su.exec(told)?.[1];
  const { key, values } =
    choices === undefined
      ? (JSON.parse(told) as { key: TextKey; values: Record<string, string | number> })
      : { key: 'expected.one-of' as const, values: { choices } };
  return text('usage.bad-value', { name, value: value.replace(/[\s\p{Cc}]+/gu, ' '), expected: text(key, values) });
}
