import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { project } from './bench-hub.js';

// A hub in a process of its own, to be killed. argv: business date. Tells its parent whenever a delivery is loaded.
const hub = await openHub(readSettings(process.env, project));
hub.progress.on('step', ({ stage, state }) => {
  if (stage === 'load' && state === 'done') process.send?.('loaded');
});
await hub.runNightly({ businessDate: process.argv[2]! });
await hub.close();
