import { type AlertTools, sendDueAlerts, watchIncidents } from './keep-alerts.js';

/** How often incidents are looked for; alerts that wait are sent after every look of the scheduler. */
const watchMs = 60_000;

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
  ];
}
