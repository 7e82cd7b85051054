import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hub } from '../../src/app/hub.js';
import { openHub } from '../../src/app/open-hub.js';
import { readSettings } from '../../src/app/settings.js';
import { inviteAgent } from '../../src/db/agents/agent-store.js';
import { contentDigest } from '../../src/db/content-digest.js';
import { addDays } from '../../src/model/add-days.js';
import { shanghaiDay } from '../../src/model/shanghai-day.js';
import { createLog } from '../../src/server/log.js';
import { type RunningProcess, startProcess } from '../../src/server/start-process.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { startProgram } from '../run-program.js';
import type { Erp } from '../servers/erp.js';
import { startWireTap, type WireTap } from './wire-tap.js';

/** A hub that listens, a source with an agent, and the agent's home; the agent itself is a process of its own. */
export interface AgentLab {
  readonly own: TestDatabase;
  readonly hub: Hub;
  readonly tap: WireTap;
  /** Where the hub itself listens, behind the tap. */
  readonly hubUrl: string;
  readonly home: string;
  readonly folder: string;
  /** `now`-days: 0 is today at the hub, -1 yesterday. */
  day(offset: number): string;
  invite(source?: string): Promise<string>;
  /** Enrols and says how to reach the ERP. */
  enrol(erp: Erp, home?: string): Promise<void>;
  /** Starts the agent's program; `environment` may bend its clock. */
  agent(args: readonly string[], environment?: NodeJS.ProcessEnv, home?: string): ReturnType<typeof startProgram>;
  /** One run of the agent that reads and sends everything. */
  once(environment?: NodeJS.ProcessEnv): Promise<{ code: number | null; stderr: string; stdout: string }>;
  collect(): Promise<void>;
  facts(): Promise<string>;
  close(): Promise<void>;
}

export const saleTask = {
  name: 'sale',
  kind: 'sale',
  branch: '分支机构',
  window_days: 5,
  sql: `select d as 销售日期, branch as 分支机构, no as 单据编号, customer as 客户名称, product as 产品名称, spec as 产品规格, unit as 单位, qty as 数量, amount as 金额
        from sale where d >= :from and d < :to`,
};

export async function openAgentLab(more: { settings?: object } = {}): Promise<AgentLab> {
  const folder = mkdtempSync(join(tmpdir(), 'huiliu-agent-'));
  const own = await createTestDatabase();
  const hub = await openHub(readSettings({ HUILIU_HOME: join(folder, 'hub'), DATABASE_URL: own.url, HUILIU_CHILDREN: '1' }, process.cwd()));
  const log = createLog('error', () => undefined);
  const server: RunningProcess = await startProcess(hub, log, {
    ...{ listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false },
  });
  const tap = await startWireTap(() => server.url!);
  const today = shanghaiDay(new Date());
  await own.database('master.distributor').insert({ code: 'D1', name: '甲商业' });
  const source = { code: 'd1-agent', title: '甲商业', sender: 'D1', connector: 'agent', layouts: ['agent'], hints: {}, constants: {} };
  await hub.saveSource({
    ...source,
    settings: { tasks: [saleTask], ...more.settings },
    expects: { every: 'day', by: '08:00' },
    enabled: true,
  });
  const home = join(folder, 'agent');
  mkdirSync(home);

  const lab: AgentLab = {
    ...{ own, hub, tap, home, folder, hubUrl: server.url! },
    day: (offset) => addDays(today, offset),
    async invite(code = 'd1-agent') {
      const { id } = await own.database('ledger.source').where({ code }).first('id');
      return (await inviteAgent(own.database, { sourceId: id, hours: 1, by: 'test' })).code;
    },
    async enrol(erp, at = home) {
      const { code, stderr } = await lab.agent(['enrol', tap.url, await lab.invite()], {}, at).ended;
      if (code !== 0) throw new Error(stderr);
      const { timeout_seconds: timeout, ...database } = erp.settings as Record<string, unknown>;
      writeFileSync(join(at, 'agent.yaml'), JSON.stringify({ database: { ...database, timeout_seconds: timeout }, limits: {} }));
      environmentOf.set(at, secretsOf(erp));
    },
    agent: (args, environment = {}, at = home) =>
      startProgram('src/main.js', ['agent', '--home', at, ...args], { HUILIU_LANG: 'en', ...environmentOf.get(at), ...environment }),
    once: (environment) => lab.agent(['run', '--once', '--json'], environment).ended,
    async collect() {
      const { failed } = await hub.runNightly({ businessDate: lab.day(-1) });
      if (failed.length > 0) throw new Error(JSON.stringify(failed));
    },
    facts: async () => (await contentDigest(own.database)).facts,
    async close() {
      await tap.stop();
      await server.close();
      await hub.close();
      await own.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return lab;
}

const environmentOf = new Map<string, NodeJS.ProcessEnv>();

function secretsOf(erp: Erp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(erp.secrets).map(([reference, value]) => [reference.replace('env:', ''), value]));
}
