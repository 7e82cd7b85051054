import { CommanderError } from 'commander';
import type { Language } from '../model/message.js';
import { createProgram } from './create-program.js';
import { type ExitCode, exitCode } from './exit-code.js';
import { watchInterruption } from './interruption.js';
import { createInvocation } from './invocation.js';
import { createScreen } from './screen.js';
import { tellFault } from './tell-fault.js';
import { tellUsage } from './tell-usage.js';

/** Runs one command line (without node and script) and says how the process is to end. */
export async function main(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  const { language, isJson, home } = readGlobals(args, environment);
  const screen = createScreen(language, isJson);
  const interruption = watchInterruption(() => screen.note(screen.text('fault.interrupted')));

  let code: ExitCode = exitCode.ok;
  try {
    const invocation = createInvocation(screen, interruption, { ...environment, ...home, HUILIU_LANG: language });
    const program = createProgram(invocation, (result) => {
      code = result;
    });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (interruption.signal.aborted) code = exitCode.interrupted;
    else if (error instanceof CommanderError) code = tellUsage(error, screen);
    else code = tellFault(error, screen);
  }
  await interruption.end().catch((error: unknown) => {
    if (code === exitCode.ok) code = tellFault(error, screen);
  });
  return interruption.signal.aborted ? exitCode.interrupted : code;
}

/** The options that decide how we speak, read before the texts of all the others exist. A wrong language is told by commander. */
function readGlobals(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const stop = args.indexOf('--');
  const before = stop < 0 ? args : args.slice(0, stop);
  const wanted = optionValue(before, '--lang') ?? environment['HUILIU_LANG'];
  const language: Language = wanted === 'en' ? 'en' : 'zh';
  const home = optionValue(before, '--home');
  return { language, isJson: before.includes('--json'), home: home === undefined ? {} : { HUILIU_HOME: home } };
}

function optionValue(args: readonly string[], option: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}
