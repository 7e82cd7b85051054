import type { Knex } from 'knex';

// A claim must cost the same whether ten or ten thousand steps are open. `turn` has one row per run and sender: how many of its
// collections and loads are open, kept by a trigger in the transaction that changes a step, so that the next load is found without
// looking at those that wait. `breaker` counts faults in a row per source and host. `needs_version` keeps older programs away.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.stage_exec
      add column host          text    not null default '',    -- collect: host and port asked, '' = none
      add column needs_version integer not null default 1;     -- a program of a lower step version leaves it alone

    drop index ledger.stage_exec_due_at_idx;
    create index stage_exec_ready   on ledger.stage_exec (stage, due_at, id) where state = 'ready';
    create index stage_exec_running on ledger.stage_exec (stage) where state = 'running';
    create index stage_exec_line    on ledger.stage_exec (run_id, (coalesce(sender, '')), order_key, id) where stage = 'load' and state = 'ready';
    create index stage_exec_source  on ledger.stage_exec (source_id, id) where stage = 'collect';
    create index run_open           on ledger.run (id) where state = 'running';

    create table ledger.turn (
      run_id   bigint      not null references ledger.run on delete cascade,
      sender   text        not null,
      collects integer     not null default 0,              -- open: ready or running
      loads    integer     not null default 0,              -- open
      loading  integer     not null default 0,              -- loads that are running
      since    timestamptz not null default now(),          -- when its last step changed: who waited longest is served first
      primary key (run_id, sender)
    );
    create index turn_sender on ledger.turn (sender) where loads > 0;
    create index turn_free on ledger.turn (since) where collects = 0 and loads > 0 and loading = 0;

    create function ledger.keep_turn() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.run_id = new.run_id and old.sender is not distinct from new.sender then
        if old.state = new.state then return null; end if;
        perform ledger.change_turn(new.run_id, new.sender, new.stage,
                                   (new.state in ('ready', 'running'))::int - (old.state in ('ready', 'running'))::int,
                                   (new.state = 'running')::int - (old.state = 'running')::int);
        return null;
      end if;
      if tg_op <> 'INSERT' and old.state in ('ready', 'running') then
        perform ledger.change_turn(old.run_id, old.sender, old.stage, -1, -(old.state = 'running')::int);
      end if;
      if tg_op <> 'DELETE' and new.state in ('ready', 'running') then
        perform ledger.change_turn(new.run_id, new.sender, new.stage, 1, (new.state = 'running')::int);
      end if;
      return null;
    end $$;

    create function ledger.change_turn(run bigint, who text, stage text, more_open integer, more_running integer) returns void language sql as $$
      insert into ledger.turn as t (run_id, sender, collects, loads, loading)
      select run, coalesce(who, ''), case when stage = 'collect' then more_open else 0 end, case when stage = 'load' then more_open else 0 end,
             case when stage = 'load' then more_running else 0 end
       where stage = 'load' or stage = 'collect' and more_open <> 0
      on conflict (run_id, sender) do update
         set collects = t.collects + excluded.collects, loads = t.loads + excluded.loads, loading = t.loading + excluded.loading, since = now()
    $$;

    insert into ledger.turn (run_id, sender, collects, loads, loading)
    select run_id, coalesce(sender, ''), count(*) filter (where stage = 'collect'), count(*) filter (where stage = 'load'),
           count(*) filter (where stage = 'load' and state = 'running')
      from ledger.stage_exec where stage <> 'match' and state in ('ready', 'running') group by 1, 2;

    create trigger keep_turn after insert or delete or update of state, run_id, sender on ledger.stage_exec
      for each row execute function ledger.keep_turn();

    create table ledger.breaker (
      name       text        primary key,                   -- 'source:12' or 'host:ftp.example.com:21'
      failures   integer     not null,                      -- transient ones in a row
      open_until timestamptz,                               -- nobody asks before; then one tries
      told       jsonb,                                     -- the last fault
      since      timestamptz not null default now()         -- the first of these failures
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table ledger.breaker;
    drop trigger keep_turn on ledger.stage_exec;
    drop function ledger.keep_turn;
    drop function ledger.change_turn;
    drop table ledger.turn;
    drop index ledger.run_open, ledger.stage_exec_source, ledger.stage_exec_line, ledger.stage_exec_running, ledger.stage_exec_ready;
    create index stage_exec_due_at_idx on ledger.stage_exec (due_at) where state in ('ready', 'running');
    alter table ledger.stage_exec drop column needs_version, drop column host`);
}
