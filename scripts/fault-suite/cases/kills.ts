import type { Plant } from '../../../src/app/drill/open-plant.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';

/** SIGKILL at named places: killed at the first, begun again, killed at the second, and so on; then the night is finished and compared. */
export const kills: readonly FaultCase[] = [
  killed('F1', 'kill -9 while listing, and after the last object', ['during-list:2', 'before-outcomes:2'], ['I4', 'I7']),
  killed('F2', 'kill -9 before and while downloading', ['before-fetch:3', 'during-download:4'], ['I3', 'I7']),
  killed(
    'F3',
    'kill -9 around the rename into the raw store and its ledger rows',
    [
      'before-landing-link:4',
      'after-landing-link:2',
      'after-land-before-ledger:3',
      'in-landing-transaction:2',
      'after-ledger-before-observation:2',
    ],
    ['I3', 'I7'],
  ),
  killed('F4', 'kill -9 of the hub while a child decodes', ['after-claim:2', 'during-decode:2'], ['I7']),
  killed('F5', 'kill -9 after decode, map and validate, with the rows in the spool', ['after-decode:3'], ['I1', 'I7']),
  killed('F6', 'kill -9 before and after the commit of the matches', ['before-match-commit', 'after-match-commit'], ['I4', 'I8']),
  killed(
    'F7',
    'kill -9 in the load transaction, between its tables',
    ['before-load:2', 'after-fence:2', 'during-copy:4'],
    ['I1', 'I2', 'I7'],
  ),
  killed('F8', 'kill -9 after the switch of generations, before the marker', ['after-activate:4'], ['I2', 'I5']),
  killed(
    'F9',
    'kill -9 between the end of COPY and the marker; between the marker and the acknowledgement of COMMIT',
    ['after-copy-before-marker:3', 'before-commit:2', 'before-hold-commit'],
    ['I1', 'I2', 'I4'],
  ),
  killed(
    'F10',
    'kill -9 after COMMIT, before and while the source is told',
    ['before-ack:1', 'after-ack:1', 'before-collect-done:1', 'after-collect-done:1', 'after-commit:2', 'after-hold-commit'],
    ['I2', 'I7'],
  ),
  killed('F10b', 'kill -9 while a run is planned and while it is closed', ['in-run-plan', 'before-run-close', 'after-run-close'], ['I4']),
  {
    id: 'F4b',
    injects: 'kill -9 of the decoding child, in the middle of a file and before its answer',
    proves: ['I1', 'I7'],
    drivers: both,
    quick: true,
    async run(lab) {
      for (const failpoint of ['child-decode:2', 'child-before-answer:2']) {
        const plant = await lab.plant();
        const mark = `${plant.folder}/mark`;
        await lab.finish(plant, { HUILIU_FAILPOINT: failpoint, HUILIU_FAILPOINT_MARK: mark });
        await lab.expectConverged(plant);
      }
    },
  },
];

function killed(id: string, injects: string, failpoints: readonly string[], proves: readonly string[]): FaultCase {
  return {
    ...{
      id,
      injects,
      proves,
      drivers: id === 'F10b' ? ['embedded'] : both,
      ...(id === 'F9' && { quick: true as const }),
    },
    async run(lab) {
      const plant = await lab.plant();
      for (const failpoint of failpoints) await killAt(lab, plant, failpoint);
      await lab.finish(plant);
      await lab.expectConverged(plant);
      return `${failpoints.length} kills in one night`;
    },
  };
}

async function killAt(lab: Lab, plant: Plant, failpoint: string): Promise<void> {
  const night = await lab.begin(plant, { HUILIU_FAILPOINT: failpoint });
  const { signal, stderr } = await night.over();
  await night.stop();
  if (signal !== 'SIGKILL') throw new Error(`nothing was killed at ${failpoint}: ${stderr.slice(-500)}`);
}
