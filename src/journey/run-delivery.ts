import { addDays } from '../model/add-days.js';
import type { Finding } from '../model/finding.js';
import { HubError } from '../model/hub-error.js';
import { isFlowKind } from '../model/kind.js';
import type { Day } from '../model/line.js';
import { message } from '../model/message.js';
import type { PartCounts } from '../model/part-counts.js';
import type { Row } from '../model/row.js';
import { createStepClock } from '../model/step-clock.js';
import type { LineDoor } from './decode/byte-line.js';
import type { DecodeEvent, PartStart } from './decode/decode-event.js';
import type { DeliveryOutput, PartOutput, PlainRowSink, RowSink } from './load/delivery-output.js';
import { createGenerations } from './load/generations.js';
import { createRowRanges, type RowRanges } from './load/row-ranges.js';
import { takePlainRows } from './load/take-plain-rows.js';
import type { PartMapper, PartSummary } from './map/create-part-mapper.js';
import type { DropRule, RowFate } from './map/map-outcome.js';
import { emptyGate, periodGate, totalsGate } from './validate/gates.js';

/** Ids reserved for this delivery: the next free ones, and those that its parts have from an earlier load. */
export interface DeliveryIds {
  readonly firstPartId: bigint;
  readonly firstGenerationId: bigint;
  readonly limit: number;
  readonly partIds: Readonly<Record<string, string>>;
}

export interface DeliveryRun {
  readonly name: string;
  /** The day it was sent. */
  readonly sentOn: Day;
  readonly ids: DeliveryIds;
  /** A mapper for a part, by the layouts of the source. */
  mapPart(part: PartStart): PartMapper;
  onProgress?(rows: number): void;
  /** The door that the decoder has too, and who takes the rows that come through it. */
  readonly plain?: { readonly door: LineDoor; readonly sink: PlainRowSink };
}

/**
 * Takes one delivery from decoded rows to lines in the sink: decode → map → validate, in the order of the file. Every decoded
 * row gets exactly one fate (I1). What is wrong with the delivery as a whole comes back as findings; the caller then loads nothing.
 */
export async function runDelivery(events: AsyncIterable<DecodeEvent>, sink: RowSink, run: DeliveryRun): Promise<DeliveryOutput> {
  const parts: PartOutput[] = [];
  const findings: Finding[] = [];
  const summaries: PartSummary[] = [];
  const windows: number[] = [];
  const skipped: DeliveryOutput['skipped'][number][] = [];
  const generations = createGenerations(run.name, run.ids.firstGenerationId, run.ids.limit);
  let open: OpenPart | null = null;
  const clock = createStepClock('decode');
  let rows = 0;
  let newParts = 0;
  let speaksForDays = false;

  for await (const event of events) {
    if (event.type === 'part') open = startPart(event.part);
    else if (event.type === 'skipped') skipped.push({ path: event.path, reason: event.reason });
    else if (open === null) throw new Error(`decoder sent ${event.type} outside a part`);
    else if (event.type === 'rows') {
      const part = open;
      const fates = clock.time('map', () => part.mapper.push(event.rows));
      clock.time('spool', () => {
        for (const [row, fate] of fates) settle(part, row, fate);
      });
      rows += event.rows.length;
      part.decoded += event.rows.length;
      openDoor(part);
      run.onProgress?.(rows);
    } else {
      endPart(open);
      open = null;
      if (run.plain) run.plain.door.take = null;
    }
  }

  const kept = parts.filter((part) => part.counts.decoded > 0);
  if (findings.length === 0) findings.push(...deliveryFindings(run, summaries, windows, speaksForDays));
  return { parts: kept, generations: generations.list(), findings, skipped, spentMs: clock.read() };

  function startPart(start: PartStart): OpenPart {
    const known = run.ids.partIds[start.path];
    if (known === undefined && newParts >= run.ids.limit) {
      throw new HubError('source-data', message('hub.too-many-parts', { name: run.name, limit: run.ids.limit }));
    }
    const id = known === undefined ? run.ids.firstPartId + BigInt(newParts++) : BigInt(known);
    return { id, start, mapper: run.mapPart(start), decoded: 0, loaded: 0, quarantined: 0, dropped: new Map(), wasTried: false };
  }

  /** Once the part has its layout, ordinary rows come as bytes. Tried once. */
  function openDoor(part: OpenPart): void {
    const layout = part.mapper.layout();
    if (!run.plain || part.wasTried || !layout) return;
    part.wasTried = true;
    const reader = part.mapper.plainReader();
    if (!reader) return;
    run.plain.door.take = takePlainRows(reader.read, {
      partId: part.id,
      start: part.start,
      kind: reader.kind,
      rule: layout.layout.document,
      generations,
      sink: run.plain.sink,
      onTaken() {
        rows += 1;
        part.decoded += 1;
        part.loaded += 1;
      },
    });
  }

  function settle(part: OpenPart, row: Row, fate: RowFate): void {
    if (fate.fate === 'line') {
      part.loaded += 1;
      sink.line(generations.add(part.start, part.mapper.layout()?.layout.document ?? 'kind', fate.line), part.id, row.rowNo, fate.line);
    } else if (fate.fate === 'reference') {
      part.loaded += 1;
      sink.reference(part.id, row.rowNo, fate.record, row.cells);
    } else if (fate.fate === 'quarantined') {
      part.quarantined += 1;
      sink.quarantined(part.id, row, fate.issues);
    } else {
      const ranges = part.dropped.get(fate.rule) ?? createRowRanges();
      part.dropped.set(fate.rule, ranges);
      ranges.add(row.rowNo);
    }
  }

  function endPart(part: OpenPart): void {
    const end = part.mapper.finish();
    for (const [row, fate] of end.rows) settle(part, row, fate);
    findings.push(...end.findings);
    summaries.push(end.summary);
    const windowDays = part.mapper.layout()?.layout.window_days;
    if (windowDays !== undefined) windows.push(windowDays);
    const kind = end.mapped?.kind;
    if (part.start.covers && isFlowKind(kind)) {
      generations.cover(part.start, part.mapper.layout()?.layout.document ?? 'kind', kind, part.start.covers);
      speaksForDays = true;
    }
    const counts: PartCounts = {
      decoded: part.decoded,
      loaded: part.loaded,
      quarantined: part.quarantined,
      dropped: Object.fromEntries([...part.dropped].map(([rule, ranges]) => [rule, ranges.read()])),
    };
    parts.push({
      id: String(part.id),
      start: part.start,
      layout: end.mapped?.layout ?? null,
      layoutVersion: part.mapper.layout()?.version ?? null,
      kind: end.mapped?.kind ?? null,
      headerRows: end.mapped?.headerRows ?? [],
      titles: end.mapped?.titles ?? [],
      fields: end.mapped?.fields ?? [],
      untitled: end.mapped?.untitled ?? [],
      counts,
      statedTotals: end.statedTotals,
    });
  }
}

/** Gates over the delivery as it was read; those that look at its history are the loader's. */
function deliveryFindings(
  { name, sentOn }: DeliveryRun,
  summaries: readonly PartSummary[],
  windows: readonly number[],
  speaksForDays: boolean,
): Finding[] {
  const from = addDays(sentOn, -Math.max(0, ...windows));
  const empty = speaksForDays ? null : emptyGate(name, summaries);
  return [empty, ...summaries.map(totalsGate), periodGate(name, summaries, from, addDays(sentOn, 1))].filter((finding) => finding !== null);
}

interface OpenPart {
  readonly id: bigint;
  readonly start: PartStart;
  readonly mapper: PartMapper;
  decoded: number;
  loaded: number;
  quarantined: number;
  readonly dropped: Map<DropRule, RowRanges>;
  wasTried: boolean;
}
