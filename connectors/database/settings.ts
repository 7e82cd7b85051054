import { z } from 'zod';
import { windowSettings } from '../../src/journey/collect/pull-windows.js';
import { secretReference } from '../../src/journey/collect/secret-of.js';

const feedName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expect.code');

const feed = z
  .strictObject({
    name: feedName,
    /** A SELECT that names its columns as the layout reads them; `:from` (included) and `:to` (excluded) are days `yyyy-MM-dd`. */
    sql: z
      .string()
      .min(1)
      .refine((sql) => /^\s*(select|with)\b/iu.test(sql), 'must be a SELECT'),
    /** Columns of the answer that together put its rows in one order: the same content is then the same bytes. */
    order_by: z.array(z.string().min(1)).min(1),
    ...windowSettings,
    max_rows: z.int().min(1).max(10_000_000).default(1_000_000),
    /** Titles in order, where the engine does not tell them for an empty answer (SQL Server, Oracle). */
    columns: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ per, sql }) => per === 'all' || (/:from\b/u.test(sql) && /:to\b/u.test(sql)), {
    path: ['sql'],
    message: 'asked per day, so it needs :from and :to',
    when: () => true,
  });
export type Feed = z.output<typeof feed>;

const usualPort = { postgres: 5432, mysql: 3306, sqlserver: 1433, oracle: 1521 } as const;
export type Engine = keyof typeof usualPort;

export const databaseSettings = z
  .strictObject({
    engine: z.enum(['postgres', 'mysql', 'sqlserver', 'oracle']),
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).optional(),
    /** Database, or service name with Oracle. */
    database: z.string().min(1),
    user: z.string().min(1),
    password: secretReference,
    tls: z.enum(['none', 'verify', 'trust']).default('none'),
    /** Certificate to trust, PEM, by reference. */
    ca: secretReference.optional(),
    /** For connecting, and for as long as the server may be silent. */
    timeout_seconds: z.number().positive().max(3600).default(60),
    /** Offset in which the server's times are to be read. */
    time_zone: z
      .string()
      .regex(/^[+-]\d{2}:\d{2}$/, 'mistake.offset')
      .default('+08:00'),
    /** Old systems keep GBK bytes in columns that call themselves latin1. */
    legacy_text: z.enum(['gbk']).optional(),
    feeds: z.array(feed).min(1),
  })
  .transform((given) => ({ ...given, port: given.port ?? usualPort[given.engine] }))
  .refine(({ feeds }) => new Set(feeds.map(({ name }) => name)).size === feeds.length, { path: ['feeds'], message: 'mistake.names-once' })
  .refine(({ engine, feeds }) => engine === 'postgres' || engine === 'mysql' || feeds.every(({ columns }) => columns), {
    path: ['feeds'],
    message: 'mistake.needs-columns',
  });
export type DatabaseSettings = z.output<typeof databaseSettings>;
