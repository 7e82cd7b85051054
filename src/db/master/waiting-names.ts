import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { withClient } from '../with-client.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { findRecord } from './find-record.js';
import type { NameCandidate } from './match-references.js';
import { readUnresolved, type UnresolvedName } from './read-unresolved.js';

/** A name that rows wait for, and what the matcher thinks of it. */
export interface WaitingName extends Omit<UnresolvedName, 'spelling'> {
  /** `auto`: it would link it, had a person not taken that back; null: it was not asked yet. */
  readonly verdict: string | null;
  readonly candidates: readonly NameCandidate[];
  readonly whyNotAuto: readonly string[];
}

/** Names of customers that rows refer to in vain, those of most rows first. */
export function listWaitingNames(database: Database, limit: number): Promise<{ total: number; names: WaitingName[] }> {
  return database.transaction(async (trx) => {
    const open = await withClient(trx, (client) => readUnresolved(client));
    const first = open.slice(0, limit);
    const asked = await trx('master.asked_name').whereIn(
      'spelling',
      first.map(({ spelling }) => spelling),
    );
    return {
      total: open.length,
      names: first.map(({ spelling, ...one }) => {
        const found = asked.find((row) => row.system === one.system && row.side === one.side && row.spelling === spelling);
        return { ...one, verdict: found?.verdict ?? null, candidates: found?.candidates ?? [], whyNotAuto: found?.why_not ?? [] };
      }),
    };
  });
}

/**
 * From now on the name, as this system writes it, means the record; rows that waited for it come in. `system` may be left out when
 * only one system's rows wait for the name.
 */
export function answerName(
  database: Database,
  { name, system, to, because }: { readonly name: string; readonly system?: string; readonly to: string; readonly because: string },
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<MasterImpact> {
  return changeMaster(
    database,
    { kind: 'refer', actor, detail: { name, system: system ?? null, to, because }, isPreview },
    async (trx, batchId) => {
      const asked = await askedName(trx, name, system);
      const record = await findRecord(trx, to);
      if (record.entity !== 'customer')
        throw new HubError('config', message('golden.other-entity', { no: record.no, entity: record.entity }));
      const isSupplier = await trx('master.source_key').where({ record_id: record.id, role: 'supplier' }).first('id');
      if ((isSupplier !== undefined) !== (asked.side === 'supplier'))
        throw new HubError('config', message('golden.supplier-apart', { no: record.no }));
      const { side, spelling } = asked;
      await trx('master.reference_answer').insert({
        ...{ batch_id: batchId, system: asked.system, side, spelling, name: asked.name, record_id: record.id, by_person: true },
        evidence: JSON.stringify({ because }),
      });
    },
  );
}

async function askedName(trx: Database, name: string, system: string | undefined): Promise<UnresolvedName> {
  const { rows } = await trx.raw<{ rows: { spelling: string }[] }>('select master.plain_name(?) as spelling', [name]);
  const open = (await withClient(trx, (client) => readUnresolved(client))).filter(
    (one) => one.spelling === rows[0]!.spelling && (system === undefined || one.system === system),
  );
  if (open.length === 0) throw new HubError('config', message('golden.nobody-waits', { name }));
  if (open.length > 1)
    throw new HubError(
      'config',
      message('golden.waits-in-several', { name, systems: [...new Set(open.map((one) => one.system))].join('、') }),
    );
  return open[0]!;
}
