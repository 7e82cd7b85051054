import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { huiliu } from './run-program.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-cli-test-'));
const environment = { HUILIU_HOME: join(home, 'hub') };
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

describe('without a database', () => {
  test('a wrong command ends with 2 and is told in the chosen language', async () => {
    const zh = await huiliu(['nothing'], environment);
    expect([zh.code, zh.stdout]).toEqual([2, '']);
    expect(zh.stderr).toContain('没有命令 nothing');
    expect((await huiliu(['nothing', '--lang', 'en'], environment)).stderr).toContain('There is no command nothing');
    expect((await huiliu(['nothing'], { ...environment, HUILIU_LANG: 'en' })).stderr).toContain('There is no command nothing');
  });

  test('with --json a fault is one JSON value too', async () => {
    const { code, stdout } = await huiliu(['import', 'gone.xlsx', '--source', 'own', '--json'], environment);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { class: 'usage', code: 'import.no-file' } });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('all that is wrong with the settings is told together, without a stack', async () => {
    const { code, stderr } = await huiliu(['status'], { ...environment, HUILIU_CHILDREN: 'many', HUILIU_CHILD_MB: '1' });
    expect(code).toBe(2);
    expect(stderr).toContain('HUILIU_CHILDREN');
    expect(stderr).toContain('HUILIU_CHILD_MB');
    expect(stderr).not.toContain('    at ');
  });

  test('a database that is away is told without its password', async () => {
    const { code, stdout, stderr } = await huiliu(['status'], { ...environment, DATABASE_URL: 'postgres://hub:hunter2@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(stderr).toContain('连不上数据库');
    expect(stdout + stderr).not.toContain('hunter2');
  });

  test('a layout is proposed for a file and fits it', async () => {
    const file = join(home, '销售明细.csv');
    const layout = join(home, 'proposed.yaml');
    writeFileSync(
      file,
      '销售日期,客户名称,商品名称,规格,批号,数量,单位,单价,金额\n2026-11-20,某某县人民医院,甲片,10mg*24片,A1,12,盒,3.50,42.00\n2026-11-20,某某县中医院,甲片,10mg*24片,A1,2,盒,3.50,7.00\n',
    );
    const suggested = await huiliu(['layout', 'suggest', file, '--out', layout, '--json'], environment);
    expect(suggested.code).toBe(0);
    expect(JSON.parse(suggested.stdout)).toMatchObject({ proposals: [{ kind: 'sale', missing: [] }] });
    const checked = await huiliu(['layout', 'check', file, '--layout', layout, '--json'], environment);
    expect(JSON.parse(checked.stdout)).toMatchObject({ fits: true });
    expect(checked.code).toBe(0);
  });

  test('the doctor says to run init first', async () => {
    const { code, stdout } = await huiliu(['doctor', '--lang', 'en'], environment);
    expect(code).toBe(1);
    expect(stdout).toContain('run huiliu init');
  });
});

describe('with the embedded database', () => {
  test('init, sources and status answer, and a wrong source file saves nothing', { timeout: 120_000 }, async () => {
    const init = await huiliu(['init', '--json'], environment);
    expect(init.stderr).toBe('');
    expect(JSON.parse(init.stdout)).toMatchObject({
      embedded: true,
      sources: 0,
      connectors: expect.arrayContaining(['folder', 'ftp', 'mail', 'sftp']),
    });
    const file = join(home, 'sources.yaml');
    writeFileSync(
      file,
      `sources:\n  - { code: lists, sender: own, connector: folder, settings: { folder: ${home} }, layouts: [reference-distributors] }\n  - { code: UP, sender: own, connector: folder, settings: {}, layouts: [none] }\n`,
    );
    const refused = await huiliu(['sources', 'import', file], environment);
    expect(refused.code).toBe(2);
    for (const place of ['sources[1].code', 'sources[1].settings.folder', 'sources[1].layouts[0]']) expect(refused.stderr).toContain(place);
    expect(JSON.parse((await huiliu(['sources', 'list', '--json'], environment)).stdout)).toEqual({ sources: [] });

    const added = await huiliu(
      [
        'sources',
        'add',
        'lists',
        '--connector',
        'folder',
        '--sender',
        'own',
        '--layout',
        'reference-distributors',
        '--set',
        `folder=${home}`,
      ],
      environment,
    );
    expect(added.code).toBe(0);
    expect((await huiliu(['sources', 'test', 'lists'], environment)).code).toBe(0);
    expect((await huiliu(['sources', 'disable', 'lists'], environment)).code).toBe(0);
    expect((await huiliu(['sources', 'show', 'gone'], environment)).code).toBe(2);
    expect((await huiliu(['status'], environment)).code).toBe(0);
  });
});
