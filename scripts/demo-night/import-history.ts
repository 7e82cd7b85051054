import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hub } from '../../src/app/hub.js';
import { listImports } from '../../src/db/import-store.js';
import { writeHistoryFiles } from '../sample-night/history-files.js';
import type { SampleNight } from '../sample-night/sample-night.js';

/** Sources of the systems that know customers besides the distributors. */
export const historySources = ['records-oa', 'records-finance', 'history-crm2008'];

/** Imports old workbooks as one import, and what OA and finance sent. Again it changes nothing. Returns how many records there are now. */
export async function importHistory(hub: Hub, night: SampleNight, folder: string, signal: AbortSignal): Promise<number> {
  await mkdir(folder, { recursive: true });
  const files = writeHistoryFiles(night.master);
  const paths = new Map<string, string>();
  for (const { fileName, bytes, sentAt } of files) {
    const path = join(folder, fileName);
    await writeFile(path, bytes);
    await utimes(path, new Date(sentAt), new Date(sentAt));
    paths.set(fileName, path);
  }
  const known = await listImports(hub.database, 1);
  if (known.length === 0) {
    const old = files.filter(({ system }) => system === 'crm2008').map(({ fileName }) => paths.get(fileName)!);
    const { id } = await hub.history.receive({ paths: old, system: 'crm2008', layouts: [], by: 'demo' });
    await hub.history.commit(id, 'demo', signal);
  }
  for (const [system, layouts] of [
    ['oa', ['demo-oa']],
    ['finance', ['demo-ledger-suppliers', 'demo-ledger']],
  ] as const) {
    const source = `records-${system}`;
    await hub.saveSource({
      ...{ code: source, title: system === 'oa' ? '示例 OA' : '示例财务', sender: system, connector: 'folder', settings: { folder } },
      ...{ layouts, hints: {}, constants: {}, expects: { figures: 'any' }, enabled: false },
    });
    for (const file of files.filter((one) => one.system === system))
      await hub.importFile({ path: paths.get(file.fileName)!, source, signal });
  }
  const { rows } = await hub.database.raw<{ rows: { records: number }[] }>(
    `select count(*)::integer as records from master.record where status = 'active'`,
  );
  return rows[0]!.records;
}
