import type { Knex } from 'knex';

// When sources are collected. A slot is one planned start of one source; its primary key is what makes it fire once, however many
// schedulers look and whatever their clocks do. `schedule_mark` says up to which moment slots have been made: a clock that goes
// back finds nothing to make, and an outage is the distance between the mark and now. The calendar is data that people update.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.source
      add column schedule        jsonb       not null default '{}',   -- {} = the schedule of the hub, {"off": true} = by hand only
      add column contact         jsonb       not null default '{}',   -- whom to call
      add column scheduled_since timestamptz not null default now();  -- a new schedule fires nothing that lies before it

    create function ledger.touch_scheduled_since() returns trigger language plpgsql as $$
      begin
        if new.schedule is distinct from old.schedule or new.enabled is distinct from old.enabled then
          new.scheduled_since := now();
        end if;
        return new;
      end $$;
    create trigger source_scheduled_since before update on ledger.source
      for each row execute function ledger.touch_scheduled_since();

    create table ledger.schedule_slot (
      source_id     integer     not null references ledger.source,
      slot_ts       timestamptz not null,                    -- the planned moment; of a manual or backfill slot that of the request
      kind          text        not null check (kind in ('cron', 'catchup', 'manual', 'backfill')),
      business_date date        not null,
      state         text        not null default 'waiting' check (state in ('waiting', 'started', 'skipped')),
      why           text,                                    -- of a skipped slot: catch-up, overlap, superseded, disabled, cancelled
      start_at      timestamptz not null,                    -- not before; moves when the window is closed
      run_id        bigint      references ledger.run,
      made_by       text        not null,
      made_at       timestamptz not null default now(),
      settled_at    timestamptz,
      primary key (source_id, slot_ts, kind),
      check ((state = 'started') = (run_id is not null)),
      check ((state = 'skipped') = (why is not null))
    );
    -- Late or on time, a planned moment fires once: two schedulers may disagree on the word, never on the slot.
    create unique index schedule_slot_once on ledger.schedule_slot (source_id, slot_ts) where kind in ('cron', 'catchup');
    -- Asked for five times, a day waits once.
    create unique index schedule_slot_asked_once on ledger.schedule_slot (source_id, business_date)
      where kind in ('manual', 'backfill') and state = 'waiting';
    create index schedule_slot_waiting on ledger.schedule_slot (start_at) where state = 'waiting';
    create index schedule_slot_day on ledger.schedule_slot (business_date);
    create index schedule_slot_run on ledger.schedule_slot (run_id) where run_id is not null;

    create table ledger.schedule_mark (
      one       boolean     primary key default true check (one),
      until     timestamptz not null,
      looked_at timestamptz not null default now(),
      looked_by text        not null
    );
    create table ledger.default_schedule (
      one      boolean     primary key default true check (one),
      schedule jsonb       not null,
      set_by   text        not null,
      set_at   timestamptz not null default now()
    );

    create table ledger.calendar_year (
      year     integer     primary key,
      origin   text        not null,
      taken_by text        not null,
      taken_at timestamptz not null default now()
    );
    create table ledger.calendar_day (
      day        date    primary key,
      is_workday boolean not null,
      name       text    not null default '',
      year       integer not null references ledger.calendar_year on delete cascade
    );
    create function ledger.is_workday(asked date) returns boolean language sql stable as $$
      select coalesce((select is_workday from ledger.calendar_day where day = asked), extract(isodow from asked) < 6)
    $$;
    create function ledger.is_expected(expects jsonb, asked date) returns boolean language sql stable as $$
      select expects <> '{}' and (coalesce(expects->>'every', 'day') = 'day' or ledger.is_workday(asked))
    $$;

    create table ledger.excuse (
      id            bigint generated always as identity primary key,
      source_id     integer     not null references ledger.source,
      business_date date        not null,
      reason        text        not null,
      nothing_due   boolean     not null,                    -- nothing will come for that day; otherwise it is known why, and still owed
      note          text        not null default '',
      excused_by    text        not null,
      excused_at    timestamptz not null default now(),
      undone_by     text,
      undone_at     timestamptz
    );
    create unique index excuse_in_force on ledger.excuse (source_id, business_date) where undone_at is null;
    create index generation_day on ledger.generation (business_date, sender)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger.generation_day;
    drop table ledger.excuse;
    drop function ledger.is_expected(jsonb, date);
    drop function ledger.is_workday(date);
    drop table ledger.calendar_day, ledger.calendar_year, ledger.default_schedule, ledger.schedule_mark, ledger.schedule_slot;
    drop trigger source_scheduled_since on ledger.source;
    drop function ledger.touch_scheduled_since();
    alter table ledger.source drop column schedule, drop column contact, drop column scheduled_since`);
}
