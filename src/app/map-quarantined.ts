import type { Database } from '../db/database.js';
import type { MapQuarantined } from '../db/replay-quarantine.js';
import type { DecodeHints, PartStart, StoredFile } from '../journey/decode/decode-event.js';
import type { LandingStore } from '../journey/land/landing-store.js';
import type { CompiledLayout } from '../journey/map/compile-layout.js';
import { createPartMapper } from '../journey/map/create-part-mapper.js';
import type { Day } from '../model/line.js';
import type { Row } from '../model/row.js';

export interface QuarantineMapping {
  readonly database: Database;
  readonly landing: LandingStore;
  /** The layouts of a source as they are today, in its order. */
  compile(layouts: readonly string[]): readonly CompiledLayout[];
  /** Reads rows of a part again from its bytes. */
  readRows(
    file: StoredFile,
    hints: DecodeHints,
    partPath: string,
    rowNos: ReadonlySet<number>,
  ): Promise<ReadonlyMap<number, readonly string[]>>;
}

/**
 * Maps quarantined rows as their file would be mapped today. The rows above the data (title, header) are read again from the
 * stored bytes, because constants and columns come from them; rows of data between are not, so what a layout fills down from
 * the row above is empty here and the row then stays in quarantine.
 *
 * When no layout of today fits the header, no row gets a fate and all stay as they are.
 */
export function createQuarantineMapper(mapping: QuarantineMapping): MapQuarantined {
  return async (part, rows) => {
    const stored = await readPart(mapping.database, part.id);
    const lastHeader = Math.max(0, ...part.headerRows);
    const wanted = new Set(Array.from({ length: lastHeader }, (_, index) => index + 1));
    const file = { path: await mapping.landing.path(stored.sha256), name: stored.name };
    const above = wanted.size === 0 ? new Map<number, readonly string[]>() : await mapping.readRows(file, stored.hints, part.path, wanted);
    const mapper = createPartMapper(mapping.compile(stored.layouts), stored.start, {
      fileName: stored.name,
      sentOn: stored.sent_on,
      constants: stored.constants,
    });
    const head = [...above].map(([rowNo, cells]): Row => ({ rowNo, cells })).toSorted((left, right) => left.rowNo - right.rowNo);
    const mapped = [...mapper.push([...head, ...rows]), ...mapper.finish().rows];
    const asked = new Set(rows.map(({ rowNo }) => rowNo));
    return new Map(mapped.flatMap(([row, fate]) => (asked.has(row.rowNo) ? [[row.rowNo, fate] as const] : [])));
  };
}

interface StoredPart {
  readonly start: PartStart;
  readonly name: string;
  readonly sha256: string;
  /** The day it was sent in China, `yyyy-MM-dd`. */
  readonly sent_on: string;
  readonly hints: DecodeHints;
  readonly layouts: readonly string[];
  readonly constants: Readonly<Record<string, string>>;
}

async function readPart(database: Database, partId: string): Promise<StoredPart> {
  type Stored = Omit<StoredPart, 'start'> &
    Omit<PartStart, 'fileName' | 'covers'> & { file_name: string; covers_from: Day | null; covers_to: Day | null };
  const { rows } = await database.raw<{ rows: Stored[] }>(
    `select p.path, p.file_name, p.sheet, p.media, p.encoding, lower(p.covers)::text as covers_from, (upper(p.covers) - 1)::text as covers_to, d.name, d.sha256, (d.sent_at at time zone 'Asia/Shanghai')::date as sent_on,
            s.hints, s.layouts, s.constants
       from ledger.part p join ledger.delivery d on d.id = p.delivery_id join ledger.source s on s.id = d.source_id where p.id = ?`,
    [partId],
  );
  const { path, file_name: fileName, sheet, media, encoding, covers_from: from, covers_to: to, ...rest } = rows[0]!;
  const covers = from === null || to === null ? {} : { covers: { from, to } };
  return { ...rest, start: { path, fileName, sheet, media, encoding, ...covers } };
}
