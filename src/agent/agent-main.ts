import { CommanderError } from 'commander';
import { HubError } from '../model/hub-error.js';
import { type Language, renderMessage } from '../model/message.js';
import { createAgentProgram } from './agent-program.js';
import { agentTextIn } from './agent-texts.js';

/** Runs one command line of the agent and says how the process is to end: as the hub's own commands do (docs/cli.md). */
export async function agentMain(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  const language: Language = (optionValue(args, '--lang') ?? environment['HUILIU_LANG']) === 'en' ? 'en' : 'zh';
  const isJson = args.includes('--json');
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());
  const text = agentTextIn(language);
  const note = (line: string) => void process.stderr.write(`${line}\n`);
  let code = 0;
  const fail = (told: { class: string; code: string; message: string }): void => {
    if (isJson) process.stdout.write(`${JSON.stringify({ error: told })}\n`);
    note(`${text('fault.heading')}: ${told.message}`);
  };
  const program = createAgentProgram({
    ...{ text, language, environment, note, signal: stopping.signal },
    answer: (value, lines) => {
      const told = isJson ? JSON.stringify(value) : lines().join('\n');
      if (told !== '') process.stdout.write(`${told}\n`);
    },
    finish: (ended) => {
      code = ended;
    },
  });
  for (const command of [program, ...program.commands])
    command
      .helpOption('-h, --help', text('opt-help'))
      .exitOverride()
      .configureOutput({ outputError: () => undefined });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) fail({ class: 'usage', code: error.code, message: error.message });
      return error.exitCode === 0 ? 0 : 2;
    }
    if (stopping.signal.aborted) return 130;
    const isKnown = error instanceof HubError;
    const told = isKnown ? renderMessage(error.told, language) : error instanceof Error ? (error.stack ?? error.message) : String(error);
    fail({ class: isKnown ? error.errorClass : 'bug', code: isKnown ? error.told.code : 'unexpected', message: told });
    return isKnown && error.errorClass === 'config' ? 2 : 1;
  }
}

function optionValue(args: readonly string[], option: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`));
  return joined ? joined.slice(option.length + 1) : args[args.indexOf(option) + 1 || args.length];
}
