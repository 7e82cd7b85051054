import { listSources } from '../db/source-store.js';
import { sourceIo } from './steps/collect-step.js';
import type { StepTools } from './steps/step-tools.js';

const everyMs = 60_000;

/** A duty of the scheduler: lets connectors keep logins alive that only a person can renew. One that fails is for the next collection to tell. */
export function keepLogins(tools: Pick<StepTools, 'database' | 'secrets' | 'connectors'>): () => Promise<void> {
  let next = 0;
  return async () => {
    if (performance.now() < next) return;
    next = performance.now() + everyMs;
    for (const source of await listSources(tools.database)) {
      const connector = tools.connectors.get(source.connector);
      if (!source.enabled || !connector?.keepAlive) continue;
      const settings = connector.settings.safeParse(source.settings);
      if (!settings.success) continue;
      const io = sourceIo(tools, source, AbortSignal.timeout(20_000));
      await connector.keepAlive(settings.data, io).catch(() => undefined);
      await connector.close?.(settings.data, io).catch(() => undefined);
    }
  };
}
