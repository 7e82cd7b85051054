import { agentSettings } from '../../../connectors/agent/settings.js';
import type { Agent } from '../../db/agents/agent-store.js';
import { type Message, message, renderMessage } from '../../model/message.js';

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

function silentMs({ settings }: Agent): number {
  const parsed = agentSettings.safeParse(settings);
  return (parsed.success ? parsed.data.silent_minutes : 60) * 60_000;
}

function moment(date: Date | null): string {
  if (!date || Number.isNaN(date.getTime())) return '—';
  return new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
