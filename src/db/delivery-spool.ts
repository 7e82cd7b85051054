import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RowSink } from '../journey/load/delivery-output.js';
import { baseQuantity } from '../journey/map/decimal-arithmetic.js';
import type { Issue } from '../journey/map/map-outcome.js';
import { type FlowLine, type PartyRole, type RawParty, type RawProduct, type ReferenceRecord, roleOf } from '../model/line.js';
import { rawNameId, rawProductId } from '../model/raw-id.js';
import type { Row } from '../model/row.js';
import { copyNull, copyText } from './copy-text.js';

const spoolTables = ['line', 'quarantine', 'raw_name', 'raw_product', 'reference'] as const;
export type SpoolTable = (typeof spoolTables)[number];

export interface DeliverySpool extends RowSink {
  /** Flushes and closes; returns the rows written per table. */
  close(): Readonly<Record<SpoolTable, number>>;
}

export function spoolPath(folder: string, table: SpoolTable): string {
  return join(folder, `${table}.copy`);
}

/**
 * Writes a delivery's rows as COPY text files into `folder`, so that the transaction that loads them is short and never waits
 * for decoding. Bounded memory: a megabyte of text per table, and the distinct names and products of this delivery.
 */
export function createDeliverySpool(
  folder: string,
  to: { sender: string; distributorId: number | null; deliveryId: bigint },
): DeliverySpool {
  const files = Object.fromEntries(spoolTables.map((table) => [table, createSpoolFile(spoolPath(folder, table))])) as Record<
    SpoolTable,
    SpoolFile
  >;
  const names = new Map<string, string>();
  const products = new Map<string, string>();
  const distributor = String(to.distributorId ?? copyNull);

  return {
    line(generationId, partId, rowNo, line) {
      const name = line.party === null ? copyNull : nameId(roleOf[line.kind], line.party);
      const base =
        line.factorNumerator === line.factorDenominator
          ? line.quantity
          : baseQuantity(line.quantity, line.factorNumerator, line.factorDenominator);
      const month = `${line.businessDate.slice(0, 7)}-01`;
      files.line.write(
        `${generationId}\t${partId}\t${rowNo}\t${line.businessDate}\t${kindLetter[line.kind]}\t${distributor}\t${name}\t${productId(line.product)}\t${line.quantity}\t${copyText(line.unit)}\t${line.factorNumerator}\t${line.factorDenominator}\t${base}\t${line.price ?? copyNull}\t${line.amount ?? copyNull}\t${copyText(line.lot)}\t${copyText(line.expiry)}\t${copyText(line.manufacturedOn)}\t${copyText(line.docNo)}\t${copyText(line.docLine)}\t${month}\t${month}\t${line.isReturn ? 't' : 'f'}\t${line.isRedLetter ? 't' : 'f'}\n`,
      );
    },
    reference(partId, rowNo, record: ReferenceRecord) {
      files.reference.write(`${record.kind}\t${copyText(record.code)}\t${copyText(JSON.stringify(record.fields))}\t${partId}\t${rowNo}\n`);
    },
    quarantined(partId, row: Row, issues: readonly Issue[]) {
      files.quarantine.write(
        `${to.deliveryId}\t${partId}\t${row.rowNo}\t${copyText(JSON.stringify(row.cells))}\t${copyText(JSON.stringify(issues))}\n`,
      );
    },
    close: () => Object.fromEntries(spoolTables.map((table) => [table, files[table].close()])) as Record<SpoolTable, number>,
  };

  function nameId(role: PartyRole, party: RawParty): string {
    const key = `${role}\u0000${party.code}\u0000${party.name}\u0000${party.address}\u0000${party.region}`;
    let id = names.get(key);
    if (id === undefined) {
      id = String(rawNameId(to.sender, role, party));
      names.set(key, id);
      files.raw_name.write(
        `${id}\t${distributor}\t${role}\t${copyText(party.code)}\t${copyText(party.name)}\t${copyText(party.address)}\t${copyText(party.region)}\n`,
      );
    }
    return id;
  }

  function productId(product: RawProduct): string {
    const key = `${product.code}\u0000${product.name}\u0000${product.spec}\u0000${product.maker}`;
    let id = products.get(key);
    if (id === undefined) {
      id = String(rawProductId(to.sender, product));
      products.set(key, id);
      files.raw_product.write(
        `${id}\t${distributor}\t${copyText(product.code)}\t${copyText(product.name)}\t${copyText(product.spec)}\t${copyText(product.maker)}\n`,
      );
    }
    return id;
  }
}

const kindLetter: Record<FlowLine['kind'], string> = { sale: 's', purchase: 'p', stock: 'k' };

interface SpoolFile {
  write(text: string): void;
  close(): number;
}

const bufferBytes = 1024 * 1024;

// Text goes straight into one buffer: no array of pieces to join, nothing for the garbage collector.
function createSpoolFile(path: string): SpoolFile {
  let descriptor: number | null = null;
  let buffer: Buffer | null = null;
  let end = 0;
  let rows = 0;

  function flush(): void {
    if (end === 0 || buffer === null) return;
    append(buffer.subarray(0, end));
    end = 0;
  }

  function append(bytes: Uint8Array): void {
    descriptor ??= openSync(path, 'w', 0o600);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  }

  return {
    write(text) {
      rows += 1;
      buffer ??= Buffer.allocUnsafe(bufferBytes);
      const mostBytes = text.length * 3;
      if (end + mostBytes > bufferBytes) flush();
      if (mostBytes > bufferBytes) append(Buffer.from(text, 'utf8'));
      else end += buffer.write(text, end, 'utf8');
    },
    close() {
      flush();
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
      buffer = null;
      return rows;
    },
  };
}
