import type { Command } from 'commander';
import { agentSettings } from '../../../connectors/agent/settings.js';
import { type AgentState, agentState } from '../../db/agents/agent-state.js';
import {
  type Agent,
  askAgent,
  findAgent,
  inviteAgent,
  listAgents,
  pauseAgent,
  readAgentLog,
  revokeAgent,
} from '../../db/agents/agent-store.js';
import type { Database } from '../../db/database.js';
import { findSource } from '../../db/source-store.js';
import { HubError } from '../../model/hub-error.js';
import { message, renderMessage } from '../../model/message.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import type { ExitCode } from '../exit-code.js';
import { exitCode } from '../exit-code.js';
import { expected } from '../expected.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { readYamlFile } from '../read-yaml-file.js';
import { showFacts } from '../show-facts.js';
import { showTable } from '../show-table.js';

const well: ReadonlySet<AgentState> = new Set(['working', 'resting', 'waiting']);

/** `huiliu agents ...`: the agents at distributors, seen from the hub. The agent itself is `huiliu agent`. */
export function registerAgentsCommand(program: Command, { screen, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language } = screen;
  const agents = program.command('agents').description(text('agents.about'));
  const command = (name: string) =>
    agents
      .command(name)
      .description(text(`agents.${name}.about` as 'agents.show.about'))
      .argument('<source>', text('sources.arg-code'));

  agents
    .command('list')
    .description(text('agents.list.about'))
    .action(async () => {
      const list = (await listAgents((await openHub()).database)).map((agent) => ({ agent, ...agentState(agent) }));
      screen.answer(
        { agents: list.map(({ agent, state, told }) => ({ ...publicOf(agent), state, told: renderMessage(told, language) })) },
        () =>
          list.length === 0
            ? [text('agents.none')]
            : showTable(
                (['source', 'state', 'heard', 'version', 'waiting', 'pending'] as const).map((column) => ({
                  title: text(`agents.col-${column}`),
                })),
                list.map(({ agent, state }) => [
                  ...[
                    agent.source,
                    text(`agents.state-${state}`),
                    agent.beatAt ? shanghaiMoment(agent.beatAt) : '—',
                    agent.beat?.version ?? '—',
                  ],
                  ...[String(agent.beat?.waiting.units ?? 0), String(agent.pending)],
                ]),
                screen,
              ),
      );
      if (list.some(({ agent, state }) => agent.enabled && !well.has(state))) finish(exitCode.attention);
    });

  command('invite')
    .option('--hours <n>', text('agents.opt-hours'), hoursOf, 72)
    .action(async (source: string, { hours }: { hours: number }) => {
      const { database } = await openHub();
      const agent = await existing(database, source);
      const { code, expiresAt } = await inviteAgent(database, { sourceId: agent.sourceId, hours, by: actor() });
      screen.answer({ source, code, expiresAt }, () => [text('agents.invited', { source, code, until: shanghaiMoment(expiresAt) })]);
    });

  command('show').action(async (source: string) => {
    const agent = await existing((await openHub()).database, source);
    const { state, told } = agentState(agent);
    screen.answer({ ...publicOf(agent), state, told: renderMessage(told, language), settings: agent.settings }, () => [
      ...showFacts([
        [text('agents.col-source'), `${agent.source} ${agent.title}`],
        [text('agents.col-state'), `${text(`agents.state-${state}`)}: ${renderMessage(told, language)}`],
        [text('agents.fact-enrolled'), agent.enrolledAt ? shanghaiMoment(agent.enrolledAt) : '—'],
        ...(agent.invitedUntil ? [[text('agents.fact-invited'), shanghaiMoment(agent.invitedUntil)] as const] : []),
        [text('agents.fact-keys'), String(agent.liveKeys)],
        ...(agent.beat && agent.beatAt ? factsOf(agent.beat, agent.beatAt) : []),
        [text('agents.col-pending'), String(agent.pending)],
      ]),
      ...(agent.beat?.tasks ?? []).map(({ name, readAt, rows, fault }) =>
        text('agents.task', {
          task: name,
          rows,
          at: readAt ? shanghaiMoment(new Date(readAt)) : '—',
          fault: fault ? renderMessage(fault, language) : '',
        }),
      ),
    ]);
    if (!well.has(state)) finish(exitCode.attention);
  });

  command('pause')
    .requiredOption('--why <text>', text('agents.opt-why'))
    .action(async (source: string, { why }: { why: string }) => {
      const { database } = await openHub();
      await pauseAgent(database, (await existing(database, source)).sourceId, { by: actor(), why });
      screen.answer({ source, paused: true }, () => [text('agents.paused', { source })]);
    });

  command('resume').action(async (source: string) => {
    const { database } = await openHub();
    await pauseAgent(database, (await existing(database, source)).sourceId, null);
    screen.answer({ source, paused: false }, () => [text('agents.resumed', { source })]);
  });

  command('rotate').action(async (source: string) => {
    const { database } = await openHub();
    const agent = await existing(database, source);
    if (agent.liveKeys === 0) throw new HubError('config', message('agent.no-key', { source }));
    await askAgent(database, agent.sourceId, 'rotate_at');
    screen.answer({ source, asked: true }, () => [text('agents.rotating', { source })]);
  });

  command('revoke')
    .option('--yes', text('agents.opt-yes'))
    .action(async (source: string, { yes = false }: { yes?: boolean }) => {
      const { database } = await openHub();
      const agent = await existing(database, source);
      if (agent.liveKeys === 0 && !agent.invitedUntil) throw new HubError('config', message('agent.no-key', { source }));
      if (yes) await revokeAgent(database, agent.sourceId, actor());
      const heard = agent.beatAt ? shanghaiMoment(agent.beatAt) : '—';
      screen.answer({ source, revoked: yes }, () => [
        yes ? text('agents.revoked', { source }) : text('agents.revoke-preview', { source, keys: agent.liveKeys, heard }),
      ]);
    });

  command('log')
    .option('--ask', text('agents.opt-ask'))
    .action(async (source: string, { ask = false }: { ask?: boolean }) => {
      const { database } = await openHub();
      const agent = await existing(database, source);
      if (ask) await askAgent(database, agent.sourceId, 'log_wanted_at');
      const log = await readAgentLog(database, agent.sourceId);
      screen.answer({ source, asked: ask, log }, () => [
        ...(ask ? [text('agents.log-asked', { source })] : []),
        ...(log ? [text('agents.log-of', { at: shanghaiMoment(log.receivedAt) }), log.lines] : [text('agents.no-log')]),
      ]);
    });

  command('configure')
    .requiredOption('--file <yaml>', text('agents.opt-file'))
    .option('--yes', text('agents.opt-configure-yes'))
    .action(async (source: string, { file, yes = false }: { file: string; yes?: boolean }) => {
      const hub = await openHub();
      const agent = await existing(hub.database, source);
      const { changes, settings } = await compared(agent, file);
      if (yes && changes.length > 0) {
        const { id: _, ...known } = (await findSource(hub.database, { code: source }))!;
        await hub.saveSource({ ...known, settings });
      }
      screen.answer({ source, changes, saved: yes && changes.length > 0 }, () =>
        changes.length === 0
          ? [text('agents.unchanged', { source })]
          : [...changes, text(yes ? 'agents.configured' : 'agents.configure-preview', { source })],
      );
    });

  function factsOf(beat: NonNullable<Agent['beat']>, beatAt: Date): (readonly [string, string])[] {
    const offset = Math.round((Date.parse(beat.clock) - beatAt.getTime()) / 1000);
    return [
      [text('agents.col-heard'), shanghaiMoment(beatAt)],
      [text('agents.col-version'), `${beat.version} (${beat.platform})`],
      [text('agents.fact-clock'), text('agents.seconds', { seconds: offset })],
      [
        text('agents.col-waiting'),
        text('agents.waiting-of', { units: beat.waiting.units, kilobytes: Math.round(beat.waiting.bytes / 1024) }),
      ],
    ];
  }

  async function compared(agent: Agent, file: string): Promise<{ changes: string[]; settings: unknown }> {
    const { given, data } = await readYamlFile(file, agentSettings, 'agent.file-invalid');
    const before = flattened(agentSettings.safeParse(agent.settings).data ?? {});
    const after = flattened(data);
    const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    const changes = keys.flatMap((key) =>
      before.get(key) === after.get(key) ? [] : [`${key}: ${before.get(key) ?? '—'} → ${after.get(key) ?? '—'}`],
    );
    return { changes, settings: given };
  }

  function hoursOf(given: string): number {
    const hours = Number(given);
    if (!Number.isInteger(hours) || hours < 1 || hours > 720) throw expected('expected.number', { least: 1, most: 720, example: 24 });
    return hours;
  }
}

async function existing(database: Database, code: string): Promise<Agent> {
  const agent = await findAgent(database, code);
  if (agent) return agent;
  const source = await findSource(database, { code });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
  throw new HubError('config', message('agent.not-agent', { source: code, connector: source.connector }));
}

/** Tasks by their names, so that a moved task is no change. */
function flattened(value: unknown, path = ''): Map<string, string> {
  if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'name' in one))
    return new Map(value.flatMap((one: { name: string }) => [...flattened(one, `${path}[${one.name}]`)]));
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value).flatMap(([key, inner]) => [...flattened(inner, path === '' ? key : `${path}.${key}`)]));
  return new Map([[path, JSON.stringify(value)]]);
}

function publicOf({
  source,
  title,
  sender,
  enabled,
  enrolledAt,
  pausedAt,
  beatAt,
  beat,
  liveKeys,
  invitedUntil,
  pending,
  floor,
}: Agent): object {
  return { source, title, sender, enabled, enrolledAt, pausedAt, beatAt, beat, liveKeys, invitedUntil, pending, floor };
}
