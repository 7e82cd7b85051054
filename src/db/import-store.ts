import type { Database } from './database.js';

/** Files that a person hands over together: loaded when that person says so, taken back together. */
export interface Import {
  readonly id: string;
  readonly actor: string;
  /** Whose records they are: the name of the system (or pile of workbooks) that their codes belong to. */
  readonly system: string;
  readonly sourceId: number;
  readonly state: 'previewed' | 'committed' | 'undone';
  readonly at: Date;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly files: readonly ImportFile[];
}

export interface ImportFile {
  readonly place: number;
  readonly sha256: string;
  readonly name: string;
  readonly path: string;
  readonly sentAt: Date;
  /** Null until the import is committed. */
  readonly deliveryId: string | null;
}

const importColumns = { id: 'id', actor: 'actor', system: 'system', sourceId: 'source_id', state: 'state', at: 'at' };
const endColumns = { endedAt: 'ended_at', endedBy: 'ended_by' };
const fileColumns = { place: 'place', sha256: 'sha256', name: 'name', path: 'path', sentAt: 'sent_at', deliveryId: 'delivery_id' };

export async function addImport(
  database: Database,
  {
    actor,
    system,
    sourceId,
    files,
  }: Pick<Import, 'actor' | 'system' | 'sourceId'> & { files: readonly (ImportFile & { byteCount: number })[] },
): Promise<string> {
  return database.transaction(async (trx) => {
    const [made] = await trx('master.import').insert({ actor, system, source_id: sourceId }).returning('id');
    for (const { place, sha256, name, path, sentAt, byteCount } of files) {
      await trx('ledger.raw_object').insert({ sha256, byte_count: byteCount }).onConflict('sha256').ignore();
      await trx('master.import_file').insert({ import_id: made.id, place, sha256, name, path, sent_at: sentAt });
    }
    return made.id as string;
  });
}

export async function findImport(database: Database, id: string): Promise<Import | null> {
  if (!/^\d{1,18}$/u.test(id)) return null;
  const found = await database('master.import')
    .where({ id })
    .first({ ...importColumns, ...endColumns });
  if (!found) return null;
  return { ...found, files: await database('master.import_file').where({ import_id: id }).orderBy('place').select(fileColumns) } as Import;
}

/** The newest first. */
export async function listImports(database: Database, limit: number): Promise<Import[]> {
  const ids = await database('master.import').orderBy('id', 'desc').limit(limit).pluck('id');
  const found = await Promise.all(ids.map((id: string) => findImport(database, id)));
  return found.filter((one) => one !== null);
}

export async function noteDelivery(trx: Database, id: string, place: number, deliveryId: string): Promise<void> {
  await trx('master.import_file').where({ import_id: id, place }).update({ delivery_id: deliveryId });
}

/** Moves an import on; false when it was not in the state it should come from. */
export async function moveImport(
  trx: Database,
  id: string,
  from: readonly Import['state'][],
  to: Import['state'],
  by: string,
): Promise<boolean> {
  const moved = await trx('master.import')
    .where({ id })
    .whereIn('state', [...from])
    .update({ state: to, ended_at: trx.fn.now(), ended_by: by });
  return moved === 1;
}

/** The loads in force that deliveries brought themselves (not those that followed a parent), newest first. */
export async function loadsOf(trx: Database, deliveryIds: readonly string[]): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select b.id from master.sending s join matching.batch b on b.id = s.batch_id and b.in_force
      where s.delivery_id = any(?::bigint[]) order by b.follows is not null, b.id desc`,
    [`{${deliveryIds.join(',')}}`],
  );
  return rows.map(({ id }) => id);
}
