import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, defaultDecodeLimits } from '../../src/journey/decode/decode.js';
import type { MapContext } from '../../src/journey/map/compile-layout.js';
import { compileLayout } from '../../src/journey/map/compile-layout.js';
import { createPartMapper, type MappedRow, type PartMapper } from '../../src/journey/map/create-part-mapper.js';
import { loadLayouts, type Mappings } from '../../src/journey/map/load-layouts.js';
import { footTotals } from '../../src/journey/validate/gates.js';
import { HubError } from '../../src/model/hub-error.js';
import type { FlowKind } from '../../src/model/kind.js';
import type { FlowLine } from '../../src/model/line.js';
import { type ExpectedFate, heldBecause, type SampleDelivery } from './sample-delivery.js';
import { sampleNight } from './sample-night.js';
import { sampleSources } from './sources.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-sample-'));
const night = sampleNight();
const outcomes = new Map<string, Outcome>();
let mappings: Mappings;

interface Outcome {
  readonly fate: ExpectedFate;
  readonly lines: readonly FlowLine[];
  readonly footings: readonly string[];
}

beforeAll(async () => {
  mappings = await loadLayouts('mappings');
  for (const delivery of night.deliveries) outcomes.set(delivery.id, await travel(delivery));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('decode and map make of every delivery what the sample night expects', () => {
  test.each(night.deliveries.map((delivery) => [delivery.id, delivery] as const))('%s', (id, delivery) => {
    const { fate, footings } = outcomes.get(id)!;
    expect(fate).toEqual(delivery.expected);
    expect(footings).not.toContain('off');
  });
});

describe('the reference workbooks', () => {
  test('give every record of the master', async () => {
    for (const { kind, fileName, bytes, records } of night.references) {
      const path = join(folder, fileName);
      writeFileSync(path, bytes);
      const layout = compileLayout(mappings.layouts.get(`reference-${kind}s`)!, mappings.dictionary);
      const context: MapContext = { fileName, sentOn: '2026-11-21', constants: {} };
      let mapper: PartMapper | null = null;
      for await (const event of decode({ path, name: fileName }, {}, defaultDecodeLimits)) {
        if (event.type === 'part') mapper = createPartMapper([layout], event.part, context);
        else if (event.type === 'rows') mapper!.push(event.rows);
      }
      const { summary, findings } = mapper!.finish();
      expect({ fileName, findings, lines: summary.lines, quarantined: summary.quarantined }).toEqual({
        fileName,
        findings: [],
        lines: records,
        quarantined: 0,
      });
    }
  });
});

describe('the lines of the sample night', () => {
  const linesBy = (distributor: string, kind: FlowKind): FlowLine[] =>
    night.deliveries
      .filter((it) => it.distributor === distributor)
      .flatMap(({ id }) => outcomes.get(id)!.lines.filter((line) => line.kind === kind));

  test('are of the day and the kinds of their delivery', () => {
    for (const { id, day, kinds } of night.deliveries)
      for (const line of outcomes.get(id)!.lines) {
        expect(line.businessDate).toBe(day);
        expect(kinds).toContain(line.kind);
      }
  });

  test('name every customer as the truth spells it, rare characters too', () => {
    const known = new Set(night.names.map(({ distributor, rawName }) => `${distributor} ${rawName}`));
    for (const { code } of night.master.distributors)
      for (const { party } of linesBy(code, 'sale')) expect(known).toContain(`${code} ${party!.name}`);
    expect(linesBy('D01', 'sale').some(({ party }) => /[\u{3400}-\u{4dbf}\u{20000}-\u{2ffff}]/u.test(party!.name))).toBe(true);
  });

  test('name every product of the master, wherever the file says it', () => {
    const plain = (text: string): string => text.normalize('NFKC').replaceAll('×', '*').replaceAll(' ', '');
    const products = new Set(night.master.products.map(({ genericName, spec }) => plain(genericName + spec)));
    for (const { id } of night.deliveries)
      for (const { product } of outcomes.get(id)!.lines) expect(products).toContain(plain(product.name + product.spec));
  });

  test('hold returns, with and without a sign in the file', () => {
    for (const code of ['D01', 'D02']) {
      const returns = linesBy(code, 'sale').filter(({ isReturn }) => isReturn);
      expect(returns.length).toBeGreaterThan(0);
      expect(returns.every(({ quantity, amount }) => quantity.startsWith('-') && amount!.startsWith('-'))).toBe(true);
    }
  });

  test('count a 件 by the pack size beside it', () => {
    const cases = [...linesBy('D05', 'sale'), ...linesBy('D11', 'sale')].filter(({ unit }) => unit === '件');
    expect(cases.length).toBeGreaterThan(0);
    const factorOf = new Map(night.master.products.map(({ genericName, spec, packFactor }) => [genericName + spec, BigInt(packFactor)]));
    for (const { product, factorNumerator } of cases) expect(factorNumerator).toBe(factorOf.get(product.name + product.spec));
  });

  test('know an expiry month only where the sender does', () => {
    expect(linesBy('D11', 'sale').every(({ expiry }) => /^\d{4}-\d{2}$/.test(expiry))).toBe(true);
    expect(linesBy('D07', 'sale').every(({ expiry }) => /^\d{4}-\d{2}-\d{2}$/.test(expiry))).toBe(true);
  });

  test('hold identical lines twice', () => {
    const texts = outcomes
      .get('D01/销售_20261120.csv')!
      .lines.map((line) => JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
    expect(new Set(texts).size).toBeLessThan(texts.length);
  });
});

async function travel(delivery: SampleDelivery): Promise<Outcome> {
  const source = sampleSources.find(({ code }) => code === delivery.source)!;
  const layouts = source.layouts.map((code) => compileLayout(mappings.layouts.get(code)!, mappings.dictionary));
  const context: MapContext = {
    fileName: delivery.fileName,
    sentOn: delivery.sentAt.toISOString().slice(0, 10),
    constants: source.constants,
  };
  const path = join(folder, 'delivery');
  writeFileSync(path, delivery.bytes);
  const lines: FlowLine[] = [];
  const footings: string[] = [];
  const dropped: Record<string, number> = {};
  let quarantined = 0;
  let mapper: PartMapper | null = null;
  const settle = (rows: readonly MappedRow[]): void => {
    for (const [, fate] of rows) {
      if (fate.fate === 'line') lines.push(fate.line);
      else if (fate.fate === 'quarantined') quarantined++;
      else if (fate.fate === 'dropped') dropped[fate.rule] = (dropped[fate.rule] ?? 0) + 1;
    }
  };
  try {
    for await (const event of decode({ path, name: delivery.fileName }, source.hints, defaultDecodeLimits)) {
      if (event.type === 'part') mapper = createPartMapper(layouts, event.part, context);
      else if (event.type === 'rows') settle(mapper!.push(event.rows));
      else if (event.type === 'end') {
        const end = mapper!.finish();
        settle(end.rows);
        const [finding] = end.findings;
        if (finding) return { fate: heldBecause(`${finding.told.code} ${JSON.stringify(finding.told.values)}`), lines: [], footings: [] };
        footings.push(footTotals(end.summary).footing);
      }
    }
  } catch (error) {
    if (error instanceof HubError) return { fate: heldBecause(error.told.code), lines: [], footings: [] };
    throw error;
  }
  return { fate: { held: false, reason: null, lines: lines.length, quarantined, dropped }, lines, footings };
}
