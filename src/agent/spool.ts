import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { frameHead } from '../../connectors/agent/unit.js';
import { writeDurably } from './durable-file.js';

const unitRecord = z.strictObject({
  ...frameHead.shape,
  locator: z.string(),
  /** When it was read, by the agent's clock. */
  readAt: z.string(),
  bytes: z.undefined().optional(),
  part: z.undefined().optional(),
  parts: z.undefined().optional(),
});
/** One state of a branch, day and kind that waits to be sent. */
export type SpooledUnit = z.output<typeof unitRecord>;

/** What is read and not yet with the hub. A newer state of a unit takes the place of the older one, so days offline cost no more than their days. */
export interface Spool {
  /** In the order of their versions. */
  list(): readonly SpooledUnit[];
  put(unit: SpooledUnit, rows: Buffer): void;
  /** null when the file is damaged; it is gone then. */
  rows(unit: SpooledUnit): Buffer | null;
  /** Takes that state away; a newer one stays. */
  drop(unit: Pick<SpooledUnit, 'locator' | 'version'>): void;
}

/** A file per unit: a line of JSON, then the rows, packed. Survives a power cut at any point. */
export function openSpool(folder: string): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const units = new Map<string, SpooledUnit>();
  for (const name of readdirSync(folder)) {
    const unit = name.endsWith('.unit') ? readHead(join(folder, name)) : null;
    if (unit) units.set(unit.locator, unit);
    else rmSync(join(folder, name), { force: true, recursive: true });
  }

  return {
    list: () => [...units.values()].toSorted((a, b) => a.version - b.version),
    put(unit, rows) {
      writeDurably(pathOf(unit.locator), Buffer.concat([Buffer.from(`${JSON.stringify(unit)}\n`), gzipSync(rows)]));
      units.set(unit.locator, unit);
    },
    rows(unit) {
      try {
        const file = readFileSync(pathOf(unit.locator));
        const rows = gunzipSync(file.subarray(file.indexOf(0x0a) + 1));
        if (createHash('sha256').update(rows).digest('hex') === unit.sha256) return rows;
      } catch {
        // told by null
      }
      rmSync(pathOf(unit.locator), { force: true });
      units.delete(unit.locator);
      return null;
    },
    drop({ locator, version }) {
      if (units.get(locator)?.version !== version) return;
      units.delete(locator);
      rmSync(pathOf(locator), { force: true });
    },
  };

  function pathOf(locator: string): string {
    return join(folder, `${createHash('sha256').update(locator).digest('hex').slice(0, 32)}.unit`);
  }
}

const longestHead = 128 * 1024;

function readHead(path: string): SpooledUnit | null {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(longestHead);
    const line = start.toString('utf8', 0, readSync(file, start)).split('\n', 1)[0]!;
    return unitRecord.parse(JSON.parse(line));
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
