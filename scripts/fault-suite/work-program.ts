import { resolve } from 'node:path';
import { openHub } from '../../src/app/open-hub.js';
import { readSettings } from '../../src/app/settings.js';
import { bellOf } from '../../src/server/bell/open-bell.js';
import { createLog } from '../../src/server/log.js';

// The work of `huiliu worker` without the command line and Nest, which cost a second to load: the same worker, rung through the same
// Redis. It runs until it is told to stop.
const settings = readSettings(process.env, resolve(import.meta.dirname, '../../..'));
const hub = await openHub(settings);
const log = createLog(settings.logLevel);
const worker = hub.startWorker({ log, openBell: await bellOf(hub, log, true) });
const stop = () =>
  void worker
    .stop()
    .then(() => hub.close())
    .then(() => process.exit(0));
process.once('SIGTERM', stop).once('SIGINT', stop);
