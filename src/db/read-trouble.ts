import type { Message } from '../model/message.js';
import type { Database } from './database.js';

/** What the ledger shows to be wrong now. */
export interface Trouble {
  /** By the database's clock. */
  readonly now: Date;
  /** Sources whose latest collection failed. */
  readonly collections: readonly { readonly source: string; readonly told: Message }[];
  /** Deliveries that wait because loading them failed. */
  readonly loads: readonly { readonly source: string; readonly name: string; readonly told: Message }[];
  /** Runs of the last days whose names could not be matched. */
  readonly matches: readonly { readonly run: string; readonly told: Message }[];
  readonly held: readonly { readonly day: string; readonly source: string; readonly name: string; readonly delivery: string }[];
  /** Outages of the scheduler within the last hour. */
  readonly gaps: readonly { readonly id: string; readonly from: string; readonly to: string; readonly minutes: number }[];
  /** Steps that have been ready for more than half an hour while nobody worked on any. */
  readonly stalled: number;
}

export const stalledMinutes = 30;

/** Reads all of it in one snapshot. What a later attempt has put right is not in it. */
export async function readTrouble(database: Database, now: Date | null = null): Promise<Trouble> {
  const { rows } = await database.raw(
    `with clock as (select coalesce(:now::timestamptz, now()) as now),
     latest as (
       select distinct on (source_id) source_id, state, told from ledger.stage_exec
        where stage = 'collect' and state in ('done', 'held', 'failed') order by source_id, id desc
     ), collections as (
       select coalesce(jsonb_agg(jsonb_build_object('source', s.code, 'told', l.told) order by s.code), '[]') as list
         from latest l join ledger.source s on s.id = l.source_id where l.state = 'failed' and l.told is not null and s.enabled
     ), loads as (
       select coalesce(jsonb_agg(jsonb_build_object('source', s.code, 'name', d.name, 'told', e.told) order by d.id), '[]') as list
         from ledger.delivery d join ledger.source s on s.id = d.source_id
         join lateral (select state, told from ledger.stage_exec e where e.delivery_id = d.id and e.stage = 'load' order by e.id desc limit 1) e on true
        where d.state = 'landed' and e.state = 'failed' and e.told is not null
     ), matches as (
       select coalesce(jsonb_agg(jsonb_build_object('run', e.run_id::text, 'told', e.told) order by e.id), '[]') as list
         from ledger.stage_exec e, clock
        where e.stage = 'match' and e.state = 'failed' and e.told is not null and e.ended_at > clock.now - interval '3 days'
          and not exists (select 1 from ledger.stage_exec f where f.stage = 'match' and f.state = 'done' and f.id > e.id)
     ), held as (
       select coalesce(jsonb_agg(jsonb_build_object('day', n.business_date, 'source', s.code, 'name', d.name, 'delivery', d.id::text) order by d.id), '[]') as list
         from ledger.delivery d join ledger.run n on n.id = d.run_id join ledger.source s on s.id = d.source_id where d.state = 'held'
     ), gaps as (
       select coalesce(jsonb_agg(v.detail || jsonb_build_object('id', v.id::text) order by v.id), '[]') as list
         from ledger.event v, clock where v.verb = 'scheduler-gap' and v.at > clock.now - interval '1 hour'
     ), stalled as (
       select case when exists (select 1 from ledger.stage_exec where state = 'running' and lease_until > clock.now) then 0
                   else (select count(*) from ledger.stage_exec where state = 'ready' and due_at < clock.now - make_interval(mins => :minutes)) end::int as count
         from clock
     )
     select clock.now, collections.list as collections, loads.list as loads, matches.list as matches, held.list as held, gaps.list as gaps,
            stalled.count as stalled
       from clock, collections, loads, matches, held, gaps, stalled`,
    { now, minutes: stalledMinutes },
  );
  return rows[0];
}
