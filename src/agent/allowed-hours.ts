/** Whether a moment lies in any of the spans `HH:MM-HH:MM` (Chinese time; one that ends before it begins goes over midnight). No spans: always. */
export function isAllowedHour(spans: readonly string[], at: Date): boolean {
  const now = new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(11, 16);
  return (
    spans.length === 0 ||
    spans.some((span) => {
      const [from = '', to = ''] = span.split('-');
      return from <= to ? now >= from && now < to : now >= from || now < to;
    })
  );
}
