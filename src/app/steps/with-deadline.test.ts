import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { withDeadline } from './with-deadline.js';

const late = new HubError('transient', message('hub.collect-timeout', { source: 's', minutes: 1 }));
const never = new AbortController().signal;

test('a collection that hears the signal ends at the deadline and is told as late', async () => {
  await expect(
    withDeadline({ ms: 20, graceMs: 5000, signal: never, late }, (until) => sleep(10_000, undefined, { signal: until })),
  ).rejects.toBe(late);
});

test('one that does not hear is left behind shortly after', async () => {
  const startedAt = performance.now();
  await expect(withDeadline({ ms: 20, graceMs: 50, signal: never, late }, () => new Promise(() => undefined))).rejects.toBe(late);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('what ends in time ends as it did', async () => {
  await withDeadline({ ms: 1000, graceMs: 50, signal: never, late }, () => Promise.resolve());
  const own = new Error('refused');
  await expect(withDeadline({ ms: 1000, graceMs: 50, signal: never, late }, () => Promise.reject(own))).rejects.toBe(own);
});
