import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sampleNight } from './sample-night.js';

/** Writes the sample night into a folder, so that people can look: `node dist/scripts/sample-night/write.js [folder]`. */
const target = process.argv[2] ?? '.huiliu/sample-night';
const night = sampleNight();
const put = (path: string, bytes: string | Uint8Array): void => {
  const full = join(target, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, bytes);
};

for (const { fileName, bytes } of night.references) put(join('master', fileName), bytes);
for (const { connector, source, fileName, bytes } of night.deliveries) put(join(connector, source, fileName), bytes);
for (const [index, { source, raw }] of night.mails.entries()) put(join('mailbox', `${source}-${index + 1}.eml`), raw);
put(
  'expected.json',
  JSON.stringify(
    night.deliveries.map(({ bytes: _, ...about }) => about),
    null,
    1,
  ),
);
put('names.json', JSON.stringify(night.names, null, 1));
const lines = night.deliveries.reduce((sum, { expected }) => sum + expected.lines + expected.quarantined, 0);
console.log(`${night.deliveries.length} deliveries, ${lines} rows, ${night.master.terminals.length} terminals written to ${target}`);
