import { join } from 'node:path';
import type { PlainRowSink, RowSink } from '../journey/load/delivery-output.js';
import { baseQuantity } from '../journey/map/decimal-arithmetic.js';
import type { Issue } from '../journey/map/map-outcome.js';
import { isEntityKind } from '../model/kind.js';
import { type FlowLine, type PartyRole, type RawParty, type RawProduct, type ReferenceRecord, roleOf } from '../model/line.js';
import { rawNameId, rawProductId } from '../model/raw-id.js';
import type { Row } from '../model/row.js';
import { CopyFile } from './copy-file.js';

const spoolTables = ['line', 'quarantine', 'raw_name', 'raw_product', 'reference', 'remark'] as const;
export type SpoolTable = (typeof spoolTables)[number];

export interface DeliverySpool extends RowSink, PlainRowSink {
  /** Flushes and closes; returns the rows written per table. */
  close(): Readonly<Record<SpoolTable, number>>;
}

export function spoolPath(folder: string, table: SpoolTable): string {
  return join(folder, `${table}.copy`);
}

/**
 * Writes a delivery's rows as COPY text files into `folder`, so that the transaction that loads them is short and never waits
 * for decoding. Bounded memory: a megabyte of text per table, and the last 100,000 distinct names and products of this delivery.
 */
export function createDeliverySpool(
  folder: string,
  to: { sender: string; distributorId: number | null; deliveryId: bigint },
): DeliverySpool {
  const files = Object.fromEntries(spoolTables.map((table) => [table, new CopyFile(spoolPath(folder, table))])) as Record<
    SpoolTable,
    CopyFile
  >;
  const names = new Map<string, KnownName[]>();
  const products = new Map<string, KnownProduct[]>();
  const distributor = to.distributorId === null ? null : String(to.distributorId);
  const deliveryId = String(to.deliveryId);
  const generationText = createIdText();
  const partText = createIdText();
  const monthText = createMonthText();

  return {
    line(generationId, partId, rowNo, line) {
      const month = monthText(line.businessDate);
      const isWhole = line.factorNumerator === line.factorDenominator;
      files.line
        .text(generationText(generationId))
        .text(partText(partId))
        .text(String(rowNo))
        .text(line.businessDate)
        .text(kindLetter[line.kind])
        .textOrNull(distributor)
        .textOrNull(line.party === null ? null : nameId(roleOf[line.kind], line.party))
        .text(productId(line.product))
        .text(line.quantity)
        .text(line.unit)
        .text(isWhole ? '1' : String(line.factorNumerator))
        .text(isWhole ? '1' : String(line.factorDenominator))
        .text(isWhole ? line.quantity : baseQuantity(line.quantity, line.factorNumerator, line.factorDenominator))
        .textOrNull(line.price)
        .textOrNull(line.amount)
        .text(line.lot)
        .text(line.expiry)
        .text(line.manufacturedOn)
        .text(line.docNo)
        .text(line.docLine)
        .text(month)
        .text(month)
        .text(line.isReturn ? 't' : 'f')
        .text(line.isRedLetter ? 't' : 'f')
        .endRow();
    },
    day(generationId, partId, kind, day) {
      const month = monthText(day);
      const tail = (isReturn: 't' | 'f') => Buffer.from(`${month}\t${month}\t${isReturn}\tf\n`);
      return {
        head: Buffer.from(`${generationId}\t${partId}\t`),
        middle: Buffer.from(`\t${day}\t${kindLetter[kind]}\t${distributor ?? nullText}\t`),
        tail: tail('f'),
        tailOfReturn: tail('t'),
      };
    },
    party: (role, party) => Buffer.from(nameId(role, party)),
    product: (product) => Buffer.from(productId(product)),
    plainLine(day, rowNo, party, product, { bytes, starts, ends, isReturn }) {
      const { line } = files;
      line.raw(day.head, 0, day.head.length).digits(rowNo).raw(day.middle, 0, day.middle.length);
      if (party === null) line.plainField(nullBytes, 0, 2);
      else line.plainField(party, 0, party.length);
      line.plainField(product, 0, product.length);
      line.plainField(bytes[0]!, starts[0]!, ends[0]!).plainField(bytes[1]!, starts[1]!, ends[1]!).raw(oneToOne, 0, 4);
      line.plainField(bytes[0]!, starts[0]!, ends[0]!);
      for (let field = 2; field < 4; field++) {
        if (starts[field] === ends[field]) line.plainField(nullBytes, 0, 2);
        else line.plainField(bytes[field]!, starts[field]!, ends[field]!);
      }
      for (let field = 4; field < 9; field++) line.plainField(bytes[field]!, starts[field]!, ends[field]!);
      const tail = isReturn ? day.tailOfReturn : day.tail;
      line.raw(tail, 0, tail.length).countRow();
    },
    reference(partId, rowNo, { kind, code, fields, remarks }: ReferenceRecord, cells) {
      const { reference } = files;
      reference.text(kind).text(code).text(JSON.stringify(fields)).text(partText(partId)).text(String(rowNo));
      // Only an entity may have to wait for its parent; a row that waits is shown as it came.
      reference.textOrNull(isEntityKind(kind) ? JSON.stringify(cells) : null).endRow();
      if (remarks?.length) files.remark.text(partText(partId)).text(String(rowNo)).text(JSON.stringify(remarks)).endRow();
    },
    quarantined(partId, row: Row, issues: readonly Issue[]) {
      files.quarantine
        .text(deliveryId)
        .text(partText(partId))
        .text(String(row.rowNo))
        .text(JSON.stringify(row.cells))
        .text(JSON.stringify(issues))
        .endRow();
    },
    close: () => Object.fromEntries(spoolTables.map((table) => [table, files[table].close()])) as Record<SpoolTable, number>,
  };

  // Found by name and then compared key by key: no key has to be put together for every row.
  function nameId(role: PartyRole, party: RawParty): string {
    const { code, name, address, region } = party;
    const known = entryOf(names, name);
    for (const one of known) {
      if (one.party.code === code && one.party.address === address && one.party.region === region && one.role === role) return one.id;
    }
    const id = String(rawNameId(to.sender, role, party));
    known.push({ id, role, party });
    files.raw_name.text(id).textOrNull(distributor).text(role).text(code).text(name).text(address).text(region).endRow();
    return id;
  }

  function productId(product: RawProduct): string {
    const { code, name, spec, maker } = product;
    const known = entryOf(products, name);
    for (const one of known) {
      if (one.product.code === code && one.product.spec === spec && one.product.maker === maker) return one.id;
    }
    const id = String(rawProductId(to.sender, product));
    known.push({ id, product });
    files.raw_product.text(id).textOrNull(distributor).text(code).text(name).text(spec).text(maker).endRow();
    return id;
  }
}

const nullText = '\\N';
const nullBytes = Buffer.from(nullText);
const oneToOne = Buffer.from('1\t1\t');

interface KnownName {
  readonly id: string;
  readonly role: PartyRole;
  readonly party: RawParty;
}

interface KnownProduct {
  readonly id: string;
  readonly product: RawProduct;
}

/** About 40 MB of names. */
const mostKnown = 100_000;

function entryOf<Entry>(map: Map<string, Entry[]>, name: string): Entry[] {
  let known = map.get(name);
  if (!known) {
    // What is forgotten is written once more when it comes again; the loader takes each id once.
    if (map.size >= mostKnown) map.clear();
    known = [];
    map.set(name, known);
  }
  return known;
}

/** The text of an id; rows of one part and generation follow each other, so the last one mostly serves again. */
function createIdText(): (id: bigint) => string {
  let last = -1n;
  let text = '';
  return (id) => {
    if (id !== last) {
      last = id;
      text = String(id);
    }
    return text;
  };
}

/** The first day of a day's month. */
function createMonthText(): (day: string) => string {
  let last = '';
  let text = '';
  return (day) => {
    if (day !== last) {
      last = day;
      text = `${day.slice(0, 7)}-01`;
    }
    return text;
  };
}

const kindLetter: Record<FlowLine['kind'], string> = { sale: 's', purchase: 'p', stock: 'k' };
