import { dueAt, type Expectation } from '../schedule/due-at.js';
import { type Arrival, type ArrivalFacts, judgeArrival } from '../schedule/judge-arrival.js';
import { agentReason } from './agents/agent-state.js';
import { listAgents } from './agents/agent-store.js';
import { readCalendar } from './calendar-store.js';
import type { Database } from './database.js';
import { isAsked } from './find-missing.js';
import type { Contact } from './source-store.js';

/** One line of the missing board: a source that was expected on a business day, and what became of it. */
export interface BoardLine extends Arrival {
  readonly source: string;
  readonly title: string;
  readonly sender: string;
  readonly distributor: string | null;
  readonly connector: string;
  readonly contact: Contact;
  readonly dueAt: Date;
  /** When the first delivery with lines of the day was seen. */
  readonly firstSeenAt: Date | null;
  readonly lines: number;
  readonly held: readonly { readonly deliveryId: string; readonly name: string }[];
  /** The last business day before this one of which there are lines; null when there never were any. */
  readonly lastDay: string | null;
  readonly note: string | null;
  readonly excusedBy: string | null;
}

export interface Board {
  readonly businessDate: string;
  readonly isWorkday: boolean;
  readonly validUntil: string | null;
  /** By the database's clock. */
  readonly now: Date;
  readonly lines: readonly BoardLine[];
}

/** All sources expected on a business day (`yyyy-MM-dd`) and how they stand now. */
export async function readArrivals(database: Database, businessDate: string, now?: Date): Promise<Board> {
  const calendar = await readCalendar(database);
  const { rows } = await database.raw(expected, { day: businessDate });
  const { rows: clock } = await database.raw('select now() as now');
  const moment = now ?? (clock[0].now as Date);
  const agents = (rows as ArrivalRow[]).some(({ connector }) => connector === 'agent') ? await listAgents(database) : [];
  const silence = new Map(agents.map((agent) => [agent.source, agentReason(agent)]));
  const lines = (rows as ArrivalRow[]).map((row): BoardLine => {
    const expects = row.expects;
    const facts: ArrivalFacts = {
      figures: row.sender === 'own' ? 'any' : (expects.figures ?? 'day'),
      dueAt: dueAt(expects, businessDate, calendar),
      isSpokenFor: row.isSpokenFor,
      firstSeenAt: row.firstSeenAt,
      loaded: row.loaded,
      landed: row.landed,
      heldFindings: row.held.map(({ findings }) => findings),
      fault: row.fault,
      waiting: row.waiting,
      excuse: row.excuse,
      agent: silence.get(row.source) ?? null,
    };
    return {
      ...judgeArrival(facts, moment),
      ...{ source: row.source, title: row.title, sender: row.sender, distributor: row.distributor, connector: row.connector },
      ...{ contact: row.contact, dueAt: facts.dueAt, firstSeenAt: row.firstSeenAt, lines: row.lines, lastDay: row.lastDay },
      held: row.held.map(({ deliveryId, name }) => ({ deliveryId, name })),
      ...{ note: row.excuse?.note ?? null, excusedBy: row.excuse?.by ?? null },
    };
  });
  return { businessDate, isWorkday: calendar.isWorkday(businessDate), validUntil: calendar.validUntil, now: moment, lines };
}

interface ArrivalRow extends Omit<ArrivalFacts, 'figures' | 'dueAt' | 'heldFindings' | 'excuse' | 'agent'> {
  readonly source: string;
  readonly title: string;
  readonly sender: string;
  readonly distributor: string | null;
  readonly connector: string;
  readonly contact: Contact;
  readonly expects: Expectation;
  readonly lines: number;
  readonly lastDay: string | null;
  readonly held: readonly { readonly deliveryId: string; readonly name: string; readonly findings: ArrivalFacts['heldFindings'][number] }[];
  readonly excuse: (NonNullable<ArrivalFacts['excuse']> & { readonly note: string; readonly by: string }) | null;
}

// Each part is gathered once for all sources: asked source by source, a board of 1,500 would take as many walks through the ledger.
const expected = `
  with wanted as (
    select * from ledger.source s where ${isAsked(':day::date')}
  ), runs as (
    select id from ledger.run where business_date = :day::date
  ), figures as (
    select g.source_id, sum(v.row_count)::int as lines, min(g.seen_at) as seen
      from (select delivery_id, sum(row_count) as row_count from ledger.generation
             where business_date = :day::date and state <> 'withdrawn' group by delivery_id) v
      join lateral (select source_id, min(seen_at) as seen_at from ledger.sighting where delivery_id = v.delivery_id group by source_id) g on true
     group by g.source_id
  ), came as (
    select g.source_id, count(distinct d.id) filter (where d.state = 'loaded')::int as loaded,
           count(distinct d.id) filter (where d.state = 'landed')::int as landed, min(g.seen_at) as seen,
           coalesce(jsonb_agg(jsonb_build_object('deliveryId', d.id::text, 'name', d.name, 'findings',
                    (select coalesce(jsonb_agg(f - 'attachment'), '[]') from jsonb_array_elements(d.findings) f))) filter (where d.state = 'held'), '[]') as held
      from (select delivery_id, source_id, min(seen_at) as seen_at from ledger.sighting
             where run_id in (select id from runs) group by delivery_id, source_id) g
      join ledger.delivery d on d.id = g.delivery_id
     group by g.source_id
  ), collected as (
    select distinct on (e.source_id) e.source_id, e.state, e.error_class, e.told, e.started_at
      from ledger.stage_exec e where e.stage = 'collect' and e.run_id in (select id from runs)
     order by e.source_id, e.id desc
  ), unloaded as (
    select distinct on (d.source_id) d.source_id, e.error_class, e.told
      from ledger.stage_exec e join ledger.delivery d on d.id = e.delivery_id
     where e.stage = 'load' and e.state = 'failed' and d.state = 'landed' and e.run_id in (select id from runs)
     order by d.source_id, e.id desc
  ), objects as (
    select o.source_id, jsonb_agg(o.told order by o.locator) filter (where o.state = 'waiting') as waiting,
           (jsonb_agg(o.told order by o.locator) filter (where o.state = 'failed'))->0 as failed
      from ledger.observation o join collected c on c.source_id = o.source_id
     where o.state <> 'landed' and o.told is not null and o.last_seen_at >= c.started_at group by o.source_id
  )
  select s.code as source, s.title, s.sender, m.name as distributor, s.connector, s.contact, s.expects,
         coalesce(f.lines, 0) as lines, f.source_id is not null as "isSpokenFor", coalesce(f.seen, c.seen) as "firstSeenAt", coalesce(c.loaded, 0) as loaded, coalesce(c.landed, 0) as landed,
         coalesce(c.held, '[]') as held, coalesce(o.waiting, '[]') as waiting,
         case when k.state = 'failed' then jsonb_build_object('errorClass', k.error_class, 'told', k.told)
              when u.source_id is not null then jsonb_build_object('errorClass', u.error_class, 'told', u.told)
              when o.failed is not null then jsonb_build_object('errorClass', null, 'told', o.failed) end as fault,
         case when x.id is not null then jsonb_build_object('reason', x.reason, 'nothingDue', x.nothing_due, 'note', x.note, 'by', x.excused_by) end as excuse,
         (select max(v.business_date) from ledger.generation v
           where v.sender = s.sender and v.state = 'active' and v.business_date < :day::date
             and exists (select 1 from ledger.sighting g where g.delivery_id = v.delivery_id and g.source_id = s.id)) as "lastDay"
    from wanted s
    left join master.distributor m on m.code = s.sender
    left join figures f on f.source_id = s.id
    left join came c on c.source_id = s.id
    left join collected k on k.source_id = s.id
    left join unloaded u on u.source_id = s.id
    left join objects o on o.source_id = s.id
    left join ledger.excuse x on x.source_id = s.id and x.business_date = :day::date and x.undone_at is null
   order by s.code`;
