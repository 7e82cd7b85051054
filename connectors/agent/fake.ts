import type { AgentInbox, ArrivedUnit } from '../../src/journey/collect/agent-inbox.js';
import type { FarRecords } from '../../src/journey/collect/far-records.js';
import { locatorOf } from './unit.js';

/** What an agent has sent, kept in memory: each day with other rows than before is a higher version. The real inbox is in `src/db/agents`. */
export async function startFakeRecords(): Promise<FarRecords> {
  const units = new Map<string, ArrivedUnit & { readonly bytes: Buffer; readonly landed: number }>();
  const sql = 'select day, id, customer, qty from sale where day >= :from and day < :to';
  const task = { name: 'sale', kind: 'sale', sql };
  let clock = Date.parse('2026-03-21T01:00:00Z');
  const inbox: AgentInbox = {
    pending: async () =>
      [...units.values()]
        .filter(({ version, landed }) => Number(version) > landed)
        .map(({ bytes, landed, ...unit }) => unit)
        .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()),
    head: async (locator, version) => (units.get(locator)?.version === version ? units.get(locator)!.head : null),
    async *rows(locator) {
      yield units.get(locator)!.bytes;
    },
    async landed(locator, version) {
      const unit = units.get(locator);
      if (unit) units.set(locator, { ...unit, landed: Math.max(unit.landed, Number(version)) });
    },
  };
  return {
    settings: { tasks: [task] },
    secrets: {},
    wrongSecrets: {},
    port: null,
    inbox,
    through: () => ({}),
    wrongQuestion: {},
    feed: () => ({}),
    async put(day, records) {
      const lines = records.map((record) => `${JSON.stringify({ day, ...record })}\n`).toSorted();
      const bytes = Buffer.from(lines.join(''));
      const locator = locatorOf({ task: 'sale', day, branch: '' });
      const before = units.get(locator);
      if (before?.bytes.equals(bytes)) return;
      const head = { task: 'sale', kind: 'sale', branch: '', day, columns: ['day', 'id', 'customer', 'qty'], asked: { sql } } as const;
      const version = String(Number(before?.version ?? 0) + 1);
      clock += 1000;
      const receivedAt = new Date(clock);
      units.set(locator, { locator, version, receivedAt, byteCount: bytes.length, head, bytes, landed: before?.landed ?? 0 });
    },
    given: async () => null,
    stop: async () => undefined,
  };
}
