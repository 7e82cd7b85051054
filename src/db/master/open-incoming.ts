import type pg from 'pg';

/** The temp tables through which records come in: what is to be written now, and the references it makes. */
export async function openIncoming(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists incoming_record (entity text, role text, key text collate "C", fields jsonb, changed_at timestamptz,
      is_void boolean, part_id bigint, row_no integer) on commit drop;
    create temp table if not exists found_reference (entity text, role text, key text collate "C", field text, target text, system text, code text,
      name text, side text, within text, required boolean, record_id bigint, how text) on commit drop;
    truncate incoming_record, found_reference`);
}
