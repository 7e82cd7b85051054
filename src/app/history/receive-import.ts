import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { addImport, findImport, type Import } from '../../db/import-store.js';
import { findSource, type Source } from '../../db/source-store.js';
import { makeFolder } from '../../journey/land/make-folder.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { saveCheckedSource } from '../save-checked-source.js';
import type { StepTools } from '../steps/step-tools.js';

const largestFile = 2 * 1024 ** 3;
/** Layouts that every system may use: workbooks of our template, and those whose titles we know. */
const usualLayouts = ['history-template', 'history-plain'];

/**
 * Lands files as one import of a system. Nothing is read or loaded: `rehearseImport` says what it would do, `commitImport` does it.
 * The source of the system is made when it is first named; further layouts and sheets to skip are added to it, layouts named last go first.
 */
export async function receiveImport(
  tools: StepTools,
  order: { paths: readonly string[]; system: string; layouts: readonly string[]; skipSheets?: readonly string[]; by: string; home: string },
): Promise<Import> {
  const { database, landing } = tools;
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/u.test(order.system))
    throw new HubError('config', message('master.bad-system', { system: order.system }));
  const source = await sourceOf(tools, order);
  const files = [];
  for (const [index, given] of order.paths.entries()) {
    const path = resolve(given);
    const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new HubError('config', message('hub.no-file', { path, cause: error.code ?? error.message }));
    });
    const { sha256, byteCount } = await landing.put(createReadStream(path), { byteCount: largestFile });
    files.push({ place: index + 1, sha256, name: basename(path), path, sentAt: facts.mtime, deliveryId: null, byteCount });
  }
  const id = await addImport(database, { actor: order.by, system: order.system, sourceId: source.id, files });
  return (await findImport(database, id))!;
}

async function sourceOf(
  tools: StepTools,
  order: { system: string; layouts: readonly string[]; skipSheets?: readonly string[]; home: string },
): Promise<Source> {
  const code = `history-${order.system}`;
  const known = await findSource(tools.database, { code });
  const layouts = [...new Set([...order.layouts, ...(known?.layouts ?? usualLayouts)])];
  const before = (known?.hints['skipSheets'] ?? []) as readonly string[];
  const skipSheets = [...new Set([...before, ...(order.skipSheets ?? [])])];
  if (known && layouts.join() === known.layouts.join() && skipSheets.length === before.length) return known;
  const folder = join(order.home, 'history', order.system);
  await makeFolder(folder);
  const { id: _, ...kept } = known ?? {
    ...{ id: 0, code, title: `历史资料 ${order.system}`, sender: order.system, connector: 'folder', settings: { folder } },
    ...{ hints: {}, constants: {}, expects: { figures: 'any' }, enabled: false },
  };
  const hints = { ...kept.hints, ...(skipSheets.length > 0 && { skipSheets }) };
  return saveCheckedSource(tools, { ...kept, layouts, hints });
}
