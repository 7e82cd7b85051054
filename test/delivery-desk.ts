import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyGates } from '../src/app/history-gates.js';
import { claimStage } from '../src/db/claim-stage.js';
import type { Database } from '../src/db/database.js';
import { createDeliverySpool } from '../src/db/delivery-spool.js';
import { addLoadStages, findDelivery, prepareReading, recordLanding, reservedIds } from '../src/db/delivery-store.js';
import { type DeliveryToLoad, loadDelivery } from '../src/db/load-delivery.js';
import { saveSource } from '../src/db/source-store.js';
import { type Claim } from '../src/db/stage-store.js';
import { decode, defaultDecodeLimits } from '../src/journey/decode/decode.js';
import { compileLayout, pinnedVersion } from '../src/journey/map/compile-layout.js';
import { createPartMapper } from '../src/journey/map/create-part-mapper.js';
import { parseDictionary } from '../src/journey/map/dictionary.js';
import { parseLayout } from '../src/journey/map/parse-layout.js';
import { runDelivery } from '../src/journey/run-delivery.js';
import type { Finding } from '../src/model/finding.js';

const dictionary = parseDictionary(readFileSync('mappings/dictionary.yaml', 'utf8'), 'dictionary.yaml');
export const saleLayout = 'layout: plain-sale\ntitle: 销售\nkind: sale\ndictionary: true\n';
const header = '销售日期,客户名称,品名,规格,数量,单位,金额,批号,销售单号';

/** A sales file: one `[day, customer, quantity, amount?]` per line; the rest is always the same. */
export function salesText(rows: readonly (readonly [day: string, customer: string, quantity: number | string, amount?: number])[]): string {
  const lines = rows.map(([day, customer, quantity, amount]) =>
    [day, customer, '某片', '0.3g*30片', quantity, '盒', amount ?? '', 'L1', ''].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

export interface Sent {
  readonly name: string;
  readonly sentAt: string;
  readonly text: string;
  readonly sender?: string;
}

export interface DeliveryDesk {
  readonly runId: string;
  /** Lands a file: ledger rows and load step, as collecting does. */
  land(sent: Sent): Promise<{ deliveryId: string; isNew: boolean }>;
  /** Claims the next load and reads the file into a spool, as the child does. */
  read(layouts?: readonly string[]): Promise<{ claim: Claim; delivery: DeliveryToLoad }>;
  /** Claims, reads and loads the next delivery. */
  load(layouts?: readonly string[]): Promise<readonly Finding[]>;
  /** Adds a load step of another logic version for a delivery that is there; `waive` releases gates. */
  again(deliveryId: string, logicVersion: string, waive?: readonly string[]): Promise<void>;
  close(): void;
}

/** Senders D1 and D2 and 'own' with a source each, one run, and the real way of a file from bytes to the load transaction. */
export async function openDeliveryDesk(database: Database): Promise<DeliveryDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'huiliu-desk-'));
  const sources = new Map<string, { id: number; sender: string }>();
  for (const sender of ['D1', 'D2', 'own']) {
    if (sender !== 'own')
      await database('master.distributor')
        .insert({ code: sender, name: `${sender} 医药` })
        .onConflict('code')
        .ignore();
    const rest = { connector: 'folder', settings: {}, layouts: [], hints: {}, constants: {}, expects: {}, enabled: true };
    sources.set(sender, await saveSource(database, { code: sender.toLowerCase(), title: sender, sender, ...rest }));
  }
  // Made long before the days that tests are about: a source owes nothing of the time before it was there.
  await database('ledger.source').update({ created_at: '2026-01-01T00:00:00Z' });
  const [run] = await database('ledger.run').insert({ kind: 'nightly', business_date: '2026-03-31' }).returning('id');
  const runId = run.id as string;
  const desk: DeliveryDesk = {
    runId,
    async land({ name, sentAt, text, sender = 'D1' }) {
      const sha256 = createHash('sha256').update(text).digest('hex');
      writeFileSync(join(folder, sha256), text);
      const rest = { locator: name, name, sentAt: new Date(sentAt), about: {}, sha256, byteCount: Buffer.byteLength(text) };
      return recordLanding(database, { runId, source: sources.get(sender)!, ...rest, logicVersion: '1' });
    },
    async read(yamls = [saleLayout]) {
      const claim = await claimStage(database, { owner: 'desk', stages: ['load'], runId: runId });
      if (!claim) throw new Error('there is no load to claim');
      const found = (await findDelivery(database, claim.deliveryId!))!;
      const spoolFolder = mkdtempSync(join(folder, 'spool-'));
      const ground = await prepareReading(database, found);
      const layouts = yamls.map((yaml) => parseLayout(yaml, 'test.yaml'));
      const distributorId = found.sender === 'own' ? null : ground.distributorId!;
      const spool = createDeliverySpool(spoolFolder, { sender: found.sender, distributorId, deliveryId: BigInt(found.id) });
      const compiled = layouts.map((layout) => compileLayout(layout, dictionary));
      const context = { fileName: found.name, sentOn: found.sent_at.toISOString().slice(0, 10), constants: {} };
      const output = await runDelivery(decode({ path: join(folder, found.sha256), name: found.name }, {}, defaultDecodeLimits), spool, {
        name: found.name,
        sentOn: context.sentOn,
        ids: { firstPartId: ground.partId, firstGenerationId: ground.generationId, limit: reservedIds, partIds: ground.partIds },
        mapPart: (part) => createPartMapper(compiled, part, context),
      });
      const delivery = {
        deliveryId: found.id,
        sender: found.sender,
        name: found.name,
        output,
        spoolFolder,
        spooled: spool.close(),
        layouts: Object.fromEntries(layouts.map((layout) => [pinnedVersion(layout, dictionary), { layout: layout.layout, body: layout }])),
        waived: new Set(Object.keys(found.waived)),
      };
      return { claim, delivery };
    },
    async load(layouts) {
      const { claim, delivery } = await desk.read(layouts);
      return loadDelivery(database, claim, delivery, historyGates);
    },
    async again(deliveryId, logicVersion, waive = []) {
      const waived = Object.fromEntries(waive.map((gate) => [gate, { by: 'w', why: 'checked' }]));
      await database('ledger.delivery')
        .where({ id: deliveryId })
        .update({ waived: JSON.stringify(waived) });
      await addLoadStages(database, runId, [{ delivery: (await findDelivery(database, deliveryId))!, logicVersion }]);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  return desk;
}
