import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { personAtKeyboard } from './person-at-keyboard.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-login-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'loginuid');
const said = (uid: string) => {
  writeFileSync(file, uid);
  return personAtKeyboard(file);
};

test('behind sudo it is the person who logged in; where nobody did, or nothing is known of that, it is the account', () => {
  const account = userInfo().username;
  // daemon is 1 on every Linux.
  expect(said('1\n')).toBe('daemon');
  for (const unknown of ['4294967295', '', 'x', '4000000001', String(process.getuid?.())]) expect(said(unknown)).toBe(account);
  expect(personAtKeyboard(join(folder, 'nothing'))).toBe(account);
});
