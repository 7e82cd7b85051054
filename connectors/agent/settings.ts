import { z } from 'zod';
import { writesIn } from '../../src/journey/collect/read-only-sql.js';
import { found } from '../../src/model/check-value.js';
import { message } from '../../src/model/message.js';

const timeSpan = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'mistake.span');

export const agentTask = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expect.code'),
    kind: z.enum(['sale', 'purchase', 'stock']),
    /** A SELECT that names its columns as `columnsOf` says; `:from` (included) and `:to` (excluded) are days `yyyy-MM-dd`. */
    sql: z
      .string()
      .min(1)
      .max(50_000)
      .superRefine((sql, context) => {
        const write = writesIn(sql);
        if (write !== null) context.addIssue(found([], message('mistake.one-select', { found: write })));
      }),
    /** The column that names the branch; each branch and day is then a unit of its own. */
    branch: z.string().min(1).optional(),
    /** Asked for each business day of the window, or once for today (stock that keeps no past). */
    per: z.enum(['day', 'today']).default('day'),
    /** Days that are asked again every time, because they may still change over there. */
    window_days: z.int().min(1).max(366).default(7),
    /** Older days from this one on are asked once. */
    since: z.iso.date().optional(),
    /** The day that is still going on is left out unless this says `today`. */
    until: z.enum(['yesterday', 'today']).default('yesterday'),
    every_minutes: z.int().min(1).max(1440).default(60),
    /** More rows in one day is refused. */
    max_rows: z.int().min(1).max(1_000_000).default(200_000),
  })
  .refine(({ per, sql }) => per === 'today' || (/:from\b/u.test(sql) && /:to\b/u.test(sql)), {
    path: ['sql'],
    message: 'mistake.asked-per-day',
    when: () => true,
  });
export type AgentTask = z.output<typeof agentTask>;

/** What an agent may cost the machine it runs on; the stricter of these and its own settings holds. */
export const agentLimits = z.strictObject({
  rows_per_second: z.int().min(1).max(1_000_000).default(5000),
  /** Spans of the day, Chinese time, in which the database may be asked; none: always. */
  hours: z.array(timeSpan).default([]),
});

/** The source of an agent: what the agent is told to do. Address and login of the database stay at the distributor. */
export const agentSettings = z
  .strictObject({
    tasks: z.array(agentTask).min(1),
    limits: agentLimits.prefault({}),
    /** Heard nothing for so long, the agent counts as away. */
    silent_minutes: z.int().min(5).max(10_080).default(60),
    /** More than this in a day is refused until the next. */
    megabytes_per_day: z.int().min(1).max(1_000_000).default(2048),
  })
  .refine(({ tasks }) => new Set(tasks.map(({ name }) => name)).size === tasks.length, { path: ['tasks'], message: 'mistake.names-once' });
export type AgentSettings = z.output<typeof agentSettings>;
