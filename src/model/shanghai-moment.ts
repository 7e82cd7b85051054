// Shanghai has no summer time.
const offsetMs = 8 * 3_600_000;

/** `2026-11-22 01:07`, in the time of China whatever the clock of the machine. */
export function shanghaiMoment(moment: Date): string {
  return new Date(moment.getTime() + offsetMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** `01:07`, in the time of China. */
export function shanghaiTime(moment: Date): string {
  return shanghaiMoment(moment).slice(11);
}
