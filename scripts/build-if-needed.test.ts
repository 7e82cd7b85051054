import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const project = resolve(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { scripts: { build: string } };
let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'huiliu-build-'));
  for (const folder of ['src', 'scripts']) mkdirSync(join(checkout, folder));
  copyFileSync(join(project, 'scripts/build-if-needed.mjs'), join(checkout, 'scripts/build-if-needed.mjs'));
  symlinkSync(join(project, 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ type: 'module', scripts: { build: scripts.build } }));
  writeFileSync(join(checkout, 'tsconfig.json'), '{}');
  const options = { rootDir: '.', outDir: 'dist', module: 'nodenext', types: [], lib: ['es5'] }; // few declarations, to be quick
  writeFileSync(join(checkout, 'tsconfig.build.json'), JSON.stringify({ compilerOptions: options, include: ['src'] }));
  writeFileSync(join(checkout, 'src/main.ts'), 'export const answer: number = 1;\n');
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const npmBuild = () => spawnSync('npm', ['run', '-s', 'build'], { cwd: checkout, encoding: 'utf8' });
/** What `bin/huiliu` does before it starts; '' = there was nothing to compile. */
const start = () => {
  const { stderr } = spawnSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: checkout, encoding: 'utf8' });
  return stderr;
};

test('after `npm run build` the program starts without compiling again, until a source changes', { timeout: 60_000 }, () => {
  expect(npmBuild().status).toBe(0);
  expect(start()).toBe('');
  writeFileSync(join(checkout, 'src/other.ts'), 'export const other = 2;\n');
  expect(start()).toContain('Compiling');
  rmSync(join(checkout, 'dist/src/other.js'));
  expect([npmBuild().status, execFileSync('ls', [join(checkout, 'dist/src')], { encoding: 'utf8' })]).toEqual([0, 'main.js\nother.js\n']);
});

test('`npm run build` of a source that does not compile says where and fails', { timeout: 60_000 }, () => {
  writeFileSync(join(checkout, 'src/main.ts'), "export const answer: number = '1';\n");
  const { status, stderr } = npmBuild();
  expect([status, stderr]).toEqual([1, expect.stringContaining('src/main.ts(1,14)')]);
});
