import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shanghaiDay } from '../src/model/shanghai-day.js';
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

  test('a database that is away is one fault, without a stack and without a word beside it', async () => {
    const away = { ...environment, DATABASE_URL: 'postgres://hub@127.0.0.1:1/hub' };
    const { code, stdout, stderr } = await huiliu(['status', '--json'], away);
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { class: 'transient', code: 'fault.no-database' } }]);
    expect(stderr).not.toMatch(/\n\s+at |Acquire/u);
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
      sources: 1,
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
    expect(JSON.parse((await huiliu(['sources', 'list', '--json'], environment)).stdout)).toMatchObject({
      sources: [{ code: 'own-lists' }],
    });

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

  test('in a fresh hub the next steps work in their order, and a held delivery shows the command that loads it', {
    timeout: 120_000,
  }, async () => {
    const fresh = { HUILIU_HOME: join(home, 'fresh'), HUILIU_LANG: 'en' };
    const lists = join(home, '商业公司.csv');
    writeFileSync(lists, '商业编码,商业公司名称\nD1,某某医药\n');
    expect((await huiliu(['init'], fresh)).stdout).toContain('import distributors.xlsx --source own-lists');
    const imported = await huiliu(['import', lists, '--source', 'own-lists', '--json'], fresh);
    expect([imported.code, JSON.parse(imported.stdout).totals]).toMatchObject([0, { loaded: 1 }]);

    const mappings = join(home, 'mappings');
    mkdirSync(mappings);
    writeFileSync(join(mappings, 'd1.yaml'), 'layout: d1\ntitle: 销售\nkind: sale\ndictionary: true\n');
    const hub = { ...fresh, HUILIU_MAPPINGS: mappings };
    const flags = ['--connector', 'folder', '--sender', 'D1', '--layout', 'd1', '--set', `folder=${home}`];
    expect((await huiliu(['sources', 'add', 'd1', ...flags], hub)).code).toBe(0);
    const sales = join(home, '销售.csv');
    const day = shanghaiDay(new Date());
    writeFileSync(sales, `销售日期,客户名称,品名,规格,数量\n${day},甲医院,某片,1g,1\n${day},乙医院,某片,1g,2\n合计,,,,5\n`);
    const held = await huiliu(['import', sales, '--source', 'd1'], hub);
    expect(held.code).toBe(3);
    expect(held.stdout).toContain('[validate.totals]');
    const command = /huiliu (deliveries release \d+ --waive validate\.totals) --why/u.exec(held.stdout)?.[1]?.split(' ') ?? [];

    const refused = await huiliu([...command.slice(0, 3), '--waive', 'map.unknown-header', '--why', 'x'], hub);
    expect([refused.code, refused.stderr.includes('those that may be waived: validate.totals')]).toEqual([2, true]);
    expect((await huiliu(command, hub)).code).toBe(2);
    const again = await huiliu(command.slice(0, 3), hub);
    expect([again.code, again.stdout.includes('[validate.totals]')]).toEqual([3, true]);
    const released = await huiliu([...command, '--why', 'asked them', '--json'], hub);
    expect([released.code, JSON.parse(released.stdout).totals]).toMatchObject([0, { decoded: 4, loaded: 2, dropped: 2 }]);
    expect((await huiliu(command.slice(0, 3), hub)).stderr).toContain('is not held');
  });
});
