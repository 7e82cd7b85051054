import type { Knex } from 'knex';

// Lines of generations that nobody sees may be deleted after a while. The generation stays with its counts and is marked: one
// without its lines is never active. What a part has lost is counted, so that decoded = loaded + quarantined + dropped can still be proven.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger.generation
      add column state_since timestamptz default now(),   -- null = since it was made; what was there before this migration begins to age now
      add column retired_at  timestamptz,                 -- its lines are being deleted since, or gone
      add column lines_left  integer,                     -- of a retired one: lines not deleted yet
      add constraint generation_retired_is_unseen check (retired_at is null or (state <> 'active' and lines_left is not null));
    alter table ledger.part
      add column retired integer not null default 0 check (retired >= 0);  -- of loaded: lines deleted since

    create index generation_retired on ledger.generation (sender, kind, business_date, document) where retired_at is not null and state <> 'withdrawn';
    create index stage_exec_failed_load on ledger.stage_exec (delivery_id) where stage = 'load' and state = 'failed';

    create function ledger.keep_state_since() returns trigger language plpgsql as $$
      begin
        new.state_since := now();
        return new;
      end $$;
    create trigger generation_state_since before update of state on ledger.generation
      for each row when (old.state is distinct from new.state) execute function ledger.keep_state_since()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger generation_state_since on ledger.generation;
    drop function ledger.keep_state_since();
    drop index ledger.stage_exec_failed_load, ledger.generation_retired;
    alter table ledger.part drop column retired;
    alter table ledger.generation drop constraint generation_retired_is_unseen, drop column state_since, drop column retired_at, drop column lines_left`);
}
