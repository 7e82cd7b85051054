import type { BenchOptions, BenchResult } from './bench-result.js';
import { benchDuplicates } from './duplicates.js';
import { benchFigures } from './figures.js';
import { benchGolden } from './golden.js';
import { benchHistory } from './history.js';
import { benchHistoryImport } from './history-import.js';
import { benchLearning } from './learning.js';
import { benchLoad } from './load.js';
import { benchMatch } from './match.js';
import { benchMemory } from './memory.js';
import { benchRecover } from './recover.js';
import { benchResend } from './resend.js';
import { benchSmall } from './small.js';
import { benchSources } from './sources.js';
import { benchWorkers } from './workers.js';
import { benchXlsx } from './xlsx.js';

/** `npm run bench -- load|small|resend|recover|history|history-import|xlsx|sources|workers|memory|match|learning|figures|golden|duplicates [--json] [--scale 0.1]`: prints ratios, measured in one run on one machine. */
const benches: Record<string, (options: BenchOptions) => Promise<BenchResult>> = {
  load: benchLoad,
  small: benchSmall,
  resend: benchResend,
  recover: benchRecover,
  history: benchHistory,
  'history-import': benchHistoryImport,
  xlsx: benchXlsx,
  sources: benchSources,
  workers: benchWorkers,
  memory: benchMemory,
  match: benchMatch,
  learning: benchLearning,
  figures: benchFigures,
  golden: benchGolden,
  duplicates: benchDuplicates,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')} [--json] [--scale 0.1] [--quick]`);
  process.exit(2);
}
const at = flags.includes('--quick') ? -2 : flags.indexOf('--scale');
const asJson = flags.includes('--json');
const result = await bench({
  scale: at === -2 ? 0.05 : at < 0 ? 1 : Number(flags[at + 1]),
  say: (line) => (asJson ? console.error(line) : console.log(line)),
});
console.log(
  asJson
    ? JSON.stringify(result)
    : Object.entries(result)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
        .join('\n'),
);
