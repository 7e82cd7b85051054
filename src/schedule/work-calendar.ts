/** Which days are worked. Days that nobody has told are workdays from Monday to Friday. */
export interface WorkCalendar {
  /** The last day that was told, `yyyy-MM-dd`; null when none was. */
  readonly validUntil: string | null;
  /** Another one when another day is told. */
  readonly fingerprint: string;
  isWorkday(day: string): boolean;
}

export interface CalendarDay {
  readonly day: string;
  readonly isWorkday: boolean;
  readonly name: string;
}

export interface CalendarYear {
  readonly year: number;
  /** The notice it comes from. */
  readonly origin: string;
  readonly days: readonly CalendarDay[];
}

export function createWorkCalendar(years: readonly Pick<CalendarYear, 'year' | 'days'>[]): WorkCalendar {
  const told = new Map(years.flatMap(({ days }) => days.map(({ day, isWorkday }) => [day, isWorkday] as const)));
  const known = new Set(years.map(({ year }) => year));
  return { validUntil: lastDay(known), fingerprint: [...told].join(), isWorkday: (day) => told.get(day) ?? isMondayToFriday(day) };
}

/** Days left until the calendar says nothing any more; negative when it already does not. */
export function daysLeft({ validUntil }: Pick<WorkCalendar, 'validUntil'>, today: string): number {
  return validUntil === null ? -1 : Math.round((Date.parse(validUntil) - Date.parse(today)) / 86_400_000);
}

/** So many days before its end people are told that the calendar needs the next year. */
export const calendarWarningDays = 30;

function lastDay(years: ReadonlySet<number>): string | null {
  return years.size === 0 ? null : `${Math.max(...years)}-12-31`;
}

function isMondayToFriday(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}
