import { Command, Option } from 'commander';
import type { Language } from '../model/message.js';
import { renderMessage } from '../model/message.js';
import { agentHome, readIdentity } from './agent-home.js';
import type { AgentText } from './agent-texts.js';
import { agentVersion } from './agent-version.js';
import { readIfThere } from './durable-file.js';
import { enrolAgent } from './enrol-agent.js';
import type { AgentStatus } from './run-agent.js';
import { showTrial } from './show-trial.js';

export interface AgentInvocation {
  readonly text: AgentText;
  readonly language: Language;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The result: as JSON, or as lines. */
  answer(value: unknown, lines: () => readonly string[]): void;
  note(line: string): void;
  finish(code: number): void;
}

/** `enrol`, `run`, `try`, `status`: the whole agent, as it is installed at a distributor or called as `huiliu agent`. */
export function createAgentProgram({ text, language, environment, signal, answer, note, finish }: AgentInvocation): Command {
  const program = new Command('huiliu-agent');
  program
    .description(text('about'))
    .version(agentVersion(), '-V, --version')
    .option('--home <folder>', text('opt-home'))
    .option('--json', text('opt-json'))
    .addOption(new Option('--lang <zh|en>', text('opt-lang')).choices(['zh', 'en']))
    .helpCommand(false);
  const home = () => agentHome(program.opts<{ home?: string }>().home, environment);

  program
    .command('enrol')
    .description(text('enrol.about'))
    .argument('<hub-url>', text('arg-hub'))
    .argument('<code>', text('arg-code'))
    .option('--again', text('opt-again'))
    .option('--ca <file>', text('opt-ca'))
    .option('--insecure-http', text('opt-insecure'))
    .action(async (hub: string, code: string, { again = false, ca, insecureHttp = false }: EnrolOptions) => {
      const identity = await enrolAgent(home(), { hub, code, again, caFile: ca ?? null, insecureHttp, signal, language });
      const settings = home().path('agent.yaml');
      answer({ agent: identity.agent, title: identity.title, hub: identity.hub, settings }, () => [
        text('enrolled', { agent: identity.agent, title: identity.title, hub: identity.hub, settings }),
      ]);
    });

  program
    .command('run')
    .description(text('run.about'))
    .option('--once', text('opt-once'))
    .option('--every <seconds>', text('opt-every'), Number)
    .action(async ({ once = false, every }: { once?: boolean; every?: number }) => {
      const { runAgent } = await import('./run-agent.js');
      const everySeconds = every !== undefined && every > 0 ? every : null;
      if (!(await runAgent({ home: home(), once, everySeconds, signal, language, echo: note }))) finish(1);
      if (once) answer(statusOf(), () => []);
    });

  program
    .command('try')
    .description(text('try.about'))
    .argument('<task>', text('arg-task'))
    .option('--day <yyyy-MM-dd>', text('opt-day'))
    .option('--rows <n>', text('opt-rows'), Number, 5)
    .option('--sql <file>', text('opt-sql'))
    .action(async (task: string, { day, rows, sql }: { day?: string; rows: number; sql?: string }) => {
      const { tryTask } = await import('./try-task.js');
      const trial = await tryTask(home(), { task, day: day ?? null, sample: rows, sqlFile: sql ?? null, signal, language });
      answer(trial, () => showTrial(trial, text));
      if (trial.missing.length > 0) finish(3);
    });

  program
    .command('status')
    .description(text('status.about'))
    .action(() => {
      const identity = readIdentity(home());
      const status = statusOf();
      answer({ agent: identity.agent, hub: identity.hub, status }, () => [
        `${text('status.agent')}: ${identity.agent} ${identity.title}`,
        `${text('status.hub')}: ${identity.hub}`,
        ...(status ? statusLines(status) : [text('status.never')]),
      ]);
      if (status === null || status.fault !== null || status.tasks.some(({ fault }) => fault)) finish(3);
    });

  return program;

  function statusOf(): AgentStatus | null {
    const written = readIfThere(home().path('status.json'));
    return written === null ? null : (JSON.parse(written) as AgentStatus);
  }

  function statusLines({ talkedAt, fault, paused, waiting, tasks }: AgentStatus): string[] {
    return [
      `${text('status.talked')}: ${talkedAt ?? '—'}`,
      ...(fault === null ? [] : [`${text('status.fault')}: ${fault}`]),
      ...(paused === null ? [] : [`${text('status.paused')}: ${paused}`]),
      `${text('status.waiting')}: ${text('status.waiting-of', { units: waiting.units, bytes: waiting.bytes })}`,
      ...tasks.map(({ name, readAt, rows, fault: told }) => {
        const state = told ? renderMessage(told, language) : readAt ? text('status.read', { at: readAt, rows }) : text('status.not-read');
        return `${text('status.task', { task: name })}: ${state}`;
      }),
    ];
  }
}

interface EnrolOptions {
  readonly again?: boolean;
  readonly ca?: string;
  readonly insecureHttp?: boolean;
}
