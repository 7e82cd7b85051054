import { HubError } from '../model/hub-error.js';
import { renderMessage } from '../model/message.js';
import { type ExitCode, exitCode } from './exit-code.js';
import type { Screen } from './screen.js';
import { WrongUsage } from './wrong-usage.js';

/** Tells a person what went wrong, without a stack unless HUILIU_DEBUG is set, and says how the program is to end. */
export function tellFault(error: unknown, screen: Screen): ExitCode {
  const told = describe(error, screen);
  const value = { error: { class: told.errorClass, code: told.code, message: told.text } };
  if (screen.isJson) screen.answer(value, () => []);
  screen.note(`${screen.text('fault.heading')}: ${told.text}`);
  if (process.env['HUILIU_DEBUG']) screen.note(stackOf(error));
  else if (told.errorClass === 'bug') screen.note(screen.text('fault.stack-hint'));
  return told.errorClass === 'config' || told.errorClass === 'usage' ? exitCode.usage : exitCode.fault;
}

function describe(error: unknown, { language, text }: Screen): { errorClass: string; code: string; text: string } {
  if (error instanceof HubError) return { errorClass: error.errorClass, code: error.told.code, text: renderMessage(error.told, language) };
  if (error instanceof WrongUsage) return { errorClass: 'usage', code: error.key, text: text(error.key, error.values) };
  const away = databaseAway(error);
  if (away) return { errorClass: 'transient', code: 'fault.no-database', text: text('fault.no-database', { cause: away }) };
  return { errorClass: 'bug', code: 'unexpected', text: error instanceof Error ? error.message || error.name : String(error) };
}

/** The codes by which pg says that there is no server, no such database or no entry. */
function databaseAway(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|3D000|28P01|28000|57P0\d)$/.test(code))
    return null;
  const { message } = error as Error;
  return message || code;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
