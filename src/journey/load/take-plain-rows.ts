import type { FlowKind } from '../../model/kind.js';
import { roleOf } from '../../model/line.js';
import type { ByteLine } from '../decode/byte-line.js';
import type { PartStart } from '../decode/decode-event.js';
import type { ReadPlain } from '../map/create-plain-reader.js';
import type { DayBytes, PlainRowSink } from './delivery-output.js';
import type { DocumentRule, Generations, OpenGeneration } from './generations.js';

/** Where the ordinary rows of one part go. */
export interface PlainRowsOf {
  readonly partId: bigint;
  readonly start: PartStart;
  readonly kind: FlowKind;
  readonly rule: DocumentRule;
  readonly generations: Generations;
  readonly sink: PlainRowSink;
  /** Counts the row for its part. */
  onTaken(): void;
}

interface OpenDay {
  readonly generation: OpenGeneration;
  readonly bytes: DayBytes;
}

/** Takes lines that are ordinary rows: counts them for their generation and hands them to the sink. False for any other line, which leaves no trace. */
export function takePlainRows(read: ReadPlain, of: PlainRowsOf): (line: ByteLine) => boolean {
  const { sink, kind, partId } = of;
  return (line) => {
    const row = read(line);
    if (row === null) return false;
    const { day, party, product } = row;
    day.stored ??= openDay(day.value);
    const { generation, bytes } = day.stored as OpenDay;
    generation.rowCount += 1;
    generation.quantity.addInteger(row.quantity, row.quantityScale);
    if (row.amountScale >= 0) generation.amount.addInteger(row.amount, row.amountScale);
    let partyBytes: Uint8Array | null = null;
    if (party !== null) {
      party.stored ??= sink.party(roleOf[kind], party.value);
      partyBytes = party.stored;
    }
    product.stored ??= sink.product(product.value);
    sink.plainLine(bytes, line.lineNo, partyBytes, product.stored, row);
    of.onTaken();
    return true;
  };

  function openDay(businessDate: string): OpenDay {
    const generation = of.generations.open(of.start, of.rule, kind, businessDate);
    return { generation, bytes: sink.day(generation.id, partId, kind, businessDate) };
  }
}
