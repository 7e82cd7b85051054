import { resolve } from 'node:path';
import { openHub } from '../open-hub.js';
import { readSettings } from '../settings.js';

// One night in a process of its own, to be hurt: `node drill-program.js yyyy-MM-dd`. It is `huiliu run nightly` without the command
// line, which costs a second to load. The last line of stdout is the balance sheet as JSON; code 0, or 3 when something is held.
const [businessDate = ''] = process.argv.slice(2);
const hub = await openHub(readSettings(process.env, resolve(import.meta.dirname, '../../../..')));
const stop = () => void hub.close().then(() => process.exit(130));
process.once('SIGTERM', stop).once('SIGINT', stop);
try {
  const report = await hub.runNightly({ businessDate });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.state === 'succeeded' ? 0 : 3;
} finally {
  await hub.close();
}
process.exit();
