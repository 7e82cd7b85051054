import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { agentLimits, agentTask } from '../../connectors/agent/settings.js';
import { type DatabaseSettings, databaseSettings } from '../../connectors/database/settings.js';
import { locateYaml } from '../journey/map/locate-yaml.js';
import { inLine } from '../journey/map/parse-yaml.js';
import { checkValue } from '../model/check-value.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
import { readIfThere, writeDurably } from './durable-file.js';

/** Where everything of one agent lies: settings, key, what waits. */
export interface AgentHome {
  readonly folder: string;
  path(...names: string[]): string;
}

/** Who this agent is at which hub; written by enrolling. */
export interface Identity {
  readonly hub: string;
  readonly agent: string;
  readonly title: string;
  /** A PEM of the hub's certificate, when no public authority knows it. */
  readonly ca: string | null;
  readonly insecureHttp: boolean;
}

/** What only the distributor decides: how to reach the database, and what it may cost. */
export interface LocalSettings {
  readonly database: DatabaseSettings | null;
  readonly limits: { readonly rows_per_second?: number | undefined; readonly hours?: readonly string[] | undefined };
}

/** What the hub wants done, kept for the days on which it cannot be asked. */
export const agentConfig = z.object({ config: z.string(), tasks: z.array(agentTask), limits: agentLimits });
export type AgentConfig = z.output<typeof agentConfig>;

export function agentHome(folder: string | undefined, environment: NodeJS.ProcessEnv): AgentHome {
  const chosen = folder ?? environment['HUILIU_AGENT_HOME'] ?? usualFolder(environment);
  return { folder: chosen, path: (...names) => join(chosen, ...names) };
}

export function readIdentity(home: AgentHome): Identity {
  const text = readIfThere(home.path('identity.json'));
  if (text === null) throw new HubError('config', message('agent.no-identity', { home: home.folder }));
  return identity.parse(JSON.parse(text));
}

export function saveIdentity(home: AgentHome, saved: Identity): void {
  writeDurably(home.path('identity.json'), `${JSON.stringify(saved, null, 2)}\n`);
}

/** All mistakes of `agent.yaml` together. */
export function readLocalSettings(home: AgentHome): LocalSettings {
  const path = home.path('agent.yaml');
  const bad = (problems: string | readonly Message[]) => new HubError('config', message('agent.bad-settings', { path, problems }));
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw bad((error as Error).message);
  }
  const { value, faults, lineOf } = locateYaml(text);
  if (faults.length > 0) throw bad(faults);
  const outer = checkValue(localSettings, value ?? {});
  if (!outer.data) throw bad(outer.problems.map(({ path: at, told }) => inLine(lineOf(at), told)));
  const { database, limits } = outer.data;
  if (!database) return { database: null, limits };
  const inner = checkValue(databaseSettings, { ...database, feeds: [anyFeed] }, ['database']);
  if (!inner.data) throw bad(inner.problems.map(({ path: at, told }) => inLine(lineOf(at), told)));
  return { database: inner.data, limits };
}

/** null before the hub was asked for the first time. */
export function readConfig(home: AgentHome): AgentConfig | null {
  const text = readIfThere(home.path('config.json'));
  const config = text === null ? null : agentConfig.safeParse(JSON.parse(text));
  return config?.success ? config.data : null;
}

/** The value behind `env:NAME` or `file:/path` (on Windows `file:/C:/path`). '' when there is none. */
export async function readSecret(reference: string): Promise<string> {
  const rest = reference.slice(reference.indexOf(':') + 1);
  if (reference.startsWith('env:')) return process.env[rest] ?? '';
  return (readIfThere(rest.replace(/^\/(?=[A-Za-z]:)/u, '')) ?? '').replace(/\r?\n$/u, '');
}

/** Written by enrolling when there is none; what is to be filled in is commented out. */
export const settingsTemplate = `# 流向直连客户端 / Huiliu agent. 本文件只留在本机 / this file never leaves the machine.
# 数据库：请用只读账号 / the database: give a login that may only read
# database:
#   engine: mysql            # postgres mysql sqlserver oracle
#   host: 127.0.0.1
#   database: erp
#   user: huiliu_read
#   password: file:/etc/huiliu/erp-password     # env:NAME, file:/path, Windows: file:/C:/path
#   legacy_text: gbk         # 旧系统把 GBK 存在 latin1 列里时 / GBK bytes in latin1 columns
# 负载上限，与汇流的配置取较严者 / limits; the stricter of these and the hub's holds
limits:
  rows_per_second: 5000
  # hours: ["20:00-07:00"]
`;

const identity = z.object({
  hub: z.string(),
  agent: z.string(),
  title: z.string(),
  ca: z.string().nullable(),
  insecureHttp: z.boolean(),
});
const localSettings = z.strictObject({
  database: z.record(z.string(), z.unknown()).optional(),
  limits: agentLimits.partial().prefault({}),
});
// The connector wants feeds; an agent is told its statements by the hub.
const anyFeed = { name: 'any', sql: 'select 1', order_by: ['any'], per: 'all', columns: ['any'] };

function usualFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'huiliu-agent');
  return process.getuid?.() === 0 ? '/var/lib/huiliu-agent' : join(homedir(), '.huiliu-agent');
}
