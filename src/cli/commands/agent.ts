import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';

/** `huiliu agent ...`: the agent itself, for machines that have the whole program. It shares nothing with a hub: no database, no settings. */
export function registerAgentCommand(program: Command, { screen }: Invocation, finish: (code: ExitCode) => void): void {
  program
    .command('agent')
    .description(screen.text('agent.about'))
    .argument('[words...]', screen.text('agent.arg-words'))
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { agentMain } = await import('../../agent/agent-main.js');
      finish((await agentMain(words)) as ExitCode);
    });
}
