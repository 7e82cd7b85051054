import { shanghaiTime } from './shanghai-moment.js';

/**
 * Whether a moment lies in a span of Chinese time, `HH:MM` to `HH:MM` without the last; one that ends before it
 * begins goes over midnight, one that ends when it begins is the whole day.
 */
export function isWithinHours({ from, to }: { readonly from: string; readonly to: string }, at: Date): boolean {
  const time = shanghaiTime(at);
  return from < to ? from <= time && time < to : from <= time || time < to;
}
