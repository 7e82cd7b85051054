import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { emptyDatabase, insertDelivery } from '../../test/delivery-fixture.js';
import type { Finding } from '../model/finding.js';
import { message } from '../model/message.js';
import { releaseDelivery } from './release-delivery.js';
import type { StepTools } from './steps/step-tools.js';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());
beforeEach(async () => {
  await emptyDatabase(own.database);
  await insertDelivery(own.database, { loaded: 1, quarantined: 0, titles: ['客户'] });
});

const totals: Finding = { gate: 'validate.totals', part: '', told: message('validate.totals') };
const header: Finding = { gate: 'map.unknown-header', part: '', told: message('map.unknown-header') };
const hold = (findings: readonly Finding[]) =>
  own.database('ledger.delivery').update({ state: 'held', findings: JSON.stringify(findings) });
// A refusal comes before any of the other tools is touched.
const release = (waive: readonly string[]) =>
  releaseDelivery({ database: own.database } as StepTools, 'test', {
    ...{ deliveryId: '1', waive, by: 'wang', why: 'checked', signal: new AbortController().signal },
  });
const untouched = async () => {
  expect(await own.database('ledger.delivery').first('waived')).toEqual({ waived: {} });
  expect(await own.database('ledger.run').count('* as runs')).toEqual([{ runs: '1' }]);
};

test('a gate of a file without rows cannot be waived, and the refusal names those that can', async () => {
  await hold([totals, header]);
  await expect(release(['map.unknown-header', 'validate.totals'])).rejects.toMatchObject({
    errorClass: 'config',
    told: {
      code: 'hub.not-waivable',
      values: { refused: 'map.unknown-header', present: 'validate.totals, map.unknown-header', waivable: 'validate.totals' },
    },
  });
  await untouched();
});

test('a gate that did not hold the delivery cannot be waived ahead of time', async () => {
  await hold([totals]);
  for (const gate of ['validate.volume', 'volume', 'decode'])
    await expect(release([gate])).rejects.toMatchObject({ told: { code: 'hub.not-waivable', values: { refused: gate } } });
  await untouched();
});

test('a delivery that is not held is not released', async () => {
  await expect(release([])).rejects.toMatchObject({ told: { code: 'hub.not-held' } });
  await untouched();
});
