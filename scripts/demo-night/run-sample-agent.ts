import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';
import { agentHome } from '../../src/agent/agent-home.js';
import { enrolAgent } from '../../src/agent/enrol-agent.js';
import { runAgent } from '../../src/agent/run-agent.js';
import type { Hub } from '../../src/app/hub.js';
import { inviteAgent } from '../../src/db/agents/agent-store.js';
import { findDistributorId, type NewSource } from '../../src/db/source-store.js';
import { addDays } from '../../src/model/add-days.js';
import { shanghaiDay } from '../../src/model/shanghai-day.js';
import type { SampleNight } from '../sample-night/sample-night.js';
import { masterSource } from './import-master.js';

/** The distributor of the demonstration that has a database and our agent instead of files. */
export const agentDistributor = { code: 'D17', name: '湘潭汇样医药有限公司' };

const database = 'huiliu_demo_erp';
const [reader, password] = ['huiliu_demo_reader', 'only-for-the-demo'];
const source: NewSource = {
  ...{ code: 'd17', title: '湘潭汇样（直连）', sender: agentDistributor.code, connector: 'agent', layouts: ['agent'] },
  settings: {
    tasks: [
      {
        ...{ name: 'sale', kind: 'sale', branch: '分支机构', window_days: 2 },
        sql: `select d as 销售日期, branch as 分支机构, no as 单据编号, customer as 客户名称, product as 产品名称, spec as 产品规格, unit as 单位, qty as 数量,
                     amount as 金额 from sale where d >= :from and d < :to`,
      },
    ],
  },
  ...{ hints: {}, constants: {}, expects: {}, enabled: true },
};

/**
 * A small ERP beside the hub's own database, and an agent that enrols at a hub on loopback, reads it and sends: real requests, signed. Its days
 * are the last two by the clock, not those of the sample night: an agent reads what is new. Returns the source, ready to be collected.
 */
export async function runSampleAgent(hub: Hub, night: SampleNight, folder: string, signal: AbortSignal): Promise<NewSource> {
  await mkdir(folder, { recursive: true });
  if (!(await findDistributorId(hub.database, agentDistributor.code))) {
    const path = join(folder, '商业公司补充.csv');
    await writeFile(path, `商业编码,商业公司\n${agentDistributor.code},${agentDistributor.name}\n`);
    await hub.importFile({ path, source: masterSource, signal });
  }
  const { id } = await hub.saveSource(source);
  await layOutErp(hub.databaseUrl, night);

  const [{ startProcess }, { createLog }] = await Promise.all([
    import('../../src/server/start-process.js'),
    import('../../src/server/log.js'),
  ]);
  const roles = { listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false };
  const server = await startProcess(hub, createLog('error'), roles);
  try {
    const home = agentHome(join(folder, 'home'), {});
    const { code } = await inviteAgent(hub.database, { sourceId: id, hours: 1, by: 'demo' });
    await enrolAgent(home, { hub: server.url!, code, again: true, caFile: null, insecureHttp: false, signal, language: 'zh' });
    await writeFile(join(folder, 'password'), password, { mode: 0o600 });
    const { hostname, port } = new URL(hub.databaseUrl);
    const erp = { engine: 'postgres', host: hostname, port: Number(port || 5432), database, user: reader };
    await writeFile(home.path('agent.yaml'), JSON.stringify({ database: { ...erp, password: `file:${join(folder, 'password')}` } }));
    await runAgent({ home, once: true, everySeconds: null, signal, language: 'zh', echo: () => undefined });
    signal.throwIfAborted();
  } finally {
    await server.close();
  }
  return source;
}

/** The rows are chosen by their place in the night's lists: the same on every machine, dated the last two days. */
async function layOutErp(hubUrl: string, night: SampleNight): Promise<void> {
  await withDatabase(hubUrl, async (admin) => {
    const { rows } = await admin.raw('select 1 from pg_database where datname = ?', [database]);
    if (rows.length === 0) await admin.raw('create database ??', [database]);
    await admin.raw(`do $$ begin create role ${reader} login password '${password}'; exception when duplicate_object then null; end $$`);
  });
  const today = shanghaiDay(new Date());
  const terminals = night.master.terminals.filter((_, at) => at % 37 === 0).slice(0, 60);
  const sales = terminals.map(({ name }, at) => {
    const product = night.master.products[at % night.master.products.length]!;
    const quantity = (at % 9) + 1;
    const cents = quantity * product.priceCents;
    const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    const branch = at % 3 === 0 ? '湘乡分公司' : '总部';
    const said = { product: product.genericName, spec: product.spec, unit: product.unit, qty: quantity, amount };
    return { d: addDays(today, -1 - (at % 2)), branch, no: `XT${String(at).padStart(6, '0')}`, customer: name, ...said };
  });
  await withDatabase(Object.assign(new URL(hubUrl), { pathname: `/${database}` }).href, async (erp) => {
    await erp.transaction(async (trx) => {
      await trx.raw(`drop table if exists sale`);
      await trx.raw(
        `create table sale (d date, branch text, no text, customer text, product text, spec text, unit text, qty numeric, amount numeric(12, 2))`,
      );
      await trx('sale').insert(sales);
      await trx.raw(`grant select on sale to ${reader}`);
    });
  });
}

async function withDatabase(url: string, work: (knex: Knex) => Promise<void>): Promise<void> {
  const knex = createKnex({ client: 'pg', connection: url });
  try {
    await work(knex);
  } finally {
    await knex.destroy();
  }
}
