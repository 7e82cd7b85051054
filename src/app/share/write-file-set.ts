import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../db/database.js';
import { compareCopy } from '../../db/share/compare-copy.js';
import { compareParity } from '../../db/share/parity-store.js';
import { type MasterSnapshot, readMaster } from '../../db/share/read-records.js';
import { type ClaimedSubscriber, markArrived, markFailed, releaseSubscriber } from '../../db/share/subscriber-store.js';
import { ExactSum } from '../../journey/map/exact-sum.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { type Parity, ParitySum } from '../../share/parity-of.js';
import { type CopyRow, copiesIn, imageColumns } from '../../share/read-copy.js';
import { settingsOf } from '../../share/subscriber.js';
import { createCsvWriter, createSheetWriter, measureFile, type TableWriter } from '../../share/table-writer.js';

/** What lies beside the files, so that whoever takes them can prove that they are whole. */
export interface Manifest {
  readonly schema: 'huiliu/share/1';
  readonly subscriber: string;
  readonly day: string;
  /** State after this change. */
  readonly seq: number;
  readonly madeAt: string;
  /** Of all records in the files; absent for files that hold only differences. */
  readonly parity?: Parity;
  readonly files: readonly {
    readonly file: string;
    readonly entity: string;
    readonly columns: readonly string[];
    readonly rows: number;
    /** Of money and quantities, exact. */
    readonly sums: Readonly<Record<string, string>>;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/**
 * Writes the files of a day for one subscriber into a folder of their own, all of one moment of the master; the folder appears when it is
 * whole. What was written is read back and compared. Older folders than `keep_days` go. Returns the manifest, null when it failed.
 */
export async function writeFileSet(database: Database, subscriber: ClaimedSubscriber, day: string): Promise<Manifest | null> {
  const { code, entities, kind } = subscriber;
  const { folder, keep_days: keepDays } = settingsOf(kind as 'snapshot' | 'writeback', subscriber.settings);
  const temp = join(folder, `.${code}-${process.pid}`);
  try {
    await rm(temp, { recursive: true, force: true });
    await mkdir(temp, { recursive: true });
    const manifest = await readMaster(database, entities, (master) =>
      kind === 'snapshot' ? writeSnapshot(master, subscriber, temp, day) : writeDifferences(master, subscriber, temp, day),
    );
    if (manifest.parity) await proveSnapshot(database, subscriber, manifest, temp);
    await writeFile(join(temp, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(join(folder, day), { recursive: true, force: true });
    await rename(temp, join(folder, day));
    await forgetOld(folder, day, keepDays);
    await database('share.file_set')
      .insert({ subscriber: code, day, seq: manifest.seq, manifest: JSON.stringify(manifest) })
      .onConflict(['subscriber', 'day'])
      .merge();
    await markArrived(database, code, manifest.seq);
    await releaseSubscriber(database, code);
    return manifest;
  } catch (error) {
    await rm(temp, { recursive: true, force: true }).catch(() => undefined);
    const cause = String((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    await markFailed(
      database,
      code,
      error instanceof HubError ? error.told : message('share.folder-closed', { subscriber: code, folder, cause }),
    );
    return null;
  }
}

async function writeSnapshot(
  master: MasterSnapshot,
  { code, settings }: ClaimedSubscriber,
  folder: string,
  day: string,
): Promise<Manifest> {
  const { formats } = settingsOf('snapshot', settings);
  const sum = new ParitySum();
  const files: Manifest['files'][number][] = [];
  for (const { entity, attributes } of master.entities) {
    const columns = [...imageColumns, ...attributes];
    const tables = await Promise.all(formats.map((format) => openTable(folder, `${entity}.${format}`, entity, columns)));
    for await (const page of master.records(entity)) {
      for (const image of page) sum.add(image);
      const rows = page.map(({ no, status, survivor, fields }) => [
        no,
        status,
        survivor ?? '',
        ...attributes.map((name) => fields[name] ?? ''),
      ]);
      for (const table of tables) await table.write(rows);
    }
    for (const table of tables) files.push(await table.close());
  }
  return { ...head(code, day, master), parity: sum.parity, files };
}

async function writeDifferences(
  master: MasterSnapshot,
  { code, settings, entities }: ClaimedSubscriber,
  folder: string,
  day: string,
): Promise<Manifest> {
  const { system } = settingsOf('writeback', settings);
  const keys = await openTable(folder, 'keys.csv', '', ['entity', 'role', 'key', 'no', 'now_no', 'status']);
  const differences = await openTable(folder, 'differences.csv', '', ['entity', 'role', 'key', 'now_no', 'attribute', 'theirs', 'ours']);
  for await (const page of master.keysOf(system, entities)) {
    await keys.write(page.map(({ entity, role, key, no, nowNo, status }) => [entity, role, key, no, nowNo, status]));
    await differences.write(
      page.flatMap(({ entity, role, key, nowNo, differences: of }) =>
        of.map(({ attribute, theirs, ours }) => [entity, role, key, nowNo, attribute, theirs, ours]),
      ),
    );
  }
  return { ...head(code, day, master), files: [await keys.close(), await differences.close()] };
}

function head(subscriber: string, day: string, { seq }: MasterSnapshot) {
  return { schema: 'huiliu/share/1' as const, subscriber, day, seq, madeAt: new Date().toISOString() };
}

/**
 * Reads the files back as a stranger would; the comparison is kept with those of the other subscribers, and where they are not what
 * the master says, which records. Of two formats the csv is read: both are written from the same rows.
 */
async function proveSnapshot(
  database: Database,
  { code, entities }: ClaimedSubscriber,
  { seq, files }: Manifest,
  folder: string,
): Promise<void> {
  const csv = files.filter(({ file }) => file.endsWith('.csv'));
  const written = csv.length > 0 ? csv : files;
  const sum = new ParitySum();
  for await (const { hash } of read()) sum.addHash(hash);
  const asked = { subscriber: code, entities, seq };
  const { agrees } = await compareParity(database, { ...asked, theirs: sum.parity });
  if (!agrees) await compareCopy(database, { ...asked, copy: read() });

  async function* read(): AsyncGenerator<CopyRow> {
    for (const { file } of written) yield* copiesIn(join(folder, file));
  }
}

async function openTable(folder: string, file: string, entity: string, columns: readonly string[]) {
  const path = join(folder, file);
  const writer: TableWriter = file.endsWith('.xlsx') ? await createSheetWriter(path, entity, columns) : createCsvWriter(path, columns);
  const sums = columns.map((name) => (isSummed.test(name) ? new ExactSum() : null));
  let rows = 0;
  return {
    async write(page: readonly (readonly string[])[]) {
      rows += page.length;
      for (const row of page)
        for (const [place, sum] of sums.entries())
          if (sum && isDecimal.test(row[place]!)) sum.add(row[place] as Parameters<ExactSum['add']>[0]);
      await writer.write(page);
    },
    async close(): Promise<Manifest['files'][number]> {
      await writer.close();
      const named = columns.flatMap((name, place) => (sums[place] ? [[name, sums[place].value()]] : []));
      return { file, entity, columns, rows, sums: Object.fromEntries(named), ...(await measureFile(path)) };
    },
  };
}

const isSummed = /(^|_)(amount|quantity|qty|net|gross|tax|limit|price)$/u;
const isDecimal = /^-?\d+(\.\d+)?$/u;

async function forgetOld(folder: string, day: string, keepDays: number): Promise<void> {
  const oldest = new Date(Date.parse(day) - keepDays * 86_400_000).toISOString().slice(0, 10);
  for (const name of await readdir(folder)) {
    if (!/^\d{4}-\d{2}-\d{2}$/u.test(name) || name >= oldest) continue;
    // Only what we wrote ourselves.
    if (
      await access(join(folder, name, 'manifest.json')).then(
        () => true,
        () => false,
      )
    )
      await rm(join(folder, name), { recursive: true });
  }
}
