import { expect, test } from 'vitest';
import { z } from 'zod';
import { chooseFiles, fileChoiceSettings, type RemoteFile } from './file-choice.js';

const now = new Date('2026-11-22T00:00:00Z');
const choice = (over: Record<string, unknown> = {}) => z.object(fileChoiceSettings).parse({ folder: '/in', ...over });
const file = (below: string, hoursOld = 1): RemoteFile => ({
  path: Buffer.from(`/in/${below}`),
  below: Buffer.from(below),
  byteCount: 3,
  modifiedAt: new Date(now.getTime() - hoursOld * 3_600_000),
});
const chosen = (names: readonly string[], over?: Record<string, unknown>) =>
  chooseFiles(
    names.map((name) => file(name)),
    choice(over),
    now,
  ).map(({ name, ready, why }) => `${name} ${ready ? 'ready' : why?.code}`);

test('temp names wait, lock files and hidden files are never data', () => {
  expect(chosen(['a.csv', 'b.csv.part', 'c.csv.filepart', '~$d.xlsx', '.e.csv', 'f.pdf'], { pattern: '*.csv' })).toEqual([
    'a.csv ready',
    'b.csv.part connect.unfinished-name',
    'c.csv.filepart connect.unfinished-name',
  ]);
});

test('a pattern looks at the name, with a slash at the path; case does not count', () => {
  expect(chosen(['A.CSV', 'sub/b.csv', 'other/c.csv'], { pattern: '*.csv' })).toHaveLength(3);
  expect(chosen(['A.CSV', 'sub/b.csv', 'other/c.csv'], { pattern: 'sub/*.csv' })).toEqual(['b.csv ready']);
});

test('with a done suffix a file waits for its done file and then needs no stillness', () => {
  expect(chosen(['a.csv', 'b.csv', 'b.csv.done'], { done_suffix: '.done' })).toEqual(['a.csv connect.done-file-missing', 'b.csv ready']);
  const [confirmed] = chooseFiles([file('b.csv'), file('b.csv.done')], choice({ done_suffix: '.done' }), now);
  expect(confirmed?.stableSeconds).toBe(0);
});

test('an unreadable name is shown as waiting, not skipped', () => {
  const raw = { ...file('x'), below: Buffer.from([0x80, 0xff, 0x2e]), path: Buffer.from([0x2f, 0x80, 0xff, 0x2e]) };
  expect(chooseFiles([raw], choice(), now)).toMatchObject([{ name: '%80%FF%2E', ready: false, why: { code: 'connect.name-unreadable' } }]);
});

test('the window leaves out what is older, and nothing of unknown time', () => {
  const files = [file('old', 100), file('new', 1), { ...file('unknown'), modifiedAt: null }];
  expect(chooseFiles(files, choice({ window_days: 1 }), now).map(({ name }) => name)).toEqual(['unknown', 'new']);
});
