const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of `zone` shows at a moment, as milliseconds of a calendar without zones (`Date.UTC` of its digits). */
export function wallOf(moment: Date, zone: string): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>;
  return Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
}

/**
 * The moment at which that clock shows `wall`. Exactly one, whatever summer time does: an hour that comes twice means its first
 * time; a time that is skipped is taken as far behind the gap as it lies in it (02:30 becomes 03:30).
 */
export function momentAt(wall: number, zone: string): Date {
  const offsetBefore = wallOf(new Date(wall - dayMs), zone) - (wall - dayMs);
  const offsetAfter = wallOf(new Date(wall + dayMs), zone) - (wall + dayMs);
  const candidates = [wall - offsetBefore, wall - offsetAfter].toSorted((a, b) => a - b).map((ms) => new Date(ms));
  return candidates.find((moment) => wallOf(moment, zone) === wall) ?? new Date(wall - offsetBefore);
}

/** The day of such a wall clock, `yyyy-MM-dd`. */
export function dayOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    } as Intl.DateTimeFormatOptions);
    formats.set(zone, format);
  }
  return format;
}
