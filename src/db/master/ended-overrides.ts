import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { changeMaster, type MasterImpact } from './change-master.js';

/** An override that ended by itself: the source it went before said something else, or its day came. */
export interface EndedOverride {
  readonly id: string;
  readonly no: string;
  readonly name: string;
  readonly attribute: string;
  readonly value: string;
  readonly state: 'moved' | 'expired';
  readonly endedAt: string;
  /** Whose value it went before, `system/role/key`, as commands take it; null when there was none. */
  readonly source: string | null;
  /** Of that key: terminal, distributor, supplier ...; '' of what has none. */
  readonly role: string | null;
  readonly saidThen: string;
  readonly saidNow: string;
  /** What the record has now. */
  readonly golden: string | null;
}

/** Those that nobody has renewed or looked at since, the latest first. */
export async function listEndedOverrides(database: Database): Promise<EndedOverride[]> {
  const { rows } = await database.raw<{ rows: EndedOverride[] }>(
    `select e.id, r.no, coalesce(g.fields->>'name', g.fields->>'generic_name', '') as name, e.attribute, e.value, e.state, ${isoMoment('e.ended_at')} as "endedAt",
            concat_ws('/', k.system, nullif(k.role, ''), k.key) as source, k.role, e.losing_value as "saidThen", e.said_now as "saidNow", g.fields->>e.attribute as golden
       from master.override_ended e join master.record r on r.id = e.now_id left join master.golden g on g.record_id = r.id
       left join master.source_key k on k.id = e.losing_key_id order by e.ended_at desc, e.id desc`,
  );
  return rows;
}

/** Somebody looked at an override that ended and leaves it at that. */
export function settleEnded(
  database: Database,
  id: string,
  { because, actor, isPreview }: { readonly because: string; readonly actor: string; readonly isPreview: boolean },
): Promise<MasterImpact> {
  return changeMaster(database, { kind: 'override', actor, detail: { settled: id, because }, isPreview }, async (trx, batchId) => {
    const ended = /^\d{1,18}$/u.test(id) ? await trx('master.override_ended').where({ id }).first('id') : undefined;
    if (!ended) throw new HubError('config', message('golden.not-ended', { override: id }));
    await trx('master.override_seen').insert({ batch_id: batchId, override_id: id });
  });
}
