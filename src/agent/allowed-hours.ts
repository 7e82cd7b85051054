import { isWithinHours } from '../model/within-hours.js';

/** Whether a moment lies in any of the spans `HH:MM-HH:MM` (Chinese time). No spans: always. */
export function isAllowedHour(spans: readonly string[], at: Date): boolean {
  return (
    spans.length === 0 ||
    spans.some((span) => {
      const [from = '', to = ''] = span.split('-');
      return isWithinHours({ from, to }, at);
    })
  );
}
