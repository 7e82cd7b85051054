import { addLoadStages, findDelivery, recordLanding } from '../../db/delivery-store.js';
import { type Import, loadsOf, moveImport, noteDelivery } from '../../db/import-store.js';
import { undoDecisions } from '../../db/names/undo-decisions.js';
import { findSource, listSources } from '../../db/source-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { logicVersionOf } from '../logic-version.js';
import { reloadOrphaned } from '../reload-orphaned.js';
import type { StartedRun } from '../run-order.js';
import { startRunWith } from '../start-run.js';
import type { StepTools } from '../steps/step-tools.js';

/** Makes the files of an import deliveries and plans their loads, all in one transaction. One that was taken back may be committed again. */
export async function commitImport(tools: StepTools, of: Import, by: string): Promise<StartedRun> {
  const { database, landing } = tools;
  const source = (await findSource(database, { id: of.sourceId }))!;
  const logicVersion = logicVersionOf(source, tools);
  const sizes = new Map<string, number>();
  for (const { sha256, name, path, sentAt } of of.files) {
    const byteCount = Number((await database('ledger.raw_object').where({ sha256 }).first('byte_count')).byte_count);
    sizes.set(sha256, byteCount);
    const about = { how: 'manual', import: of.id, by };
    const times = { sentAt: sentAt.toISOString(), at: new Date().toISOString() };
    await landing.note(source.code, { sha256, byteCount, locator: `import:${of.id}:${path}`, name, ...times, about });
  }
  return startRunWith(database, 'import', shanghaiDay(new Date()), async (trx, runId) => {
    if (!(await moveImport(trx, of.id, ['previewed', 'undone'], 'committed', by))) throw importLoaded(of);
    for (const { place, sha256, name, path, sentAt } of of.files) {
      const rest = { runId, source, locator: `import:${of.id}:${path}`, name, sentAt, byteCount: sizes.get(sha256)!, sha256 };
      const about = { how: 'manual', import: of.id, by };
      const { deliveryId, isNew } = await recordLanding(trx, { ...rest, about, logicVersion });
      // Bytes that were loaded before, perhaps by an import that was taken back: they are loaded once more, which changes nothing or all of it.
      // They are read by the name that this import gave them, as preview read them: the name may say what they hold.
      if (!isNew) await trx('ledger.delivery').where({ id: deliveryId, source_id: source.id }).update({ name });
      const delivery = isNew ? null : await findDelivery(trx, deliveryId);
      if (delivery) await addLoadStages(trx, runId, [{ delivery, logicVersion: `${logicVersion}.${of.id}.${runId}` }]);
      await noteDelivery(trx, of.id, place, deliveryId);
    }
    await trx('ledger.event').insert({ actor: by, verb: 'import', object: `import:${of.id}`, detail: { files: of.files.length } });
  });
}

/**
 * Takes back all that an import brought, in one transaction: what its files said counts no longer, rows of others that came in because
 * of it wait again, the master is as if it had never been. Returns how many loads were taken back.
 */
export function undoImport({ database }: Pick<StepTools, 'database'>, of: Import, by: string): Promise<number> {
  const deliveryIds = of.files.flatMap(({ deliveryId }) => deliveryId ?? []);
  return database.transaction(async (trx) => {
    if (!(await moveImport(trx, of.id, ['committed'], 'undone', by)))
      throw new HubError('config', message('master.import-not-loaded', { import: of.id }));
    let undone = 0;
    // Taking back a parent may bring in a child by another way for a moment, as a load of its own.
    for (let [batch] = await loadsOf(trx, deliveryIds); batch !== undefined; [batch] = await loadsOf(trx, deliveryIds)) {
      await undoDecisions(trx, batch, by);
      undone += 1;
    }
    await trx('ledger.event').insert({ actor: by, verb: 'undo', object: `import:${of.id}`, detail: { loads: undone } });
    return undone;
  });
}

/** A run that loads once more what needs records that were taken back. Whatever is left undone here the next night does. */
export function reloadAfterUndo(tools: StepTools): Promise<StartedRun> {
  return startRunWith(tools.database, 'import', shanghaiDay(new Date()), async (trx, runId) => {
    await reloadOrphaned(trx, tools, { sources: await listSources(trx), runId });
  });
}

/** An import that is loaded cannot be loaded, nor can it be said what loading it would do. */
export function importLoaded({ id }: Import): HubError {
  return new HubError('config', message('master.import-loaded', { import: id }));
}
