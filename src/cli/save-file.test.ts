import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { saveFile } from './save-file.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-save-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file that is there stays, unless it is to be overwritten; then nothing of it is left', async () => {
  const path = join(folder, 'a.yaml');
  await saveFile(path, 'the first, longer', { force: false });
  await expect(saveFile(path, 'second', { force: false })).rejects.toMatchObject({ key: 'desk.file-exists', values: { path } });
  expect(readFileSync(path, 'utf8')).toBe('the first, longer');
  await saveFile(path, 'second', { force: true });
  expect(readFileSync(path, 'utf8')).toBe('second');
});

test('a place that cannot be written to is a slip, with its reason', async () => {
  for (const [path, cause] of [
    [join(folder, 'no', 'such', 'x'), 'ENOENT'],
    [folder, 'EISDIR'],
  ] as const)
    await expect(saveFile(path, 'x', { force: true })).rejects.toMatchObject({ key: 'desk.not-written', values: { path, cause } });
});
