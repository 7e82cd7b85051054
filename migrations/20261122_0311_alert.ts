import type { Knex } from 'knex';

// An incident is one cause, however many sources suffer from it: its key says which cause, and one of a key is open at a time. An alert
// is one notice of an incident to one channel; it waits here until it is delivered, so that neither a crash nor a channel that is away
// loses it. Channels hold references to secrets, never secrets.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger.incident (
      id           bigint generated always as identity primary key,
      key          text        not null,
      scope        text        not null default 'hub',        -- who looks: the hub, or one machine
      severity     text        not null check (severity in ('warning', 'fault')),
      told         jsonb       not null,
      members      jsonb       not null default '[]',         -- what suffers from it, as names
      opened_at    timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      gone_since   timestamptz,                               -- away, but not yet long enough to be called recovered
      recovered_at timestamptz,
      count        integer     not null,                      -- members now
      most         integer     not null,                      -- members at worst
      notified_at  timestamptz,
      notified_count integer   not null default 0,
      acked_by     text,
      acked_at     timestamptz,
      note         text        not null default ''
    );
    create unique index incident_open on ledger.incident (scope, key) where recovered_at is null;

    create table ledger.alert_channel (
      code       text        primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      kind       text        not null check (kind in ('mail', 'webhook', 'wecom', 'dingtalk')),
      settings   jsonb       not null,
      severities text[]      not null default '{warning,fault}',
      language   text        not null default 'zh' check (language in ('zh', 'en')),
      enabled    boolean     not null default true,
      changed_by text        not null,
      changed_at timestamptz not null default now()
    );

    create table ledger.alert (
      id          bigint generated always as identity primary key,
      incident_id bigint      references ledger.incident,     -- null: a test
      channel     text        not null references ledger.alert_channel on delete cascade,
      occasion    text        not null check (occasion in ('opened', 'grown', 'recovered', 'test')),
      notice      jsonb       not null,
      state       text        not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed')),
      attempt     integer     not null default 0,
      due_at      timestamptz not null default now(),
      lease_until timestamptz,
      told        jsonb,
      made_at     timestamptz not null default now(),
      sent_at     timestamptz
    );
    create index alert_open on ledger.alert (due_at) where state in ('waiting', 'sending');
    create index alert_incident on ledger.alert (incident_id);
    create index sighting_run on ledger.sighting (run_id, source_id);
    create index run_day on ledger.run (business_date)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger.run_day;
    drop index ledger.sighting_run;
    drop table ledger.alert, ledger.alert_channel, ledger.incident`);
}
