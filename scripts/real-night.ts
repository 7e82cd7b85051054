import { createReadStream } from 'node:fs';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse';
import type { Hub } from '../src/app/hub.js';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { projectFolder } from '../src/cli/project-folder.js';

// Real input through the real journey: the lists of terminals and products as reference deliveries, twice, and a night whose
// customers are real spellings. The data stay where they are: `node dist/scripts/real-night.js FOLDER` reads
// terminals_master.csv, products.csv and alias_pairs_dev.csv there and prints one line of JSON.
const data = resolve(process.argv[2] ?? '../shared/data');
const times = new Map<string, number>();
const home = resolve('.huiliu/real');
const layout = `layout: real-sales
title: 真实名称的一夜
kind: sale
dictionary: true
`;

if (
  !(await access(join(data, 'terminals_master.csv')).then(
    () => true,
    () => false,
  ))
) {
  console.log(`skipped: data not present in ${data}`);
  process.exit(0);
}
await rm(join(home, 'senders'), { recursive: true, force: true });
await mkdir(join(home, 'mappings'), { recursive: true });
await writeFile(join(home, 'mappings', 'real-sales.yaml'), layout);
const hub = await openHub(readSettings({ ...process.env, HUILIU_HOME: home, HUILIU_MAPPINGS: join(home, 'mappings') }, projectFolder()));
try {
  await addSource(hub, { code: 'terminals', sender: 'own', connector: 'folder', folder: home, layouts: ['reference-terminals'] });
  await addSource(hub, { code: 'products', sender: 'own', connector: 'folder', folder: home, layouts: ['reference-products'] });
  const lists = [];
  for (const [source, file] of [
    ['terminals', 'terminals_master.csv'],
    ['products', 'products.csv'],
    ['terminals', 'terminals_master.csv'],
    ['products', 'products.csv'],
  ] as const) {
    const before = await newestChange(hub);
    const path = await sentAgain(join(data, file), source);
    const { totals, seconds, state } = await hub.importFile({ path, source });
    lists.push({ file, state, ...totals, seconds, changedMaster: (await newestChange(hub)) !== before });
  }
  const senders = await writeNight(hub);
  const night = await hub.runNightly({ businessDate: '2026-11-21', sources: senders });
  console.log(
    JSON.stringify({
      lists,
      night: { senders: senders.length, state: night.state, ...night.totals, names: night.names, seconds: night.seconds, held: night.held },
    }),
  );
} finally {
  await hub.close();
}

/** A list that is sent again: the same records, but not the same bytes, so that it goes all the way once more. */
async function sentAgain(path: string, source: string): Promise<string> {
  times.set(source, (times.get(source) ?? 0) + 1);
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
  const copy = join(home, `${source}-${times.get(source)}.csv`);
  await writeFile(copy, Buffer.concat([...chunks, Buffer.from('\n'.repeat((times.get(source) ?? 1) - 1))]));
  return copy;
}

/** One distributor per province with one file: each real spelling twice, as the trade would sell there. */
async function writeNight({ database }: Hub): Promise<string[]> {
  const byProvince = new Map<string, string[]>();
  for await (const pair of createReadStream(join(data, 'alias_pairs_dev.csv')).pipe(parse({ columns: true, bom: true }))) {
    const { raw_name: name, province } = pair as { raw_name: string; province: string };
    byProvince.set(province, [...(byProvince.get(province) ?? []), name]);
  }
  const products = await database('master.product').select('generic_name', 'spec').orderBy('code').limit(50);
  const senders: string[] = [];
  for (const [index, [province, names]] of [...byProvince].entries()) {
    const code = `r${String(index).padStart(2, '0')}`;
    await database('master.distributor')
      .insert({ code, name: `${province}样本商业`, province })
      .onConflict('code')
      .ignore();
    const folder = join(home, 'senders', code);
    await mkdir(folder, { recursive: true });
    const rows = [...names, ...names].map((name, row) => {
      const product = products[row % products.length]!;
      return ['2026-11-20', `"${name.replaceAll('"', '""')}"`, `"${product.generic_name}"`, `"${product.spec}"`, (row % 90) + 1, '盒'].join(
        ',',
      );
    });
    await writeFile(join(folder, 'sales.csv'), `销售日期,客户名称,产品名称,产品规格,数量,单位\n${rows.join('\n')}\n`);
    await addSource(hub, { code, sender: code, connector: 'folder', folder, layouts: ['real-sales'] });
    senders.push(code);
  }
  return senders;
}

async function addSource(
  into: Hub,
  source: { code: string; sender: string; connector: string; folder: string; layouts: readonly string[] },
): Promise<void> {
  const { folder, ...rest } = source;
  const settings = { folder, pattern: '*.csv', stable_seconds: 0 };
  await into.saveSource({ ...rest, title: rest.code, settings, hints: {}, constants: {}, expects: {}, enabled: true });
}

async function newestChange({ database }: Hub): Promise<string> {
  const { rows } = await database.raw(
    `select concat((select max(updated_at) from master.terminal), (select max(updated_at) from master.product)) as newest`,
  );
  return rows[0].newest;
}
