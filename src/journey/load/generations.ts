import { addDays } from '../../model/add-days.js';
import { HubError } from '../../model/hub-error.js';
import type { FlowKind } from '../../model/kind.js';
import type { Day, FlowLine } from '../../model/line.js';
import { message } from '../../model/message.js';
import type { Covers, PartStart } from '../decode/decode-event.js';
import { ExactSum } from '../map/exact-sum.js';
import type { GenerationOutput } from './delivery-output.js';
import { documentStem } from './order-key.js';

/** What a resend replaces: all lines of a kind and day, those of the same file, or those of the same part. */
export type DocumentRule = 'kind' | 'file' | 'part';

export interface Generations {
  /** Counts a line and returns the id of its generation. */
  add(part: PartStart, rule: DocumentRule, line: FlowLine): bigint;
  /** Each day that the part speaks for has a generation, also one without lines: it replaces what an earlier delivery said. */
  cover(part: PartStart, rule: DocumentRule, kind: FlowKind, covers: Covers): void;
  /** The generation of ordinary rows of a kind and day, which count themselves. */
  open(part: PartStart, rule: DocumentRule, kind: FlowKind, businessDate: Day): OpenGeneration;
  list(): GenerationOutput[];
}

/** Sorts the lines of a delivery into generations by kind, business day and document, with counts and exact sums. */
export function createGenerations(name: string, firstId: bigint, limit: number): Generations {
  const byKey = new Map<string, OpenGeneration>();
  const fileStem = documentStem(name);
  let last: OpenGeneration | null = null;

  return {
    add(part, rule, line) {
      const document = documentOf(part, rule);
      if (last === null || last.businessDate !== line.businessDate || last.kind !== line.kind || last.document !== document) {
        last = find(line.kind, line.businessDate, document);
      }
      last.rowCount += 1;
      last.quantity.add(line.quantity);
      if (line.amount !== null) last.amount.add(line.amount);
      return last.id;
    },
    cover(part, rule, kind, { from, to }) {
      for (let day = from; day <= to; day = addDays(day, 1)) find(kind, day, documentOf(part, rule));
    },
    open: (part, rule, kind, businessDate) => find(kind, businessDate, documentOf(part, rule)),
    list: () =>
      [...byKey.values()].map(({ id, kind, businessDate, document, rowCount, quantity, amount }) => ({
        id: String(id),
        kind,
        businessDate,
        document,
        rowCount,
        quantity: quantity.value(),
        amount: amount.value(),
      })),
  };

  function find(kind: FlowKind, businessDate: Day, document: string): OpenGeneration {
    const key = `${kind}|${businessDate}|${document}`;
    let generation = byKey.get(key);
    if (!generation) {
      if (byKey.size >= limit) throw new HubError('source-data', message('hub.too-many-days', { name, limit }));
      const id = firstId + BigInt(byKey.size);
      generation = { id, kind, businessDate, document, rowCount: 0, quantity: new ExactSum(), amount: new ExactSum() };
      byKey.set(key, generation);
    }
    return generation;
  }

  function documentOf(part: PartStart, rule: DocumentRule): string {
    if (rule === 'kind') return '';
    return rule === 'file' ? fileStem : part.path.replace(name, () => fileStem);
  }
}

export interface OpenGeneration {
  readonly id: bigint;
  readonly kind: FlowKind;
  readonly businessDate: string;
  readonly document: string;
  rowCount: number;
  readonly quantity: ExactSum;
  readonly amount: ExactSum;
}
