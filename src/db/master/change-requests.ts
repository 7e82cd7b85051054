import { entityDefinition } from '../../journey/map/entity-definitions.js';
import { checkValue } from '../../master/checks/check-value.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { Database } from '../database.js';
import { isoMoment } from '../iso-moment.js';
import { openBatch } from '../names/open-batch.js';
import { findRecord } from './find-record.js';

export const changeKinds = ['new', 'rename', 'close', 'merge', 'move'] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface NewChange {
  readonly kind: ChangeKind;
  /** What it is about; null for `new`. */
  readonly record: string | null;
  /** new: values; rename: name; move: province, city, county, address; merge: into (a record). */
  readonly fields: Readonly<Record<string, string>>;
  readonly reason: string;
  /** Records like it that the person saw and said are others. */
  readonly seen: readonly object[];
}

export interface ChangeRequest {
  readonly id: string;
  readonly batchId: string;
  readonly kind: ChangeKind;
  /** `moot`: an import asked, and its list says something else by now, or what it asked for holds already. */
  readonly state: 'open' | 'approved' | 'rejected' | 'withdrawn' | 'moot';
  readonly recordId: string | null;
  /** The record of today; `mergedNo` is what was asked about, when it was merged into this one since. */
  readonly no: string | null;
  readonly mergedNo: string | null;
  readonly name: string;
  /** '' = the value goes. */
  readonly fields: Readonly<Record<string, string>>;
  /** What the record has of these fields today. */
  readonly before: Readonly<Record<string, string>>;
  /** Number of the import that asks; null when a person or program does. */
  readonly import: string | null;
  readonly seen: readonly object[];
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly answeredBy: string | null;
  readonly answer: string;
}

/** Asks for a change of the master. It is checked at once, and done when somebody else approves. Returns the number of the request. */
export async function askForChange(database: Database, change: NewChange, actor: string): Promise<{ id: string; batchId: string }> {
  const { kind, fields, reason, seen } = change;
  expectWhole(change);
  return database.transaction(async (trx) => {
    const record = change.record === null ? null : await findRecord(trx, change.record);
    if (kind === 'merge') await findRecord(trx, fields['into']!);
    const batchId = await openBatch(trx, { kind: 'change-request', actor, byPerson: true, detail: { kind } });
    const [row] = await trx('master.change_request')
      .insert({
        batch_id: batchId,
        kind,
        record_id: record?.id ?? null,
        fields: JSON.stringify(fields),
        seen: JSON.stringify(seen),
        reason,
      })
      .returning('id');
    return { id: row.id as string, batchId };
  });
}

/** What a request of a kind must say; of `move` one is enough. */
const needed: Readonly<Record<ChangeKind, readonly string[]>> = {
  new: ['name'],
  rename: ['name'],
  close: [],
  merge: ['into'],
  move: ['province', 'city', 'county', 'address'],
};

function expectWhole({ kind, record, fields, reason }: NewChange): void {
  const missing = needed[kind].filter((field) => !fields[field]);
  const isWhole = kind === 'move' ? missing.length < needed.move.length : missing.length === 0;
  const lacks = [
    ...(isWhole ? [] : missing),
    ...(reason === '' ? ['reason'] : []),
    ...(kind !== 'new' && record === null ? ['record'] : []),
  ];
  if (lacks.length > 0) throw new HubError('config', message('golden.request-incomplete', { missing: lacks.join('、') }));
  const definition = entityDefinition('customer')!;
  const faults = Object.entries(fields).flatMap(([field, value]) => {
    const about = definition.fields[field];
    const told = about && value !== '' ? checkValue(about.type, value, `${about.zh} ${field}`) : null;
    return told ? [message(askedCodes[told.code as keyof typeof askedCodes], told.values)] : [];
  });
  if (faults.length > 0) throw new HubError('config', message('golden.request-faulty', { faults }));
}

/** What a check finds, without the words of a load, which keeps such a value: a request is not made. */
const askedCodes = {
  'master.credit-code-length': 'golden.asked-credit-code-length',
  'master.credit-code-letter': 'golden.asked-credit-code-letter',
  'master.credit-code-sign': 'golden.asked-credit-code-sign',
  'master.credit-code-checksum': 'golden.asked-credit-code-checksum',
  'master.phone': 'golden.asked-phone',
  'master.mobile': 'golden.asked-mobile',
  'master.email': 'golden.asked-email',
  'master.postcode': 'golden.asked-postcode',
} as const;

/** Which requests are meant: all that is given must fit. Numbers that are named are meant in whatever state, everything else only when open. */
export interface RequestFilter {
  readonly ids?: readonly string[];
  readonly ranges?: readonly { readonly low: string; readonly high: string }[];
  readonly import?: string;
  /** The batch of the requests, or of the load that they are about. */
  readonly batch?: string;
  /** A source, or the system it speaks for. */
  readonly source?: string;
  readonly kinds?: readonly ChangeKind[];
  readonly field?: string;
  readonly askedBy?: string;
  /** The highest number: what came later was not seen. */
  readonly upTo?: string;
}

export async function listChanges(
  database: Database,
  { all = false, filter = {} as RequestFilter } = {},
): Promise<(ChangeRequest & { readonly isImported: boolean })[]> {
  const { ids = [], ranges = [], kinds = [] } = filter;
  const { rows } = await database.raw<{ rows: (ChangeRequest & { isImported: boolean })[] }>(
    `select q.id, q.batch_id as "batchId", q.kind, s.state, r.id as "recordId", r.no, case when o.survivor_id is not null then o.no end as "mergedNo", coalesce(g.fields->>'name', q.fields->>'name', '') as name, q.fields,
            (select coalesce(jsonb_object_agg(f.key, coalesce(g.fields->>f.key, '')), '{}') from jsonb_each(q.fields) f) as before,
            b.detail->>'import' as import, exists (select 1 from master.asked k where k.request_id = q.id) as "isImported", q.seen, q.reason,
            b.actor as "askedBy", ${isoMoment('b.at')} as "askedAt", s.answered_by as "answeredBy", s.answer
       from master.change_request q join master.change_request_state s on s.id = q.id join matching.batch b on b.id = q.batch_id
       left join master.record o on o.id = q.record_id left join master.record r on r.id = coalesce(o.survivor_id, o.id)
       left join master.golden g on g.record_id = r.id
      where (:all or s.state = 'open' or q.id = any(:ids::bigint[]))
        and (:everything or q.id = any(:ids::bigint[])
             or exists (select 1 from jsonb_to_recordset(:ranges) as n(low bigint, high bigint) where q.id between n.low and n.high))
        and (:import::text is null or b.detail->>'import' = :import) and (:batch::bigint is null or :batch in (q.batch_id, b.follows))
        and (:source::text is null or exists (
             select 1 from master.sending n left join ledger.delivery d on d.id = n.delivery_id left join ledger.source c on c.id = d.source_id
              where n.batch_id = b.follows and :source in (n.system, c.code)))
        and (cardinality(:kinds::text[]) = 0 or q.kind = any(:kinds::text[]))
        and (:field::text is null or jsonb_exists(q.fields, :field) or (q.kind = 'close' and :field = 'status'))
        and (:askedBy::text is null or b.actor = :askedBy) and (:upTo::bigint is null or q.id <= :upTo)
      order by q.id`,
    {
      ...{ all, ids: `{${ids.join(',')}}`, ranges: JSON.stringify(ranges), everything: ids.length + ranges.length === 0 },
      ...{ import: filter.import ?? null, batch: filter.batch ?? null, source: filter.source ?? null, kinds: `{${kinds.join(',')}}` },
      ...{ field: filter.field ?? null, askedBy: filter.askedBy ?? null, upTo: filter.upTo ?? null },
    } as never,
  );
  return rows;
}
