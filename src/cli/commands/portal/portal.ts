import type { Command } from 'commander';
import type { ExitCode } from '../../exit-code.js';
import type { Invocation } from '../../invocation.js';
import { registerPages } from './pages.js';
import { registerQuestions } from './questions.js';
import { registerRecord } from './record.js';
import { registerTry } from './try.js';

/** `huiliu portal ...`: what portals need a person for (answers, changed pages), and what helps to write a recipe. */
export function registerPortalCommand(program: Command, invocation: Invocation, finish: (code: ExitCode) => void): void {
  const portal = program.command('portal').description(invocation.screen.text('portal.about'));
  registerQuestions(portal, invocation, finish);
  registerPages(portal, invocation, finish);
  registerTry(portal, invocation, finish);
  registerRecord(portal, invocation);
}
