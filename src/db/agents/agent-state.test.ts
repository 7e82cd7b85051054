import { expect, test } from 'vitest';
import { message } from '../../model/message.js';
import { agentReason, agentState } from './agent-state.js';
import type { Agent, Beat } from './agent-store.js';

const now = new Date('2026-03-21T00:00:00Z');
const beat: Beat = {
  ...{ version: '1', platform: 'x', clock: '2099-01-01T00:00:00Z', resting: false, hours: [] },
  ...{ waiting: { units: 0, bytes: 0, since: null }, tasks: [{ name: 'sale', readAt: null, rows: 0, fault: null }] },
};
const agent = (over: Partial<Agent> = {}): Agent => ({
  ...{
    sourceId: 1,
    source: 'd1',
    title: '',
    sender: 'D1',
    settings: {},
    enabled: true,
    enrolledAt: now,
    floor: '0',
    sequence: '0',
    pending: 0,
    now,
  },
  ...{ pausedAt: null, pausedBy: null, pausedWhy: null, rotateAt: null, logWantedAt: null, liveKeys: 1, invitedUntil: null },
  ...{ beatAt: new Date(now.getTime() - 60_000), beat },
  ...over,
});
const fault = (code: 'connect.unreachable' | 'agent.columns-missing') => ({
  beat: { ...beat, tasks: [{ name: 'sale', readAt: null, rows: 0, fault: message(code, {}) }] },
});

test.each([
  ['working', agent(), 'connection-fine'],
  ['not-enrolled', agent({ enrolledAt: null }), 'tool-off'],
  ['revoked', agent({ liveKeys: 0 }), 'tool-fault'],
  ['paused', agent({ pausedAt: now }), 'tool-off'],
  ['silent', agent({ beatAt: new Date(now.getTime() - 61 * 60_000) }), 'tool-off'],
  ['working', agent({ beatAt: new Date(now.getTime() - 61 * 60_000), settings: { silent_minutes: 120 } }), 'connection-fine'],
  ['silent', agent({ beatAt: null, beat: null }), 'tool-off'],
  ['fault', agent(fault('connect.unreachable')), 'server-fault'],
  ['fault', agent(fault('agent.columns-missing')), 'erp-fault'],
  ['resting', agent({ beat: { ...beat, resting: true } }), 'connection-fine'],
  ['waiting', agent({ beat: { ...beat, waiting: { units: 3, bytes: 1, since: 'nonsense' } } }), 'tool-fault'],
] as const)('%s, by what was heard and when', (state, given, reason) => {
  expect([agentState(given).state, agentReason(given).reason]).toEqual([state, reason]);
});
