import { compareSchema } from '../db/migrate.js';
import { oldestReadySeconds } from '../db/stage-store.js';
import { freeMegabytesOf } from './free-megabytes.js';
import type { Hub } from './hub.js';
import { withoutSecrets } from './known-secrets.js';

/** One thing that has to be well for this process to be of use. `degraded` still works; a person is to look. */
export interface ReadinessCheck {
  readonly name: string;
  readonly state: 'up' | 'degraded' | 'down';
  readonly detail: Readonly<Record<string, string | number>>;
}

/** A step that could run but has not been taken for so long: no worker is there, or its bell is broken. */
const agedSeconds = 300;

/** Looks at database, schema, disk and waiting work, each within seconds; never throws. */
export function readReadiness(hub: Pick<Hub, 'database' | 'settings'>): Promise<ReadinessCheck[]> {
  const { database, settings } = hub;
  return Promise.all([
    check('database', async () => {
      await database.raw('select 1').timeout(3000);
      return ['up', {}];
    }),
    check('schema', async () => {
      const { pending, unknown } = await compareSchema(database);
      const detail = { pending: pending.join(', '), unknown: unknown.join(', ') };
      return [pending.length + unknown.length === 0 ? 'up' : 'down', detail];
    }),
    check('disk', async () => {
      const freeMegabytes = await freeMegabytesOf(settings.home);
      return [freeMegabytes < settings.minFreeMegabytes ? 'down' : 'up', { freeMegabytes, minFreeMegabytes: settings.minFreeMegabytes }];
    }),
    check('steps', async () => {
      const seconds = await oldestReadySeconds(database);
      return [seconds > agedSeconds ? 'degraded' : 'up', { oldestReadySeconds: seconds }];
    }),
  ]);
}

async function check(name: string, look: () => Promise<[ReadinessCheck['state'], ReadinessCheck['detail']]>): Promise<ReadinessCheck> {
  try {
    const [state, detail] = await look();
    return { name, state, detail };
  } catch (error) {
    return { name, state: 'down', detail: { cause: withoutSecrets(error instanceof Error ? error.message : String(error)) } };
  }
}
