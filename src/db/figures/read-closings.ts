import type pg from 'pg';
import type { StillOpen } from './close-month.js';

/** A month that was closed, with all before it; `reopenedAt` when that was taken back. */
export interface Closing {
  /** `yyyy-MM` */
  readonly month: string;
  readonly closedAt: Date;
  readonly closedBy: string;
  readonly note: string;
  readonly stillOpen: StillOpen;
  readonly reopenedAt: Date | null;
  readonly reopenedBy: string | null;
  readonly reopenedWhy: string | null;
}

/** All closings, the newest first. */
export async function readClosings(client: pg.Client): Promise<Closing[]> {
  const { rows } = await client.query<Closing>(
    `select to_char(month, 'YYYY-MM') as month, closed_at as "closedAt", closed_by as "closedBy", note, still_open as "stillOpen",
            reopened_at as "reopenedAt", reopened_by as "reopenedBy", reopened_why as "reopenedWhy" from figures.closing order by id desc`,
  );
  return rows;
}

/** When a month (`yyyy-MM`) was closed; null while it is open. */
export async function readClosedAt(client: pg.Client, month: string): Promise<Date | null> {
  const { rows } = await client.query<{ closedAt: Date }>(
    `select closed_at as "closedAt" from figures.closing c where reopened_at is null and month >= $1::date order by c.month limit 1`,
    [`${month}-01`],
  );
  return rows[0]?.closedAt ?? null;
}
