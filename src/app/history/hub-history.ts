import { findImport, type Import } from '../../db/import-store.js';
import { keepStatistics } from '../../db/keep-statistics.js';
import { listOrphaned } from '../../db/master/list-orphaned.js';
import { listWaitingRows, sayNewlyWaiting } from '../../db/master/waiting-rows.js';
import { withClient } from '../../db/with-client.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { RunReport } from '../../model/run-report.js';
import { finishRun } from '../finish-run.js';
import type { StepTools } from '../steps/step-tools.js';
import { commitImport, reloadAfterUndo, undoImport } from './commit-import.js';
import { foreseeUndo, type UndoEffect } from './foresee-undo.js';
import { receiveImport } from './receive-import.js';
import { previewImport, type ReadFile, type Rehearsal, rehearseImport } from './rehearse-import.js';
import { reloadInRounds } from './reload-in-rounds.js';

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
  /** What taking it back would do to others. */
  foreseeUndo(id: string, by: string, signal?: AbortSignal): Promise<UndoEffect>;
  /** Takes it back; rows of other files that need what it brought wait again. */
  undo(id: string, by: string, signal?: AbortSignal): Promise<UndoneImport>;
}

interface UndoneImport extends UndoEffect {
  /** How many loads were taken back. */
  readonly loads: number;
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
    foreseeUndo: async (id, by, signal) => foreseeUndo(tools, await find(id), by, stopWith(signal)),
    undo: (id, by, signal) =>
      withRoom(async () => {
        const { database } = tools;
        const of = await find(id);
        const own = of.files.flatMap(({ deliveryId }) => deliveryId ?? []);
        const before = await withClient(database, (client) => listWaitingRows(client, own));
        const loads = await undoImport(tools, of, by);
        await keepStatistics(database);
        const reloads = await reloadInRounds(
          () => listOrphaned(database),
          async () => {
            await finishRun(tools, owner, { ...(await reloadAfterUndo(tools)), signal: stopWith(signal) });
          },
        );
        return { loads, reloads, waiting: await withClient(database, (client) => sayNewlyWaiting(client, own, before)) };
      }),
  };
}
