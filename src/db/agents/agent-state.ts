import { type Message, message, renderMessage } from '../../model/message.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import type { ExcuseReason } from '../../schedule/excuse-reason.js';
import type { Agent } from './agent-store.js';

/** How an agent stands, worst first. */
export type AgentState = 'not-enrolled' | 'revoked' | 'paused' | 'silent' | 'fault' | 'resting' | 'waiting' | 'working';

/** Judges an agent by what the hub heard and when, by the hub's clock alone. */
export function agentState(agent: Agent): { readonly state: AgentState; readonly told: Message } {
  const { source, beatAt, beat, now } = agent;
  if (agent.enrolledAt === null) return { state: 'not-enrolled', told: message('agent.not-enrolled', { source }) };
  if (agent.liveKeys === 0) return { state: 'revoked', told: message('agent.is-revoked') };
  if (agent.pausedAt)
    return {
      state: 'paused',
      told: message('agent.is-paused', { by: agent.pausedBy ?? '', since: moment(agent.pausedAt), why: agent.pausedWhy ?? '' }),
    };
  const since = moment(beatAt);
  if (!beat || !beatAt || now.getTime() - beatAt.getTime() > silentMs(agent))
    return { state: 'silent', told: message('agent.is-silent', { since }) };
  const failing = beat.tasks.find(({ fault }) => fault !== null);
  if (failing) {
    const cause = renderMessage(failing.fault!);
    return { state: 'fault', told: message('agent.has-fault', { task: failing.name, cause }) };
  }
  if (beat.resting) return { state: 'resting', told: message('agent.is-resting', { hours: beat.hours.join(' ') }) };
  if (beat.waiting.units > 0) {
    const { units, since: oldest } = beat.waiting;
    return { state: 'waiting', told: message('agent.is-waiting', { units, since: moment(oldest === null ? null : new Date(oldest)) }) };
  }
  return { state: 'working', told: message('agent.is-working', { since }) };
}

/** Why nothing comes from an agent, in the words of the board of missing figures. */
export function agentReason(agent: Agent): { readonly reason: ExcuseReason; readonly told: Message } {
  const { state, told } = agentState(agent);
  const isAway = state === 'fault' && agent.beat!.tasks.find(({ fault }) => fault !== null)!.fault!.code === 'connect.unreachable';
  return { reason: isAway ? 'server-fault' : reasonOf[state], told };
}

const reasonOf: Readonly<Record<AgentState, ExcuseReason>> = {
  'not-enrolled': 'tool-off',
  revoked: 'tool-fault',
  paused: 'tool-off',
  silent: 'tool-off',
  fault: 'erp-fault',
  resting: 'connection-fine',
  waiting: 'tool-fault',
  working: 'connection-fine',
};

function silentMs({ settings }: Agent): number {
  const minutes = (settings as { silent_minutes?: unknown } | null)?.silent_minutes;
  return (typeof minutes === 'number' ? minutes : 60) * 60_000;
}

function moment(date: Date | null): string {
  return !date || Number.isNaN(date.getTime()) ? '—' : shanghaiMoment(date);
}
