import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDeliverySpool, spoolPath } from './delivery-spool.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-spool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('of more names than are kept in mind, one that comes again is written again under the same id', () => {
  const spool = createDeliverySpool(folder, { sender: 'D01', distributorId: 7, deliveryId: 1n });
  const idOf = (name: string) => Buffer.from(spool.party('buyer', { code: '', name, address: '', region: '' })).toString();
  const first = idOf('first');
  expect(idOf('first')).toBe(first);
  for (let at = 0; at < 100_000; at++) idOf(`name ${at}`);
  expect(idOf('first')).toBe(first);
  expect(spool.close().raw_name).toBe(100_002);
  const ids = readFileSync(spoolPath(folder, 'raw_name'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0]);
  expect(ids.filter((id) => id === first)).toHaveLength(2);
});
