/**
 * SQL: a moment as all answers write it, `2026-11-22T09:48:41.540Z`; null and the infinities stay what they are. `precise`: to the microsecond,
 * of moments that can be asked back.
 */
export const isoMoment = (moment: string, precise = false): string =>
  `case when isfinite(${moment}) then to_char((${moment}) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.${precise ? 'US' : 'MS'}"Z"') else (${moment})::text end`;
