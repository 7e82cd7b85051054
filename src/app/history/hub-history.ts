import { findImport, type Import } from '../../db/import-store.js';
import { keepStatistics } from '../../db/keep-statistics.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { RunReport } from '../../model/run-report.js';
import { finishRun } from '../finish-run.js';
import type { StepTools } from '../steps/step-tools.js';
import { commitImport, reloadAfterUndo, undoImport } from './commit-import.js';
import { receiveImport } from './receive-import.js';
import { previewImport, type ReadFile, type Rehearsal, rehearseImport } from './rehearse-import.js';

/** What can be done with imports of history. Every method but `receive` throws `config` when there is no such import. */
export interface HubHistory {
  /** Lands files as an import of a system; nothing is loaded. */
  receive(order: {
    paths: readonly string[];
    system: string;
    layouts: readonly string[];
    skipSheets?: readonly string[];
    by: string;
  }): Promise<Import>;
  find(id: string): Promise<Import>;
  /** How its files are understood. */
  preview(id: string, signal?: AbortSignal): Promise<readonly ReadFile[]>;
  /** What committing it would do. */
  rehearse(id: string, signal?: AbortSignal): Promise<Rehearsal>;
  commit(id: string, by: string, signal?: AbortSignal): Promise<RunReport>;
  /** Takes it back; rows of other files that need what it brought wait again. */
  undo(id: string, by: string, signal?: AbortSignal): Promise<UndoneImport>;
}

interface UndoneImport {
  /** How many loads were taken back. */
  readonly loads: number;
  /** Of the run that loaded files once more whose rows lost their parents; null when there were none. */
  readonly report: RunReport | null;
}

interface Around {
  readonly owner: string;
  readonly home: string;
  stopWith(signal?: AbortSignal): AbortSignal;
  withRoom<Result>(run: () => Promise<Result>): Promise<Result>;
}

export function hubHistory(tools: StepTools, { owner, home, stopWith, withRoom }: Around): HubHistory {
  const find = async (id: string): Promise<Import> => {
    const found = await findImport(tools.database, id);
    if (!found) throw new HubError('config', message('master.unknown-import', { import: id }));
    return found;
  };
  return {
    find,
    receive: (order) => withRoom(() => receiveImport(tools, { ...order, home })),
    preview: async (id, signal) => previewImport(tools, await find(id), stopWith(signal)),
    rehearse: async (id, signal) => rehearseImport(tools, await find(id), stopWith(signal)),
    commit: (id, by, signal) =>
      withRoom(async () => finishRun(tools, owner, { ...(await commitImport(tools, await find(id), by)), signal: stopWith(signal) })),
    undo: (id, by, signal) =>
      withRoom(async () => {
        const loads = await undoImport(tools, await find(id), by);
        await keepStatistics(tools.database);
        const run = await reloadAfterUndo(tools);
        const report = run && (await finishRun(tools, owner, { ...run, signal: stopWith(signal) }));
        return { loads, report };
      }),
  };
}
