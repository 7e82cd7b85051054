const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });

/** `2026-11-22 01:07`, in the time of China whatever the clock of the machine. */
export function momentText(moment: Date): string {
  return format.format(moment);
}
