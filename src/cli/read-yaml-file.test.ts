import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { agentSettings } from '../../connectors/agent/settings.js';
import { huiliuHere } from '../../test/run-in-process.js';
import type { HubError } from '../model/hub-error.js';
import { type Language, renderMessage } from '../model/message.js';
import { readYamlFile } from './read-yaml-file.js';

const folder = mkdtempSync(join(tmpdir(), 'huiliu-yaml-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, yaml: string): string {
  writeFileSync(join(folder, name), yaml);
  return join(folder, name);
}

const broken = written('broken.yaml', 'subscribers:\n  - code: bi\n    kind: [snapshot\nchannels: x\n');

test.each([
  ['share', 'zh', '订阅方有误，未保存；请改正后再导入一次（写法见 docs/sharing.md）', '第 3 行第 11 列：从这里开始的括号 [ 没有配对的 ]'],
  [
    'share',
    'en',
    'none was saved; correct them and import again (docs/sharing.md',
    'line 3, column 11: the bracket [ that opens here is not closed',
  ],
  [
    'alerts',
    'zh',
    '告警通道有误，未保存；请改正后再导入一次（写法见 docs/schedule.md）',
    '第 3 行第 11 列：从这里开始的括号 [ 没有配对的 ]',
  ],
  [
    'alerts',
    'en',
    'none was saved; correct them and import again (docs/schedule.md',
    'line 3, column 11: the bracket [ that opens here is not closed',
  ],
] as const)('%s import tells broken YAML with its file, its line and what to do: %s', async (command, lang, told, where) => {
  const { code, stderr } = await huiliuHere([command, 'import', broken, '--lang', lang], { HUILIU_HOME: join(folder, 'hub') });
  expect([code, stderr]).toEqual([2, expect.stringContaining(broken)]);
  expect(stderr).toContain(told);
  expect(stderr).toContain(where);
  expect(stderr).not.toMatch(/\{\w+\}|HUILIU_DEBUG/u);
});

test('a value that does not fit is told with its line and path, several together, each in the language of the person', async () => {
  const file = written('agent.yaml', 'tasks:\n  - name: sale\n    kind: sales\n    sql: select 1\nlimits:\n  hours: [8-9]\n');
  expect(await refusal(file, 'en')).toMatch(
    /docs\/agent\.md.*\n {2}line 3, tasks\[0\]\.kind: .*\n {2}line 4, tasks\[0\]\.sql: .*\n {2}line 6, limits\.hours\[0\]: .*a span such as 20:00-07:00$/u,
  );
  expect(await refusal(file, 'zh')).toMatch(/docs\/agent\.md.*\n {2}第 3 行，tasks\[0\]\.kind：/u);
});

test.each([
  ['', 'as a whole'],
  ['- 1', 'as a whole'],
  ['tasks: *nothing', 'line 1, column 8: a value cannot begin with *'],
  ['tasks: []\n---\ntasks: []', 'line 2, column 1: a second document begins here'],
  [
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((to, at) => `${to}: &${to} [${`*${'abcdefg'[at]},`.repeat(9)}]`).join('\n')}\n`,
    'this is no YAML',
  ],
  ['\0\u0001', 'agent.yaml'],
])('hostile text %j is refused, not crashed on', async (yaml, told) => {
  expect(await refusal(written('agent.yaml', yaml), 'en')).toContain(told);
});

test('the defaults of the schema are filled in, and what was given stays as it is', async () => {
  const file = written('good.yaml', 'tasks: [{ name: a, kind: stock, per: today, sql: select 1 }]\n');
  const { given, data } = await readYamlFile(file, agentSettings, 'agent.file-invalid');
  expect(given).toEqual({ tasks: [{ name: 'a', kind: 'stock', per: 'today', sql: 'select 1' }] });
  expect(data.limits).toEqual({ rows_per_second: 5000, hours: [] });
});

test.each(['schedule default', 'sources add d1 --set'])('a value on the command line that is no YAML is a slip: %s', async (command) => {
  const value = command.endsWith('--set') ? 'port=[1' : '[1';
  const { code, stderr } = await huiliuHere([...command.split(' '), value], { HUILIU_HOME: join(folder, 'hub') });
  expect([code, stderr]).toEqual([2, expect.stringContaining('“[1”不是正确的 YAML 值')]);
});

async function refusal(file: string, language: Language): Promise<string> {
  const fault = await readYamlFile(file, agentSettings, 'agent.file-invalid').catch((error: unknown) => error as HubError);
  if (!('told' in fault)) throw new Error('was taken');
  return renderMessage(fault.told, language);
}
