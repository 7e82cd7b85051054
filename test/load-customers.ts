import { expect } from 'vitest';
import type { Database } from '../src/db/database.js';
import { applyChange } from '../src/db/master/change-master.js';
import { rebuildMaster } from '../src/db/master/rebuild-master.js';
import type { DeliveryDesk } from './delivery-desk.js';

export const customerLayout = 'layout: customers\ntitle: x\nkind: customer\ndictionary: true\n';

/**
 * Loads a list of customers of D1, sent at a minute of an hour; rows are code, name, role, province, city, address, status, phone. `by`: who
 * imported it by hand, null for a feed. Returns the batch of its load.
 */
export async function loadCustomers(
  database: Database,
  desk: DeliveryDesk,
  { minute, rows, by }: { readonly minute: number; readonly rows: string; readonly by: string | null },
): Promise<string> {
  const text = `客户编号,客户名称,客户类别,省份,城市,地址,状态,电话\n${rows}\n`;
  const sentAt = new Date(Date.UTC(2026, 2, 1, 1, minute)).toISOString();
  const { deliveryId } = await desk.land({ name: `客户${minute}.csv`, sentAt, text, sender: 'D1' });
  if (by !== null) {
    const { source_id, sha256 } = await database('ledger.delivery').where({ id: deliveryId }).first('source_id', 'sha256');
    const [one] = await database('master.import').insert({ actor: by, system: 'D1', source_id, state: 'committed' }).returning('id');
    await database('master.import_file').insert({
      ...{ import_id: one.id, place: 1, sha256, name: '客户.csv', path: 'x', sent_at: new Date(), delivery_id: deliveryId },
    });
  }
  expect(await desk.load([customerLayout])).toEqual([]);
  return (await database('master.sending').where({ delivery_id: deliveryId }).max('batch_id as id').first())!.id as string;
}

/** Makes records of the distributors that a test wrote into their table, as the first change of the master does, and chooses their values. */
export async function adoptDistributors(database: Database): Promise<void> {
  await database.transaction((trx) => applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, () => Promise.resolve()));
  await rebuildMaster(database, { actor: 'x', isPreview: false });
}
