import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findDeliveryAndSource } from '../../db/delivery-store.js';
import { keepStatistics } from '../../db/keep-statistics.js';
import { holdDelivery, loadDelivery } from '../../db/load-delivery.js';
import { type Claim, maxFaults } from '../../db/stage-store.js';
import { makeFolder } from '../../journey/land/make-folder.js';
import { failpoint } from '../../model/failpoint.js';
import type { Finding } from '../../model/finding.js';
import { HubError } from '../../model/hub-error.js';
import { historyGates } from '../history-gates.js';
import { pinnedLayouts } from './pinned-layouts.js';
import { layoutsOf, readDelivery } from './read-delivery.js';
import type { StepTools } from './step-tools.js';

/** Fewer change no plan. */
const manyRows = 1_000;

/**
 * Loads one delivery: a capped child decodes, maps and validates it into a spool, then one transaction takes the spool in.
 * What is wrong with the file holds the delivery; a child that dies is tried again and then holds it too.
 */
export async function loadStep(tools: StepTools, claim: Claim, signal: AbortSignal): Promise<void> {
  const { database } = tools;
  const { delivery, source } = (await findDeliveryAndSource(database, claim.deliveryId!))!;
  const spoolFolder = join(tools.spoolFolder, `${claim.id}-${claim.fence}`);
  const tell = (state: 'running' | 'done' | 'held', rows: number) =>
    tools.tell({ source: source.code, stage: 'load', state, name: delivery.name, rows });
  tell('running', 0);
  failpoint('after-claim');
  await makeFolder(spoolFolder);
  try {
    const layouts = layoutsOf(source, tools.layouts);
    const { output, spooled } = await readDelivery(tools, {
      delivery,
      source,
      layouts,
      spoolFolder,
      signal,
      onProgress: (rows) => {
        failpoint('during-decode');
        tell('running', rows);
      },
    });
    failpoint('after-decode');
    const findings = await loadDelivery(
      database,
      claim,
      {
        deliveryId: delivery.id,
        sender: delivery.sender,
        name: delivery.name,
        output,
        spoolFolder,
        spooled,
        layouts: pinnedLayouts(layouts, tools),
        waived: new Set(Object.keys(delivery.waived)),
      },
      historyGates,
    );
    const decoded = output.parts.reduce((total, part) => total + part.counts.decoded, 0);
    if (decoded >= manyRows && findings.length === 0) await keepStatistics(database);
    tell(findings.length > 0 ? 'held' : 'done', decoded);
  } catch (error) {
    const finding = signal.aborted ? null : findingOf(error, claim);
    if (!finding) throw error;
    await holdDelivery(database, claim, { deliveryId: delivery.id }, [finding]);
    tell('held', 0);
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

// What the sender did wrong holds the delivery. A dead child may be bad luck, so it gets its attempts first.
function findingOf(error: unknown, claim: Claim): Finding | null {
  if (!(error instanceof HubError) || error.errorClass !== 'source-data') return null;
  if (error.told.code === 'hub.child-died' && claim.faults + 1 < maxFaults) return null;
  return { gate: 'decode', part: '', told: error.told };
}
