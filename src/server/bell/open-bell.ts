import type { Hub } from '../../app/hub.js';
import type { Answer, Bell } from '../../jobs/bell.js';
import type { Log } from '../log.js';

const queues = ['collect', 'load', 'match'] as const;

/**
 * How to open the bell that the settings ask for; null = none, every process polls. `listens` = it also hears, as many at a time as it has lanes.
 * BullMQ is only read in where there is a Redis.
 */
export async function bellOf(
  { settings, lanes }: Pick<Hub, 'settings' | 'lanes'>,
  log: Log,
  listens: boolean,
): Promise<((answer: Answer) => Bell) | null> {
  const { redisUrl: url, redisPrefix: prefix } = settings;
  if (url === null) return null;
  const { openBullBell } = await import('./open-bull-bell.js');
  return (answer) => openBullBell({ url, prefix, lanes: listens ? { ...lanes } : {}, queues, log }, answer);
}
