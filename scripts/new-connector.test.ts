import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../test/built.js';

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/scripts/new-connector.js');
beforeAll(() => ensureBuilt(), 120_000);

test('a new connector has all its files under its own name, and nothing is written over', () => {
  const folder = join(root, 'dist/connectors-of-the-test');
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(process.execPath, [program, 'old-erp', '--into', folder]);
    const files = readdirSync(join(folder, 'old-erp'));
    expect(files.toSorted()).toEqual(['README.md', 'ask.ts', 'connector.test.ts', 'connector.ts', 'fake.ts', 'settings.ts']);
    for (const file of files) expect(readFileSync(join(folder, 'old-erp', file), 'utf8')).not.toMatch(/__name__|__identifier__/u);
    expect(readFileSync(join(folder, 'old-erp/connector.ts'), 'utf8')).toContain(
      "const oldErp: Connector<Settings> = {\n  name: 'old-erp',",
    );
    expect(spawnSync(process.execPath, [program, 'old-erp', '--into', folder]).status).toBe(2);
    expect(spawnSync(process.execPath, [program, '../x', '--into', folder]).status).toBe(2);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
