import { expect, test } from 'vitest';
import { message } from '../model/message.js';
import { dueAt } from './due-at.js';
import { type ArrivalFacts, judgeArrival } from './judge-arrival.js';
import { createWorkCalendar } from './work-calendar.js';

const due = new Date('2026-11-21T23:30:00Z');
const facts = (over: Partial<ArrivalFacts> = {}): ArrivalFacts => ({
  ...{
    figures: 'day',
    dueAt: due,
    isSpokenFor: false,
    firstSeenAt: null,
    loaded: 0,
    landed: 0,
    heldFindings: [],
    fault: null,
    waiting: [],
    excuse: null,
  },
  ...over,
});
const state = (over: Partial<ArrivalFacts>, now = '2026-11-22T01:00:00Z') => judgeArrival(facts(over), new Date(now)).state;
const finding = (gate: string) => [{ gate, part: '', told: message('hub.unexpected') }];

test('nothing is awaited until the deadline and missing after it', () => {
  expect([state({}, '2026-11-21T23:29:00Z'), state({}, '2026-11-21T23:30:00Z')]).toEqual(['awaited', 'missing']);
});

test('what came after the deadline is late, whenever one looks', () => {
  expect(state({ isSpokenFor: true, firstSeenAt: new Date('2026-11-21T18:00:00Z') })).toBe('arrived');
  expect(state({ isSpokenFor: true, firstSeenAt: new Date('2026-11-22T00:10:00Z') })).toBe('late');
});

test('files without a line of the day are empty, not arrived; a source of lists has arrived by any delivery', () => {
  expect(state({ loaded: 2 })).toBe('empty');
  expect(state({ heldFindings: [finding('validate.empty')] })).toBe('empty');
  expect(state({ loaded: 1, figures: 'any' })).toBe('arrived');
});

test.each([
  ['held', { heldFindings: [finding('map.unknown-header')] }, 'new-erp'],
  ['held', { heldFindings: [finding('decode')] }, 'upload-fault'],
  ['failed', { fault: { errorClass: 'transient', told: message('connect.unreachable') } }, 'server-fault'],
  ['failed', { fault: { errorClass: 'auth', told: message('connect.refused-login') } }, 'interface-fault'],
  ['failed', { fault: { errorClass: 'transient', told: message('connect.cut-off') } }, 'upload-fault'],
  ['empty', { loaded: 1 }, 'no-sales'],
  ['missing', {}, 'not-sent'],
] as const)('%s: the hub supposes a reason of the trade from the facts %j', (expected, over, reason) => {
  expect(judgeArrival(facts(over as Partial<ArrivalFacts>), new Date('2026-11-22T01:00:00Z'))).toMatchObject({
    state: expected,
    reason,
    saidBy: 'hub',
  });
});

test('a person may say that nothing is due; a reason why it is still owed leaves it missing', () => {
  expect(judgeArrival(facts({ excuse: { reason: 'no-sales', nothingDue: true } }), new Date('2026-11-22T01:00:00Z'))).toMatchObject({
    state: 'excused',
    saidBy: 'person',
  });
  expect(judgeArrival(facts({ excuse: { reason: 'erp-fault', nothingDue: false } }), new Date('2026-11-22T01:00:00Z'))).toMatchObject({
    ...{ state: 'missing', reason: 'erp-fault', saidBy: 'person' },
  });
  expect(state({ isSpokenFor: true, excuse: { reason: 'no-sales', nothingDue: true } })).toBe('arrived');
});

test('figures are due at a time of the next day, the next workday or the same day; without a time until that day ends', () => {
  const calendar = createWorkCalendar([
    { year: 2026, days: ['2026-10-05', '2026-10-06', '2026-10-07'].map((day) => ({ day, isWorkday: false, name: '国庆节' })) },
  ]);
  const at = (expects: object, day: string) => dueAt(expects, day, calendar).toISOString();
  expect(at({ by: '07:30' }, '2026-11-20')).toBe('2026-11-20T23:30:00.000Z');
  expect(at({ by: '07:30', due: 'next-workday' }, '2026-10-02')).toBe('2026-10-07T23:30:00.000Z');
  expect(at({ by: '23:00', due: 'same-day' }, '2026-11-20')).toBe('2026-11-20T15:00:00.000Z');
  expect(at({}, '2026-11-20')).toBe('2026-11-21T16:00:00.000Z');
});
