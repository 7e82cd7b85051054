import type { Knex } from 'knex';

// What a source owes was said twice, in src/db/find-missing.ts and in the function below. The planner puts the bodies of is_asked and due_at
// where they are called, for neither asks a table itself: a month of 1,500 sources took 20 seconds, nearly all of it calls of due_at.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function ledger.is_workday(asked date) returns boolean language plpgsql stable as $$
      begin
        return coalesce((select is_workday from ledger.calendar_day where day = asked), extract(isodow from asked) < 6);
      end $$;

    create function ledger.next_workday(asked date) returns date language plpgsql stable as $$
      begin
        for ahead in 1 .. 60 loop
          if ledger.is_workday(asked + ahead) then return asked + ahead; end if;
        end loop;
        return null;
      end $$;

    create or replace function ledger.due_at(expects jsonb, asked date) returns timestamptz language sql stable as $$
      select ((case coalesce(expects->>'due', 'next-day') when 'same-day' then asked when 'next-workday' then ledger.next_workday(asked) else asked + 1 end
               + case when expects->>'by' is null then interval '1 day' else (expects->>'by')::time - time '00:00' end) at time zone 'Asia/Shanghai')
    $$;

    -- A source was to bring something for a business day, whatever came and whatever a person said of it. Nobody owes a day whose hour had
    -- passed when the source was made.
    create function ledger.is_asked(source ledger.source, day date) returns boolean language sql stable as $$
      select source.enabled and ledger.is_expected(source.expects, day) and ledger.due_at(source.expects, day) > source.created_at
    $$;
    ${expectedDelivery('ledger.is_asked(s, y.day)')}`);
}

/** As in 20261122_0502_checks_as_views.ts, but for the rule. */
const expectedDelivery = (isAsked: string) => `
    create or replace function figures.expected_delivery(asked_month date, asked_now timestamptz)
    returns table (distributor_code text, source_code text, business_date date, due_at timestamptz, seen_at timestamptz, state text) language sql stable as $$
      with day as (
        select d::date as day from generate_series(asked_month, asked_month + interval '1 month' - interval '1 day', interval '1 day') d
      ), spoken as (
        select g.source_id, v.business_date as day, min(g.seen_at) as seen_at
          from ledger.generation v join ledger.sighting g on g.delivery_id = v.delivery_id
         where v.state <> 'withdrawn' and v.business_date >= asked_month and v.business_date < asked_month + interval '1 month' group by 1, 2
      ), came as (
        select g.source_id, n.business_date as day, min(g.seen_at) as seen_at
          from ledger.sighting g join ledger.run n on n.id = g.run_id join ledger.delivery d on d.id = g.delivery_id and d.state = 'loaded'
         where n.business_date >= asked_month and n.business_date < asked_month + interval '1 month' group by 1, 2
      ), owed as (
        select coalesce(n.code, s.sender) as distributor_code, s.code as source_code, y.day as business_date, ledger.due_at(s.expects, y.day) as due_at,
               coalesce(p.seen_at, case when s.expects->>'figures' = 'any' then c.seen_at end) as seen_at
          from ledger.source s cross join day y
          left join master.distributor m on m.code = s.sender left join master.distributor n on n.id = m.survivor_id
          left join spoken p on p.source_id = s.id and p.day = y.day
          left join came c on c.source_id = s.id and c.day = y.day
         where s.sender <> 'own' and ${isAsked}
           and not exists (select 1 from ledger.excuse x where x.source_id = s.id and x.business_date = y.day and x.nothing_due and x.undone_at is null)
      )
      select o.*, case when seen_at is null then 'missing' when seen_at <= due_at then 'on-time' else 'late' end
        from owed o where seen_at is not null or due_at <= asked_now
    $$`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ${expectedDelivery('s.enabled and ledger.is_expected(s.expects, y.day) and ledger.due_at(s.expects, y.day) > s.created_at')};
    drop function ledger.is_asked(ledger.source, date);
    create or replace function ledger.due_at(expects jsonb, asked date) returns timestamptz language sql stable as $$
      select ((case coalesce(expects->>'due', 'next-day')
                 when 'same-day' then asked
                 when 'next-workday' then (select d::date from generate_series(asked + 1, asked + 60, interval '1 day') d where ledger.is_workday(d::date) order by d limit 1)
                 else asked + 1 end
               + case when expects->>'by' is null then interval '1 day' else (expects->>'by')::time - time '00:00' end) at time zone 'Asia/Shanghai')
    $$;
    drop function ledger.next_workday(date);
    create or replace function ledger.is_workday(asked date) returns boolean language sql stable as $$
      select coalesce((select is_workday from ledger.calendar_day where day = asked), extract(isodow from asked) < 6)
    $$`);
}
