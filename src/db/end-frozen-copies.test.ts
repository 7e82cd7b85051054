import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { copyInto } from './copy-into.js';
import { endFrozenCopies } from './end-frozen-copies.js';
import { isAway } from './is-away.js';
import { inTransaction } from './with-client.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
  await own.database.raw('create table held (id int primary key); create table incoming (id int); insert into held values (1)');
});
afterAll(() => own.drop());

/** A load that holds the row of its step and copies what `text` gives it. */
const load = (text: PassThrough) =>
  inTransaction(own.database, async (client) => {
    await client.query('select 1 from held for update');
    return copyInto(client, 'incoming', text);
  }).catch((error: unknown) => error);

test('a COPY into which nothing comes any more is ended, and what it held is free; one that is slow goes on', async () => {
  const stopping = new AbortController();
  const [slow, frozen] = [new PassThrough(), new PassThrough()];
  const copied = inTransaction(own.database, (client) => copyInto(client, 'incoming', slow));
  const lost = load(frozen);
  frozen.write('1\n');
  const watching = endFrozenCopies(own.database, stopping.signal, 200);
  // The lock is waited for, as whoever takes the step over does.
  const taken = own.database.raw('update held set id = 2');
  let isTaken = false;
  void taken.then(() => (isTaken = true));
  for (let line = 0; line < 100 && (line < 20 || !isTaken); line++) {
    slow.write(`${'7'.repeat(5)}\n`);
    await sleep(100);
  }
  await taken;
  expect(isAway(await lost)).toBe(true);
  slow.end();
  expect(await copied).toBeGreaterThanOrEqual(20);
  stopping.abort();
  await watching;
});
