import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** A reader of the published figures beside a night. */
export interface TotalsWatch {
  /** Looks that were answered, and how many different totals they showed. */
  seen(): { looks: number; totals: number };
  /** What no reader should ever see, in words. */
  mixes(): readonly string[];
  stop(): Promise<void>;
}

/**
 * Asks ten times a second for the total of every sender, kind and day (I5). Each look is one statement, as a report's would be. A day must
 * show exactly one of its generations, whole, and once it is published it must not vanish while it is being replaced.
 */
export function watchTotals(url: string): TotalsWatch {
  let client: pg.Client | null = null;
  const mixes = new Set<string>();
  const totals = new Set<string>();
  let before = new Map<string, string>();
  let looks = 0;
  let isOver = false;

  async function look(): Promise<void> {
    client ??= await connect(url);
    const { rows } = await client.query<{ day: string; generation: string; lines: string; whole: boolean }>(question);
    looks += 1;
    const now = new Map<string, string>();
    for (const { day, generation, lines, whole } of rows) {
      if (!whole) mixes.add(`${day}: ${lines} lines seen are not all of generation ${generation}`);
      if (now.has(day)) mixes.add(`${day}: generations ${now.get(day)} and ${generation} at once`);
      now.set(day, generation);
    }
    for (const day of before.keys()) if (!now.has(day)) mixes.add(`${day}: published, then gone`);
    before = now;
    totals.add([...now.values()].toSorted().join());
  }

  const looking = (async () => {
    while (!isOver) {
      await look().catch(async () => {
        // A database that is away, or is another one now, begins a new story.
        before = new Map();
        await client?.end().catch(() => undefined);
        client = null;
      });
      await sleep(100);
    }
  })();
  return {
    seen: () => ({ looks, totals: totals.size }),
    mixes: () => [...mixes],
    async stop() {
      isOver = true;
      await looking;
      await client?.end().catch(() => undefined);
      client = null;
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const question = `
  with seen as (
    select generation_id, count(*) as lines, sum(quantity) as quantity, coalesce(sum(amount), 0) as amount from pub_v1.flow_line group by 1)
  select concat_ws(' ', g.sender, g.kind, g.business_date, g.document) as day, g.id as generation, s.lines,
         (s.lines, s.quantity, s.amount) is not distinct from (g.row_count::bigint, g.quantity, g.amount) as whole
    from seen s join ledger.generation g on g.id = s.generation_id`;
