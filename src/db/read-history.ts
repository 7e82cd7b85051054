import type pg from 'pg';
import type { GenerationOutput } from '../journey/load/delivery-output.js';

/** What the ledger has of a sender around the days that a new delivery speaks of. */
export interface DeliveryHistory {
  /** Some generation of another load stands for a kind, day and document of this one. */
  readonly hasRivals: boolean;
  of(generation: GenerationOutput): {
    /** Row counts of earlier active days of the same kind and document, newest first, at most 10. */
    readonly earlierRows: readonly number[];
    /** The active generation of another delivery for the same kind, day and document. */
    readonly rival: Known | null;
  };
}

interface Known {
  readonly id: string;
  readonly delivery_id: string;
  readonly kind: string;
  readonly business_date: string;
  readonly document: string;
  readonly order_key: string;
  readonly state: 'active' | 'superseded';
  readonly row_count: number;
  readonly name: string;
}

const mostEarlier = 10;

/**
 * One look for all days of a delivery, which may be hundreds. The caller holds the lock of the sender. The delivery's own new
 * generations are not in the ledger yet.
 */
export async function readHistory(
  client: pg.Client,
  { deliveryId, sender, generations }: { deliveryId: string; sender: string; generations: readonly GenerationOutput[] },
): Promise<DeliveryHistory> {
  const days = generations.map(({ businessDate }) => businessDate).toSorted();
  const kinds = [...new Set(generations.map(({ kind }) => kind))];
  const documents = [...new Set(generations.map(({ document }) => document))];
  const columns = 'g.id, g.delivery_id, g.kind, g.business_date, g.document, g.order_key, g.state, g.row_count';
  const candidate = `g.sender = $1 and g.state <> 'withdrawn' and g.retired_at is null`;
  const { rows } = await client.query<Known>({
    name: 'read-history',
    text: `select g.*, g.business_date::text as business_date, d.name
       from (select ${columns} from ledger.generation g
              where ${candidate} and g.kind = any($2) and g.document = any($3) and g.business_date between $4 and $5
             union all
             select e.* from unnest($2::text[]) k(kind) cross join unnest($3::text[]) m(document) cross join lateral (
               select ${columns} from ledger.generation g
                where ${candidate} and g.state = 'active' and g.kind = k.kind and g.document = m.document and g.business_date < $4
                order by g.business_date desc limit ${mostEarlier}) e) g
       join ledger.delivery d on d.id = g.delivery_id`,
    values: [sender, kinds, documents, days[0] ?? null, days.at(-1) ?? null],
  });
  const standing = new Set(rows.map(keyOf));
  const active = rows.filter(({ state }) => state === 'active').toSorted((a, b) => b.business_date.localeCompare(a.business_date));
  const ofLine = new Map<string, Known[]>();
  for (const known of active) {
    const line = ofLine.get(lineOf(known));
    if (line) line.push(known);
    else ofLine.set(lineOf(known), [known]);
  }
  return {
    hasRivals: generations.some(({ kind, businessDate, document }) => standing.has(keyOf({ kind, business_date: businessDate, document }))),
    of({ kind, businessDate, document }) {
      const line = ofLine.get(lineOf({ kind, document })) ?? [];
      const before = line.findIndex(({ business_date }) => business_date < businessDate);
      return {
        earlierRows: before < 0 ? [] : line.slice(before, before + mostEarlier).map(({ row_count }) => row_count),
        rival: line.find((known) => known.business_date === businessDate && known.delivery_id !== deliveryId) ?? null,
      };
    },
  };
}

const lineOf = ({ kind, document }: Pick<Known, 'kind' | 'document'>): string => `${kind}|${document}`;
const keyOf = (known: Pick<Known, 'kind' | 'business_date' | 'document'>): string => `${known.business_date}|${lineOf(known)}`;
