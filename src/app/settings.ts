import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { checkValue } from '../model/check-value.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';

const schema = z.object({
  /** Everything the hub keeps on disk: raw deliveries, the embedded database, scratch space. */
  HUILIU_HOME: z.string().default('.huiliu'),
  /** Set = use this PostgreSQL instead of the embedded one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'expect.postgres-url' }).optional(),
  HUILIU_LANG: z.enum(['zh', 'en']).default('zh'),
  /** Folder of layouts; those of the project are always there too. */
  HUILIU_MAPPINGS: z.string().optional(),
  /** How many deliveries are decoded at the same time, each in a child of its own. One core is left to the database. */
  HUILIU_CHILDREN: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Memory a decoding child may use, in MB. */
  HUILIU_CHILD_MB: z.coerce.number().int().min(64).max(8192).default(384),
  /** Time a child may spend on one delivery, in seconds. */
  HUILIU_CHILD_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
  /** Keys that seal the secrets of `huiliu secrets`; default HUILIU_HOME/keys/secrets.key. Back it up apart from the database. */
  HUILIU_KEY_FILE: z.string().min(1).optional(),
  /** How many sources are collected from at the same time by this process. */
  HUILIU_COLLECTIONS: z.coerce.number().int().min(1).max(200).default(16),
  /** How many collections may ask one host at the same time, over all processes. */
  HUILIU_PER_HOST: z.coerce.number().int().min(1).max(100).default(4),
  /** A collection that takes longer is stopped, unless its source says otherwise. */
  HUILIU_COLLECT_MINUTES: z.coerce.number().int().min(1).max(1440).default(30),
  /** Set = processes ring each other through this Redis. It holds no data of ours and may be lost at any moment. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'expect.redis-url' }).optional(),
  /** What our keys in Redis begin with; hubs that share one need different ones. */
  HUILIU_REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]{1,40}$/, 'expect.prefix')
    .default('huiliu'),
  /** With less room on the disk of HUILIU_HOME, in MB, nothing more is taken in. */
  HUILIU_MIN_FREE_MB: z.coerce.number().int().min(0).max(10_000_000).default(512),
  /** Days after which `huiliu retention` may delete the lines of generations that were replaced. */
  HUILIU_KEEP_LINES_DAYS: z.coerce.number().int().min(30).max(36_500).default(400),
  /** Set = `huiliu retention` may move old raw files to this folder, say on a slower disk. They are read from there. */
  HUILIU_RAW_ARCHIVE: z.string().min(1).optional(),
  /** Days after which it may. */
  HUILIU_KEEP_RAW_DAYS: z.coerce.number().int().min(30).max(36_500).default(400),
  /** Days after which it may delete settled slots, sent alerts and the like. */
  HUILIU_KEEP_BOOKKEEPING_DAYS: z.coerce.number().int().min(30).max(36_500).default(400),
  /** Seconds between two looks of a scheduler for what is due. Any process may look at any time: a slot fires once. */
  HUILIU_LOOK_SECONDS: z.coerce.number().min(0.1).max(300).default(20),
  /** How much the processes that run on write to stderr. */
  HUILIU_LOG: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Where `serve` listens. Other machines reach it only when told so. */
  HUILIU_HOST: z.string().min(1).default('127.0.0.1'),
  HUILIU_PORT: z.coerce.number().int().min(0).max(65_535).default(8370),
});

export interface Settings {
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly language: 'zh' | 'en';
  readonly mappingFolders: readonly string[];
  readonly children: number;
  readonly childMegabytes: number;
  readonly childSeconds: number;
  readonly keyFile: string;
  readonly collections: number;
  readonly perHost: number;
  readonly collectMinutes: number;
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  readonly minFreeMegabytes: number;
  readonly keepLinesDays: number;
  readonly rawArchive: string | null;
  readonly keepRawDays: number;
  readonly keepBookkeepingDays: number;
  readonly lookSeconds: number;
  readonly logLevel: string;
  readonly host: string;
  readonly port: number;
}

/** Reads the environment once. All that is wrong is reported together. */
export function readSettings(environment: NodeJS.ProcessEnv, projectFolder: string): Settings {
  const { data, problems } = checkValue(schema, environment);
  if (!data) throw new HubError('config', message('hub.settings-invalid', { problems: problems.map(({ told }) => told) }));
  return {
    home: resolve(data.HUILIU_HOME),
    databaseUrl: data.DATABASE_URL ?? null,
    language: data.HUILIU_LANG,
    mappingFolders: [resolve(projectFolder, 'mappings'), ...(data.HUILIU_MAPPINGS ? [resolve(data.HUILIU_MAPPINGS)] : [])],
    children: data.HUILIU_CHILDREN,
    childMegabytes: data.HUILIU_CHILD_MB,
    childSeconds: data.HUILIU_CHILD_SECONDS,
    keyFile: resolve(data.HUILIU_KEY_FILE ?? join(data.HUILIU_HOME, 'keys', 'secrets.key')),
    collections: data.HUILIU_COLLECTIONS,
    perHost: data.HUILIU_PER_HOST,
    collectMinutes: data.HUILIU_COLLECT_MINUTES,
    redisUrl: data.REDIS_URL ?? null,
    redisPrefix: data.HUILIU_REDIS_PREFIX,
    minFreeMegabytes: data.HUILIU_MIN_FREE_MB,
    keepLinesDays: data.HUILIU_KEEP_LINES_DAYS,
    rawArchive: data.HUILIU_RAW_ARCHIVE === undefined ? null : resolve(data.HUILIU_RAW_ARCHIVE),
    keepRawDays: data.HUILIU_KEEP_RAW_DAYS,
    keepBookkeepingDays: data.HUILIU_KEEP_BOOKKEEPING_DAYS,
    lookSeconds: data.HUILIU_LOOK_SECONDS,
    logLevel: data.HUILIU_LOG,
    host: data.HUILIU_HOST,
    port: data.HUILIU_PORT,
  };
}
