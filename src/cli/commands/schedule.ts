import { type Command, Option } from 'commander';
import { readCalendar } from '../../db/calendar-store.js';
import type { Database } from '../../db/database.js';
import { findDefaultSchedule, listScheduledSources, listSlots, readLastLook, setDefaultSchedule } from '../../db/slot-store.js';
import { checkValue } from '../../model/check-value.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { jitterOf } from '../../schedule/jitter-of.js';
import { builtInRule, ruleOf, scheduleSchema } from '../../schedule/schedule-rule.js';
import { slotsBetween } from '../../schedule/slots-between.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseCount } from '../parse-count.js';
import { showTable } from '../show-table.js';
import { yamlValue } from '../yaml-value.js';

const dayMs = 86_400_000;

/** `huiliu schedule show|slots|default`: what is planned, what became of it, and what the hub does about sources that say nothing. */
export function registerScheduleCommand(program: Command, { screen, openHub }: Invocation): void {
  const { text } = screen;
  const schedule = program.command('schedule').description(text('schedule.about'));

  schedule
    .command('show')
    .description(text('schedule.show.about'))
    .option('--source <code>', text('schedule.opt-source'))
    .option('--days <count>', text('schedule.opt-days'), parseCount, 2)
    .action(async ({ source, days }: { source?: string; days: number }) => {
      const { database } = await openHub();
      const planned = await readPlan(database, days, source);
      screen.answer(planned, () => showPlan(planned));
    });

  schedule
    .command('slots')
    .description(text('schedule.slots.about'))
    .option('--source <code>', text('schedule.opt-source'))
    .option('--limit <count>', text('deliveries.opt-limit'), parseCount, 40)
    .action(async ({ source, limit }: { source?: string; limit: number }) => {
      const slots = await listSlots((await openHub()).database, { ...(source && { source }), limit });
      screen.answer({ slots }, () => (slots.length === 0 ? [text('schedule.no-slots')] : showSlots(slots)));
    });

  schedule
    .command('default')
    .description(text('schedule.default.about'))
    .argument('<schedule>', text('schedule.arg-schedule'))
    .addOption(new Option('--yes', text('desk.opt-yes')).default(false))
    .action(async (given: string, { yes }: { yes: boolean }) => {
      const { data, problems } = checkValue(scheduleSchema, /^[{[]/u.test(given) ? yamlValue(given) : given);
      if (!data) throw new HubError('config', message('schedule.bad-default', { problems: problems.map(({ told }) => told) }));
      const { database } = await openHub();
      if (yes) await setDefaultSchedule(database, data, actor());
      const sources = (await listScheduledSources(database)).filter(
        ({ enabled, schedule: own }) => enabled && !('cron' in own || 'off' in own),
      );
      screen.answer({ schedule: data, sources: sources.length, written: yes }, () => [
        JSON.stringify(data),
        text('schedule.default-for', { count: sources.length }),
        yes ? text('schedule.default-set') : text('desk.preview', { command: `huiliu schedule default '${given}' --yes` }),
      ]);
    });

  async function readPlan(database: Database, days: number, code?: string) {
    const [sources, ofTheHub, calendar, lastLook] = await Promise.all([
      ...([listScheduledSources(database), findDefaultSchedule(database), readCalendar(database), readLastLook(database)] as const),
    ]);
    if (code && !sources.some((source) => source.code === code))
      throw new HubError('config', message('hub.unknown-source', { source: code }));
    const now = new Date();
    const defaultSchedule = ofTheHub?.schedule ?? builtInRule;
    const upcoming = sources
      .filter((source) => source.enabled && (!code || source.code === code))
      .flatMap((source) => {
        const rule = ruleOf(source.schedule, defaultSchedule);
        if (!rule) return [];
        return slotsBetween(rule, now, new Date(now.getTime() + days * dayMs), calendar).map(({ at, businessDate }) => ({
          ...{ source: source.code, at, businessDate, jitterSeconds: jitterOf(source.code, rule.jitter_seconds) },
          own: 'cron' in source.schedule,
        }));
      })
      .toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.source.localeCompare(b.source));
    const byHand = sources.filter((source) => source.enabled && !ruleOf(source.schedule, defaultSchedule)).map((source) => source.code);
    return { default: defaultSchedule, lastLook, upcoming, byHand };
  }

  function showPlan({ default: ofTheHub, lastLook, upcoming, byHand }: Awaited<ReturnType<typeof readPlan>>): string[] {
    const columns = (
      ['schedule.col-at', 'schedule.col-source', 'schedule.col-day', 'schedule.col-jitter', 'schedule.col-from'] as const
    ).map((key) => ({
      title: text(key),
    }));
    const rows = upcoming.map((slot) => [
      ...[shanghaiMoment(slot.at), slot.source, slot.businessDate, `+${slot.jitterSeconds} s`],
      text(slot.own ? 'schedule.own' : 'schedule.of-the-hub'),
    ]);
    return [
      text('schedule.default-is', {
        schedule: 'cron' in ofTheHub ? ofTheHub.cron.join(', ') : 'off',
        zone: 'cron' in ofTheHub ? ofTheHub.zone : '',
      }),
      lastLook ? text('schedule.last-look', { by: lastLook.by, seconds: Math.round(lastLook.secondsAgo) }) : text('schedule.never-looked'),
      '',
      ...(rows.length === 0 ? [text('schedule.nothing-planned')] : showTable(columns, rows, screen)),
      ...(byHand.length > 0 ? ['', text('schedule.by-hand', { codes: byHand.join(', ') })] : []),
    ];
  }

  function showSlots(slots: Awaited<ReturnType<typeof listSlots>>): string[] {
    const keys = [
      'schedule.col-at',
      'schedule.col-source',
      'schedule.col-day',
      'schedule.col-kind',
      'schedule.col-state',
      'schedule.col-run',
    ] as const;
    const rows = slots.map((slot) => [
      ...[shanghaiMoment(slot.at), slot.source, slot.businessDate, text(`slot.${slot.kind}`)],
      ...[slot.why ? `${text('slot.skipped')}: ${text(`slot.why-${slot.why}`)}` : text(`slot.${slot.state}`), slot.runId ?? ''],
    ]);
    return showTable(
      keys.map((key) => ({ title: text(key) })),
      rows,
      screen,
    );
  }
}
