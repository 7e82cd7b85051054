import { resolve } from 'node:path';
import { openHub } from '../../src/app/open-hub.js';
import { readSettings } from '../../src/app/settings.js';

// The work of `huiliu scheduler` without the command line and Nest, which cost a second to load.
const hub = await openHub(readSettings(process.env, resolve(import.meta.dirname, '../../..')));
const stopping = new AbortController();
const stop = () => stopping.abort();
process.once('SIGTERM', stop).once('SIGINT', stop);
await hub.runScheduler({ signal: stopping.signal, onFault: (error) => process.stderr.write(`${String(error)}\n`) });
await hub.close();
process.exit();
