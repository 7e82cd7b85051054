import { expect } from 'vitest';
import type { DeliveryDesk } from './delivery-desk.js';

const layouts = {
  sale: 'layout: s\ntitle: 销售\nkind: sale\ndictionary: true\n',
  purchase: 'layout: p\ntitle: 采购\nkind: purchase\ndictionary: true\n',
  stock: 'layout: k\ntitle: 库存\nkind: stock\ndictionary: true\n',
};
const titles = {
  sale: '销售日期,客户名称,品名,规格,批号,数量,金额,单位,销售单号',
  purchase: '购进日期,供应商名称,品名,规格,批号,数量,金额,单位,购进单号',
  stock: '库存日期,品名,规格,批号,库存数量,单位',
};

/** `[day, party, product, lot, quantity, amount]`; the party and amount of stock are left out. */
export type FlowFileRow = readonly (string | number)[];

/** Lands and loads a file of one kind, gates of history waived; returns the delivery. `minute` is when it was sent: the later of a day replaces the earlier. */
export async function sendFlow(
  desk: DeliveryDesk,
  { sender = 'D1', kind, minute, name }: { sender?: string; kind: keyof typeof layouts; minute: number; name: string },
  rows: readonly FlowFileRow[],
): Promise<string> {
  const cells = rows.map(([day, party, product, lot, quantity, amount = '']) =>
    kind === 'stock' ? [day, product, '0.3g', lot, quantity, '盒'] : [day, party, product, '0.3g', lot, quantity, amount, '盒', ''],
  );
  const text = `${[titles[kind], ...cells.map((row) => row.join(','))].join('\n')}\n`;
  const sentAt = new Date(Date.UTC(2026, 3, 1) + minute * 60_000).toISOString();
  const { deliveryId } = await desk.land({ name, sentAt, text, sender });
  await desk.again(deliveryId, '1', waived);
  expect(await desk.load([layouts[kind]])).toEqual([]);
  return deliveryId;
}

/** Loads a delivery once more under its layout with `more` in it, as when somebody corrected the layout: what it said before is withdrawn. */
export async function reloadFlow(
  desk: DeliveryDesk,
  { deliveryId, kind, version, more }: { deliveryId: string; kind: keyof typeof layouts; version: string; more: string },
): Promise<void> {
  await desk.again(deliveryId, version, [...waived, 'validate.empty']);
  expect(await desk.load([`${layouts[kind]}${more}`])).toEqual([]);
}

const waived = ['hub.same-day-conflict', 'hub.volume', 'hub.shrunk-correction'];
