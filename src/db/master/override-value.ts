import { entityDefinition } from '../../journey/map/entity-definitions.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import type { Database } from '../database.js';
import { changeMaster, type MasterImpact } from './change-master.js';
import { findRecord } from './find-record.js';

export interface NewOverride {
  readonly attribute: string;
  /** '' = the record has none. */
  readonly value: string;
  readonly because: string;
  /** The day on which it ends by itself; null = when the source it goes before says something else. */
  readonly until: string | null;
}

/** A person's value goes before those of all sources, as long as the source it beats says what it says now. */
export function overrideValue(
  database: Database,
  asked: string,
  override: NewOverride,
  { actor, isPreview }: { readonly actor: string; readonly isPreview: boolean },
): Promise<MasterImpact> {
  return changeMaster(database, { kind: 'override', actor, detail: { record: asked, ...override }, isPreview }, async (trx, batchId) => {
    const { id, entity } = await findRecord(trx, asked);
    await expectField(trx, id, entity, override.attribute);
    const today = shanghaiDay(new Date());
    if (override.until !== null && override.until <= today)
      throw new HubError('config', message('golden.until-past', { until: override.until, today }));
    await addOverride(trx, batchId, id, override);
  });
}

/** A field of the entity, or one that a source gave this record besides. */
async function expectField(trx: Database, recordId: string, entity: string, attribute: string): Promise<void> {
  const fields = Object.keys(entityDefinition(entity)?.fields ?? {});
  const said = (await trx('master.golden').where({ record_id: recordId }).first('fields')) as { fields: object } | undefined;
  if (fields.includes(attribute) || Object.hasOwn(said?.fields ?? {}, attribute)) return;
  throw new HubError('config', message('golden.no-such-attribute', { attribute, known: fields.join(', ') }));
}

/** Adds the override to a batch that is open. */
export async function addOverride(
  trx: Database,
  batchId: string,
  recordId: string,
  { attribute, value, because, until }: NewOverride,
): Promise<void> {
  const { rows } = await trx.raw<{ rows: { key_id: string | null; value: string }[] }>(
    `select k.id as key_id, coalesce(case when h.key_id is null then s.fields else h.accepted end->>:attribute, '') as value
       from master.golden g
      cross join lateral (select coalesce(g.why->:attribute, g.why->'*') as w) w
       left join lateral (
            select o.losing_key_id as id from master.override o join matching.batch b on b.id = o.batch_id and b.in_force
             where w.w->'from'->>1 = 'person' and o.record_id = g.record_id and o.attribute = :attribute order by o.id desc limit 1) o on true
       left join master.record l on l.id = g.record_id or l.survivor_id = g.record_id
       left join master.source_key k on k.record_id = l.id
             and (k.id = o.id or (k.role, k.system, k.key) = (w.w->'from'->>0, w.w->'from'->>1, w.w->'from'->>2))
       left join master.source_record s on s.key_id = k.id and s.is_current
       left join master.held_value h on h.key_id = k.id and jsonb_exists(h.waiting, :attribute)
      where g.record_id = :recordId order by k.id nulls last limit 1`,
    { attribute, recordId },
  );
  await trx('master.override').insert({
    ...{ batch_id: batchId, record_id: recordId, attribute, value, because },
    ...{ losing_key_id: rows[0]?.key_id ?? null, losing_value: rows[0]?.value ?? '' },
    expires_at: until === null ? null : `${until}T00:00:00+08:00`,
  });
}
