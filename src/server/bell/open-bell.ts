import type { Hub } from '../../app/hub.js';
import type { Answer, Bell } from '../../jobs/bell.js';
import type { Log } from '../log.js';
import { openBullBell } from './open-bull-bell.js';

const queues = ['collect', 'load', 'match'] as const;

/** How to open the bell that the settings ask for; null = none, every process polls. `listens` = it also hears, as many at a time as it has lanes. */
export function bellOf(
  { settings, lanes }: Pick<Hub, 'settings' | 'lanes'>,
  log: Log,
  listens: boolean,
): ((answer: Answer) => Bell) | null {
  const { redisUrl: url, redisPrefix: prefix } = settings;
  return url === null ? null : (answer) => openBullBell({ url, prefix, lanes: listens ? { ...lanes } : {}, queues, log }, answer);
}
