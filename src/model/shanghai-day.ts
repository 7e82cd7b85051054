import { shanghaiMoment } from './shanghai-moment.js';

/** The day that a moment falls on in China, `yyyy-MM-dd`, whatever the clock of the machine. */
export function shanghaiDay(moment: Date): string {
  return shanghaiMoment(moment).slice(0, 10);
}
