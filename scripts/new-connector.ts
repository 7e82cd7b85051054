import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run new:connector NAME`: a folder under connectors/ with a connector that is asked for records, its far side on a real protocol, a test
 * and a README. Everything is there but the one function that speaks the protocol, so the promises fail until it is written
 * (docs/connectors-howto.md). For a connector that fetches files, `connectors/folder` is the smallest example.
 */
const root = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '..' : '../..');
const templates = join(root, 'scripts/new-connector');

const [name = '', option, into = join(root, 'connectors')] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]{1,30}$/u.test(name)) end('npm run new:connector NAME, where NAME is small letters, digits and hyphens');
if (option !== undefined && option !== '--into') end(`unknown: ${option}`);
const folder = join(into, name);
if (existsSync(folder)) end(`connectors/${name} is there already; nothing was written`);
mkdirSync(folder, { recursive: true });
const identifier = name.replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());
for (const file of ['connector.ts', 'settings.ts', 'ask.ts', 'fake.ts', 'connector.test.ts', 'README.md']) {
  const text = readFileSync(join(templates, `${file}.txt`), 'utf8');
  writeFileSync(join(folder, file), text.replaceAll('__name__', name).replaceAll('__identifier__', identifier));
}
console.log(`connectors/${name}: connector.ts, settings.ts, ask.ts, fake.ts, connector.test.ts, README.md

1. connectors/${name}/ask.ts   write how the far side is asked
2. connectors/${name}/fake.ts  make the far side behave as its documentation says
3. npx vitest run connectors/${name} test/connectors.test.ts -t ${name}
4. npm run docs:connectors     and docs/connectors-howto.md for the rules`);

function end(why: string): never {
  console.error(why);
  process.exit(2);
}
