import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../scripts/sample-night/seeded-random.js';
import { sendToWebhooks } from '../../src/app/share/send-to-webhooks.js';
import { writeFileSet } from '../../src/app/share/write-file-set.js';
import { compareParity, countMaster, countOurs } from '../../src/db/share/parity-store.js';
import { lastSeq, readChanges } from '../../src/db/share/read-changes.js';
import { claimFileSets, listExchange, saveSubscribers } from '../../src/db/share/subscriber-store.js';
import type { Change, RecordImage } from '../../src/share/change.js';
import { ParitySum, parityOf } from '../../src/share/parity-of.js';
import { copiesIn } from '../../src/share/read-copy.js';
import { subscriberSchema } from '../../src/share/subscriber.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { type Chance, pick, something } from '../master-history.js';

// HUILIU_MASTER_OPERATIONS=1000 makes it long.
const operations = Number(process.env['HUILIU_MASTER_OPERATIONS'] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'huiliu-parity-'));
let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(async () => {
  await own.drop();
  rmSync(folder, { recursive: true });
});

/** What a subscriber has on its disk; the rest is lost when it crashes. */
interface Disk {
  readonly held: Map<string, RecordImage>;
  seq: number;
}

/** Takes changes as a careful subscriber does: those that it has are ignored. */
function take(disk: Disk, changes: readonly Change[]): void {
  for (const { seq, no, after } of changes) {
    if (seq <= disk.seq) continue;
    disk.held.set(no, after);
    disk.seq = seq;
  }
}

/** Asks page by page; crashes now and then between what it took and what it noted, and takes that again. */
async function pull(disk: Disk, chance: Chance): Promise<void> {
  for (;;) {
    const { changes, through } = await readChanges(own.database, { after: disk.seq, limit: 1 + Math.floor(chance() * 20), entities: [] });
    if (chance() < 0.2) return void take({ held: disk.held, seq: disk.seq }, changes); // the values are on the disk, the place is not
    take(disk, changes);
    if (through === disk.seq || changes.length === 0) return;
  }
}

test(`${operations} random operations reach three subscribers that crash and resume; all hold the same at the end`, {
  timeout: 3_600_000,
}, async () => {
  const chance = seededRandom(7).next;
  const [webhook, puller]: [Disk, Disk] = [
    { held: new Map(), seq: 0 },
    { held: new Map(), seq: 0 },
  ];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const mood = chance();
      if (mood < 0.15) return request.socket.destroy(); // crashed before it was safe
      take(webhook, (JSON.parse(body) as { changes: Change[] }).changes);
      if (mood < 0.3) return request.socket.destroy(); // crashed after it was safe, before it said so
      response.writeHead(mood < 0.4 ? 503 : 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await saveSubscribers(
    own.database,
    [
      { code: 'crm', kind: 'webhook', settings: { url, secret: 'env:X', allow_private: true, most: 7 } },
      { code: 'oa', kind: 'pull', settings: { key: 'oa' } },
      { code: 'bi', kind: 'snapshot', settings: { folder } },
    ].map((one) => subscriberSchema.parse(one)),
    'test',
  );
  const sendAll = async () => {
    await own.database('share.subscriber').update({ due_at: own.database.fn.now(), lease_until: null });
    await sendToWebhooks({ database: own.database, secret: () => Promise.resolve('key') });
  };
  for (let n = 0; n < operations; n += 1) {
    await something(own.database, chance, n);
    if (chance() < 0.2) await pick(chance, [sendAll, () => pull(puller, chance)])();
  }
  const last = await lastSeq(own.database);
  for (
    let tries = 0;
    webhook.seq < last || (await listExchange(own.database)).some(({ subscriber, lag }) => subscriber === 'crm' && lag > 0);
    tries += 1
  ) {
    expect(tries).toBeLessThan(200);
    await sendAll();
  }
  while (puller.seq < last) await pull(puller, chance);
  for (const subscriber of await claimFileSets(own.database, { day: '2026-11-22', time: null, codes: null }))
    await writeFileSet(own.database, subscriber, '2026-11-22');

  const ours = await countMaster(own.database);
  expect(last).toBeGreaterThan(operations / 3);
  expect(await countOurs(own.database, last, [])).toEqual(ours);
  expect(parityOf(webhook.held.values())).toEqual(ours);
  expect(parityOf(puller.held.values())).toEqual(ours);
  const files = new ParitySum();
  for (const name of readdirSync(join(folder, '2026-11-22')))
    if (name.endsWith('.csv')) for await (const { hash } of copiesIn(join(folder, '2026-11-22', name))) files.addHash(hash);
  expect(files.parity).toEqual(ours);
  for (const [subscriber, held] of [
    ['crm', webhook.held],
    ['oa', puller.held],
  ] as const) {
    expect(await compareParity(own.database, { subscriber, entities: [], seq: last, theirs: parityOf(held.values()) })).toMatchObject({
      agrees: true,
    });
  }
  server.close();
});
