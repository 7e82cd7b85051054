import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Cause, causesByMessage, causesOfCollections, causesOfHeld } from '../../alerts/find-causes.js';
import { sendAlert } from '../../alerts/send-alert.js';
import { claimAlerts, markSent, markUnsent } from '../../db/alert-store.js';
import { readCalendar } from '../../db/calendar-store.js';
import type { Database } from '../../db/database.js';
import { keepIncidents, listOpenKeys } from '../../db/incident-store.js';
import { type BoardLine, readArrivals } from '../../db/read-arrivals.js';
import { readTrouble, stalledMinutes } from '../../db/read-trouble.js';
import { type ExchangeLine, listExchange } from '../../db/share/subscriber-store.js';
import { addDays } from '../../model/add-days.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { calendarWarningDays, daysLeft, type WorkCalendar } from '../../schedule/work-calendar.js';

export interface AlertTools {
  readonly database: Database;
  /** Where the hub keeps its files, and how much room must be left there. */
  readonly home: string;
  readonly minFreeMegabytes: number;
  /** Resolves a secret reference of a channel. */
  secret(reference: string): Promise<string>;
  /** Stands in for the database's clock in tests. */
  now?(): Date | null;
}

/** Sees what is wrong now and keeps the incidents by it: of the hub, and of this machine. */
export async function watchIncidents(tools: AlertTools): Promise<void> {
  const now = tools.now?.() ?? null;
  await keepIncidents(tools.database, 'hub', await causesOfHub(tools.database, now), now);
  await keepIncidents(tools.database, hostname(), await causesOfMachine(tools), now);
}

/** Sends the alerts that are due, a few of each channel; what cannot be delivered is tried again with a growing delay. */
export async function sendDueAlerts({ database, secret }: Pick<AlertTools, 'database' | 'secret'>): Promise<number> {
  const alerts = await claimAlerts(database, 5);
  for (const alert of alerts) {
    try {
      await sendAlert(alert.channel, alert, secret);
      await markSent(database, alert);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      await markUnsent(database, alert, error instanceof HubError ? error.told : message('hub.unexpected', { where: 'alert', cause }));
    }
  }
  return alerts.length;
}

async function causesOfHub(database: Database, now: Date | null): Promise<Cause[]> {
  const trouble = await readTrouble(database, now);
  const { collections, loads, matches, held, gaps, stalled } = trouble;
  return [
    ...causesOfCollections(collections),
    ...causesByMessage(
      'load',
      loads.map(({ source, name, told }) => ({ member: `${source} ${name}`, told })),
    ),
    ...causesByMessage(
      'match',
      matches.map(({ run, told }) => ({ member: run, told })),
    ),
    ...causesOfHeld(held),
    ...(await missingCauses(database, trouble.now)),
    ...(await calendarCauses(database, trouble.now)),
    ...(await sharingCauses(database, trouble.now)),
    ...gaps.map(
      ({ id, minutes, from, to }): Cause => ({
        ...{ key: `passing:gap:${id}`, severity: 'warning', told: message('alert.gap', { minutes, from, to }), members: [] },
      }),
    ),
    ...(stalled > 0
      ? [
          {
            key: 'stalled',
            severity: 'fault',
            told: message('alert.stalled', { count: stalled, minutes: stalledMinutes }),
            members: [],
          } as const,
        ]
      : []),
  ];
}

// Days whose figures fell due lately, and those of incidents that are still open. A source whose reason a person has recorded needs no alert.
async function missingCauses(database: Database, now: Date): Promise<Cause[]> {
  const today = shanghaiDay(now);
  const open = (await listOpenKeys(database, 'missing:')).map((key) => key.slice('missing:'.length));
  const yesterday = addDays(today, -1);
  const days = new Set([
    ...daysDueSince(yesterday, today, await readCalendar(database)),
    ...open.filter((day) => day >= addDays(today, -31)),
  ]);
  const causes: Cause[] = [];
  for (const day of [...days].toSorted()) {
    const { lines } = await readArrivals(database, day, now);
    const isTold = ({ dueAt }: BoardLine) => day >= addDays(today, -2) || open.includes(day) || shanghaiDay(dueAt) >= yesterday;
    const missing = lines.filter((line) => line.state === 'missing' && line.saidBy !== 'person' && isTold(line));
    const members = missing.map(({ source, title, distributor, contact }) =>
      [source, title || distributor, contact.name, contact.phone].filter(Boolean).join(' '),
    );
    if (missing.length > 0)
      causes.push({ key: `missing:${day}`, severity: 'fault', told: message('alert.missing', { day, count: missing.length }), members });
  }
  return causes;
}

/** Business days that may fall due from `since` to `today`: what is due on the next workday may be of a day before a weekend or a holiday. */
function daysDueSince(since: string, today: string, { isWorkday }: Pick<WorkCalendar, 'isWorkday'>): string[] {
  const days = [addDays(since, -1)];
  while (!isWorkday(days[0]!) && days[0]! > addDays(since, -30)) days.unshift(addDays(days[0]!, -1));
  while (days.at(-1)! < today) days.push(addDays(days.at(-1)!, 1));
  return days;
}

/** A subscriber may be away for a while; who has been for an hour, or holds something else than we do, is told. */
async function sharingCauses(database: Database, now: Date): Promise<Cause[]> {
  const lines = (await listExchange(database)).filter(({ enabled }) => enabled);
  const hours = ({ failingSince }: ExchangeLine) => (failingSince === null ? 0 : (now.getTime() - failingSince.getTime()) / 3_600_000);
  const failing = lines.filter((line) => hours(line) >= 1);
  const apart = lines.filter(({ parity, deadLetters }) => parity?.agrees === false || deadLetters > 0);
  const cause = (key: string, told: Cause['told'], members: readonly ExchangeLine[]): Cause[] =>
    members.length === 0 ? [] : [{ key, severity: 'fault', told, members: members.map(memberOf) }];
  const longest = Math.floor(Math.max(0, ...failing.map(hours)));
  return [
    ...cause('share:failing', message('share.failing', { count: failing.length, hours: longest }), failing),
    ...cause('share:apart', message('share.apart', { count: apart.length }), apart),
  ];
}

/** Who it is, and of a copy that differs the first records in it. */
function memberOf({ subscriber, title, parity }: ExchangeLine): string {
  const records = parity?.agrees === false ? (parity.differences ?? []).slice(0, 3).map(({ no }) => no) : [];
  return [subscriber, title, ...records].filter(Boolean).join(' ');
}

async function calendarCauses(database: Database, now: Date): Promise<Cause[]> {
  const calendar = await readCalendar(database);
  const days = daysLeft(calendar, shanghaiDay(now));
  if (days >= calendarWarningDays) return [];
  return [
    { key: 'calendar', severity: 'warning', told: message('alert.calendar', { day: calendar.validUntil ?? '-', days }), members: [] },
  ];
}

async function causesOfMachine({ home, minFreeMegabytes }: AlertTools): Promise<Cause[]> {
  const { bavail, bsize } = await statfs(home);
  const free = Math.floor((bavail * bsize) / 1024 ** 2);
  if (free >= 2 * Math.max(minFreeMegabytes, 1024)) return [];
  const told = message('alert.disk', { machine: hostname(), folder: home, free, least: minFreeMegabytes });
  return [{ key: 'disk', severity: free < minFreeMegabytes ? 'fault' : 'warning', told, members: [] }];
}
