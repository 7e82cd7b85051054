import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';
import { checkValue, foundBelow } from '../model/check-value.js';
import { isZone } from './wall-clock.js';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'mistake.time');
const cron = z.string().refine(isCron, 'mistake.cron');

/** When a source is collected; docs/schedule.md explains every key. Times of day are those of `zone`. */
const ruleSchema = z.strictObject({
  cron: z.union([cron.transform((one) => [one]), z.array(cron).min(1).max(10)], 'mistake.cron'),
  zone: z.string().refine(isZone, 'mistake.zone').default('Asia/Shanghai'),
  /** On which days: `workday` asks for the day of the start, `after-workday` for the day the figures are about. */
  days: z.enum(['all', 'workday', 'after-workday']).default('all'),
  /** Which day the figures are about. */
  figures_of: z.enum(['day-before', 'same-day']).default('day-before'),
  /** Starts only within; over midnight when `to` is before `from`. */
  window: z.strictObject({ from: time, to: time }).optional(),
  /** The source begins up to so many seconds later, always the same for one source. */
  jitter_seconds: z.int().min(0).max(21_600).default(0),
  /** What is done about starts that were missed while no scheduler ran. */
  catch_up: z.enum(['none', 'latest', 'all']).default('latest'),
  /** What is done when the run before is still going on. */
  overlap: z.enum(['skip', 'queue-one']).default('skip'),
});

export type ScheduleRule = z.infer<typeof ruleSchema>;
/** As a source keeps it: `{}` follows the hub, `{ off: true }` is collected by hand only. */
export type SourceSchedule = ScheduleRule | { readonly off: true } | Readonly<Record<string, never>>;

/** As a person writes it in a file of sources: a rule, `off`, or nothing. */
export const scheduleSchema = z.unknown().transform((given, context): SourceSchedule => {
  if (given === undefined || given === null || isEmpty(given)) return {};
  if (given === 'off' || given === false || (given as { off?: unknown }).off === true) return { off: true };
  const { data, problems } = checkValue(ruleSchema, typeof given === 'string' ? { cron: given } : given);
  if (data) return data;
  for (const issue of foundBelow([], problems)) context.addIssue(issue);
  return z.NEVER;
});

/** What the hub does about a source that says nothing, until somebody says otherwise (`huiliu schedule default`). */
export const builtInRule: ScheduleRule = ruleSchema.parse({ cron: '0 2 * * *', jitter_seconds: 600 });

/** The rule in force for a source; null when it is collected by hand only. */
export function ruleOf(own: SourceSchedule, ofTheHub: SourceSchedule): ScheduleRule | null {
  const schedule = 'cron' in own || 'off' in own ? own : ofTheHub;
  return 'cron' in schedule ? (schedule as ScheduleRule) : null;
}

// Minutes are the finest grain. `H` would be another moment in every process, six fields mean seconds.
function isCron(text: string): boolean {
  if (text.trim().split(/\s+/u).length !== 5 || /H/u.test(text)) return false;
  try {
    CronExpressionParser.parse(text, { tz: 'UTC' }).next();
    return true;
  } catch {
    return false;
  }
}

function isEmpty(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && Object.keys(given).length === 0;
}
