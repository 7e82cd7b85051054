const offsetMs = 8 * 3_600_000;

/** The day that a moment falls on in China, `yyyy-MM-dd`, whatever the clock of the machine. Shanghai has no summer time. */
export function shanghaiDay(moment: Date): string {
  return new Date(moment.getTime() + offsetMs).toISOString().slice(0, 10);
}
