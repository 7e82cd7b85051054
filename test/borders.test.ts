import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The border check must be seen to fail: a tree in which every border is crossed once.
const crossings: Record<string, string> = {
  'src/model/a.ts': `import '../journey/b.js';`,
  'src/journey/b.ts': `import knex from 'knex'; import '../db/c.js'; export default knex;`,
  'src/schedule/k.ts': `import '../db/c.js';`,
  'src/db/c.ts': `import '../jobs/d.js';`,
  'src/jobs/d.ts': `import '../app/e.js';`,
  'src/app/e.ts': `import '../../scripts/f.js'; import '../server/g.js'; import '@nestjs/common';`,
  'src/server/g.ts': `import '../cli/h.js';`,
  'src/cli/h.ts': `export {};`,
  'src/cli/i.ts': `import '../server/g.js';`,
  'scripts/f.ts': `export {};`,
  'connectors/one/connector.ts': `import '../two/connector.js'; import '../../src/db/c.js';`,
  'connectors/two/connector.ts': `export {};`,
};
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiliu-borders-'));
  for (const [path, text] of Object.entries({ ...crossings, 'tsconfig.json': '{}', 'package.json': '{"type":"module"}' })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  'model-imports-nothing-of-ours',
  'journey-is-pure',
  'journey-knows-no-shell',
  'db-knows-no-neighbour',
  'jobs-know-no-neighbour',
  'schedule-alerts-and-share-are-pure',
  'the-product-needs-no-test-tools',
  'connectors-know-no-neighbour',
  'one-connector-one-folder',
  'the-hub-knows-no-server',
  'the-server-knows-no-command-line',
  'nest-stays-in-the-server',
  'the-command-line-loads-the-server-late',
])('a crossing of %s is seen', async (rule) => {
  expect(await violations()).toContain(rule);
});

let once: Promise<string> | null = null;

function violations(): Promise<string> {
  once ??= promisify(execFile)(
    process.execPath,
    [resolve('node_modules/.bin/depcruise'), '--config', resolve('.dependency-cruiser.cjs'), 'src', 'connectors', 'scripts'],
    {
      cwd: folder,
    },
  ).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  return once;
}
