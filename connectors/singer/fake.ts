import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FarRecord, FarRecords } from '../../src/journey/collect/far-records.js';

const password = 'only-for-the-tap';

/** A tap written as its specification says, in a folder of its own: reads a file of records, refuses a wrong password, speaks of one stream. */
const tap = `#!/usr/bin/env node
import { appendFileSync, readFileSync } from 'node:fs';
const file = (name) => JSON.parse(readFileSync(process.argv[process.argv.indexOf(name) + 1], 'utf8'));
const { data, counter, password } = file('--config');
if (password !== '${password}') {
  console.error('CRITICAL 401 Unauthorized for password ' + password);
  process.exit(1);
}
const schema = { type: 'object', properties: { day: { type: 'string' }, id: { type: 'string' }, customer: { type: 'string' }, qty: { type: 'number' } } };
const say = (message) => process.stdout.write((typeof message === 'string' ? message : JSON.stringify(message)) + '\\n');
if (process.argv.includes('--discover')) {
  say({ streams: [{ stream: 'sale', tap_stream_id: 'sale', schema }] });
} else {
  say({ type: 'SCHEMA', stream: 'sale', schema, key_properties: ['id'] });
  const days = JSON.parse(readFileSync(data, 'utf8'));
  let count = 0;
  for (const [day, records] of Object.entries(days).sort()) {
    for (const { id, customer, qty } of records) {
      count += 1;
      say('{"type":"RECORD","stream":"sale","record":{"day":' + JSON.stringify(day) + ',"id":' + JSON.stringify(id) + ',"customer":' + JSON.stringify(customer) + ',"qty":' + qty + '}}');
    }
  }
  appendFileSync(counter, '+'.repeat(count));
  say({ type: 'STATE', value: { bookmarks: { sale: Object.keys(days).sort().at(-1) ?? null } } });
}
`;

export async function startFakeRecords(): Promise<FarRecords> {
  const folder = await mkdtemp(join(tmpdir(), 'huiliu-taps-'));
  const [data, counter] = [join(folder, 'data.json'), join(folder, 'counter')];
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tap-fake'), tap);
  await chmod(join(folder, 'tap-fake'), 0o755);
  await writeFile(data, '{}');
  await writeFile(counter, '');
  const before = process.env['HUILIU_TAPS'];
  process.env['HUILIU_TAPS'] = folder;
  const days: Record<string, readonly FarRecord[]> = {};
  const settings = { tap: 'tap-fake', config: { data, counter, password: 'env:TAP_PASSWORD' }, timeout_seconds: 20 };
  return {
    settings,
    secrets: { 'env:TAP_PASSWORD': password },
    wrongSecrets: { 'env:TAP_PASSWORD': 'not-this-one' },
    port: null,
    through: () => ({}),
    wrongQuestion: { tap: 'tap-that-is-not-there' },
    feed: ({ max_rows }) => ({ ...(max_rows !== undefined && { max_rows }) }),
    async put(day, records) {
      days[day] = records;
      await writeFile(data, JSON.stringify(days));
    },
    given: async () => (await readFile(counter, 'utf8')).length,
    async stop() {
      if (before === undefined) delete process.env['HUILIU_TAPS'];
      else process.env['HUILIU_TAPS'] = before;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
