import { refreshWhenQuiet } from '../../db/figures/refresh-figures.js';
import { type AlertTools, sendDueAlerts, watchIncidents } from './keep-alerts.js';

/** How often incidents are looked for: with 1,500 sources it costs a quarter of a second of processor time. Alerts that wait go out after every look. */
const watchMs = 120_000;

/** What a scheduler does besides starting runs: hand them to `runScheduler` as `duties`. */
export function schedulerDuties(tools: AlertTools): (() => Promise<void>)[] {
  let next = 0;
  return [
    async () => {
      if (performance.now() < next) return;
      next = performance.now() + watchMs;
      await watchIncidents(tools);
    },
    async () => void (await sendDueAlerts(tools)),
    () => refreshWhenQuiet(tools.database),
  ];
}
