import type { Finding } from '../model/finding.js';
import type { Database } from './database.js';
import { isManual } from './is-manual.js';

export interface ListedDelivery {
  readonly id: string;
  readonly source: string;
  readonly name: string;
  readonly sentAt: Date;
  readonly state: 'landed' | 'loaded' | 'held' | 'ignored';
  readonly decoded: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
  readonly findings: readonly Finding[];
  /** A person handed it in, and it never came by itself. */
  readonly isManual: boolean;
}

/** The latest deliveries, newest first. */
export async function listDeliveries(
  database: Database,
  options: { readonly held: boolean; readonly source: string | null; readonly limit: number },
): Promise<ListedDelivery[]> {
  const { rows } = await database.raw(
    `select d.id::text as id, s.code as source, d.name, d.sent_at as "sentAt", d.state, d.findings,
            ${isManual('d')} as "isManual",
            coalesce(sum(p.decoded), 0)::int as decoded, coalesce(sum(p.loaded), 0)::int as loaded,
            coalesce(sum(p.quarantined), 0)::int as quarantined, coalesce(sum(p.dropped_count), 0)::int as dropped
       from ledger.delivery d
       join ledger.source s on s.id = d.source_id
       left join ledger.part p on p.delivery_id = d.id
      where (not :held or d.state = 'held') and (:source::text is null or s.code = :source)
      group by d.id, s.code order by d.id desc limit :limit`,
    { ...options },
  );
  return rows;
}

export interface DescribedDelivery extends ListedDelivery {
  readonly sender: string;
  readonly sha256: string;
  readonly byteCount: string;
  readonly landedAt: Date;
  readonly waived: Readonly<Record<string, { readonly by: string; readonly why: string }>>;
  /** `about` of one that a person handed in says who (`by`) and why (`reason`). */
  readonly sightings: readonly {
    readonly source: string;
    readonly locator: string;
    readonly seenAt: Date;
    readonly about: Readonly<Record<string, string>>;
  }[];
  readonly parts: readonly {
    readonly path: string;
    readonly media: string;
    readonly layout: string | null;
    readonly kind: string | null;
    readonly decoded: number;
    readonly loaded: number;
    readonly quarantined: number;
    readonly dropped: number;
  }[];
}

/** All that the ledger knows of one delivery; null when there is none. */
export async function describeDelivery(database: Database, id: string): Promise<DescribedDelivery | null> {
  const { rows } = await database.raw(
    `select d.id::text as id, s.code as source, d.sender, d.name, d.sent_at as "sentAt", d.landed_at as "landedAt", d.state, d.findings,
            d.waived, ${isManual('d')} as "isManual", d.sha256, o.byte_count as "byteCount",
            (select coalesce(json_agg(json_build_object('path', p.path, 'media', p.media, 'layout', p.layout, 'kind', p.kind,
                    'decoded', p.decoded, 'loaded', p.loaded, 'quarantined', p.quarantined, 'dropped', p.dropped_count) order by p.path), '[]')
               from ledger.part p where p.delivery_id = d.id) as parts,
            (select json_agg(json_build_object('source', c.code, 'locator', g.locator, 'seenAt', g.seen_at, 'about', g.about) order by g.seen_at, g.locator)
               from ledger.sighting g join ledger.source c on c.id = g.source_id where g.delivery_id = d.id) as sightings
       from ledger.delivery d
       join ledger.source s on s.id = d.source_id
       join ledger.raw_object o on o.sha256 = d.sha256
      where d.id = ?`,
    [id],
  );
  const found = rows[0];
  if (!found) return null;
  const sum = (key: string) => (found.parts as Record<string, number>[]).reduce((total, part) => total + (part[key] ?? 0), 0);
  return {
    ...found,
    sightings: found.sightings ?? [],
    decoded: sum('decoded'),
    loaded: sum('loaded'),
    quarantined: sum('quarantined'),
    dropped: sum('dropped'),
  };
}
