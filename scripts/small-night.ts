import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';

// One small night in a process of its own, for the fault suite, which kills it: `node dist/scripts/small-night.js FOLDER yyyy-MM-dd`.
// FOLDER holds a drop folder per source (d1, d2, own). The last line is what came of it, as JSON.
const [folder = '', businessDate = ''] = process.argv.slice(2);
const layoutsOf = { own: ['reference-terminals'], d1: ['demo-files'], d2: ['demo-files'] };

const hub = await openHub(readSettings(process.env, resolve(import.meta.dirname, '../..')));
try {
  for (const [code, layouts] of Object.entries(layoutsOf)) {
    const drop = join(resolve(folder), code);
    if (!existsSync(drop)) continue;
    if (code !== 'own')
      await hub
        .database('master.distributor')
        .insert({ code, name: `${code} 医药` })
        .onConflict('code')
        .ignore();
    await hub.saveSource({
      ...{ code, title: code, sender: code, connector: 'folder', layouts, hints: {}, constants: {}, expects: {}, enabled: true },
      settings: { folder: drop, pattern: '*', stable_seconds: 0, move_to: 'done' },
    });
  }
  const { state, resumed, totals, held, failed } = await hub.runNightly({ businessDate });
  console.log(JSON.stringify({ state, resumed, totals, held: held.length, failed }));
} finally {
  await hub.close();
}
