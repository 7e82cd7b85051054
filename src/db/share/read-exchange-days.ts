import type { Database } from '../database.js';

/** How a subscriber stood at the end of a day (Shanghai). A row of `pub_v1.exchange_day`. */
export interface ExchangeDay {
  /** `yyyy-MM-dd` */
  readonly day: string;
  readonly subscriber: string;
  readonly kind: string;
  /** The last change of that day. */
  readonly lastSeq: number;
  readonly ackedSeq: number;
  readonly lag: number;
  /** `proven`: a state with all changes of the day was compared and agreed; `differs`: compared, never agreed; `unproven`: not compared. */
  readonly state: 'proven' | 'differs' | 'unproven';
  readonly paritySeq: number | null;
  readonly ourCount: number | null;
  readonly theirCount: number | null;
  readonly differing: number | null;
  readonly comparedAt: Date | null;
}

/** The last `days` (at most 31), newest first, of one subscriber or all. */
export async function readExchangeDays(
  database: Database,
  { days, subscriber }: { days: number; subscriber: string | null },
): Promise<ExchangeDay[]> {
  const { rows } = await database.raw(
    `select day::text as day, subscriber, kind, last_seq::float8 as "lastSeq", acked_seq::float8 as "ackedSeq", lag::float8 as lag, state,
            parity_seq::float8 as "paritySeq", our_count::float8 as "ourCount", their_count::float8 as "theirCount", differing::float8 as differing,
            compared_at as "comparedAt"
       from pub_v1.exchange_day
      where day > (now() at time zone 'Asia/Shanghai')::date - :days::integer and (:subscriber::text is null or subscriber = :subscriber)
      order by day desc, subscriber`,
    { days, subscriber },
  );
  return rows;
}
