import type { Knex } from 'knex';

// The ledger is the truth about every byte received and every step taken. Deliveries are content-addressed: the same
// bytes by FTP and mail are one delivery with two sightings. A step is claimed by lease and fence (database clock), and
// its counts are committed in the transaction that commits its rows.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema ledger;

    create table ledger.source (
      id          integer generated always as identity primary key,
      code        text        not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      title       text        not null default '',
      sender      text        not null,              -- whose data: a distributor's code, or 'own'
      connector   text        not null,
      settings    jsonb       not null,              -- secrets only as references
      layouts     text[]      not null default '{}',
      hints       jsonb       not null default '{}', -- how to decode
      constants   jsonb       not null default '{}', -- canonical field -> value that no file of this source carries
      expects     jsonb       not null default '{}', -- what is expected and when
      enabled     boolean     not null default true,
      created_at  timestamptz not null default now(),
      updated_at  timestamptz not null default now()
    );

    create table ledger.run (
      id            bigint generated always as identity primary key,
      kind          text        not null check (kind in ('nightly', 'import', 'replay')),
      business_date date        not null,
      state         text        not null default 'running' check (state in ('running', 'succeeded', 'attention', 'failed')),
      started_at    timestamptz not null default now(),
      ended_at      timestamptz
    );

    create table ledger.raw_object (
      sha256     text        primary key check (sha256 ~ '^[0-9a-f]{64}$'),
      byte_count bigint      not null check (byte_count >= 0),
      stored_at  timestamptz not null default now()
    );

    create table ledger.delivery (
      id          bigint generated always as identity primary key,
      sender      text        not null,
      sha256      text        not null references ledger.raw_object,
      source_id   integer     not null references ledger.source,
      name        text        not null,
      sent_at     timestamptz not null,
      order_key   text        not null collate "C",  -- business order among deliveries of a sender; never arrival order
      landed_at   timestamptz not null default now(),
      run_id      bigint      not null references ledger.run,
      state       text        not null default 'landed' check (state in ('landed', 'loaded', 'held', 'ignored')),
      findings    jsonb       not null default '[]', -- why it is held
      notes       jsonb       not null default '[]', -- members that are no table, and what decoding could not keep
      waived      jsonb       not null default '{}', -- gates that a person released, by whom and why
      unique (sender, sha256)
    );
    create index on ledger.delivery (run_id);

    create table ledger.sighting (
      delivery_id bigint      not null references ledger.delivery,
      source_id   integer     not null references ledger.source,
      locator     text        not null,
      name        text        not null,
      sent_at     timestamptz,
      seen_at     timestamptz not null default now(),
      run_id      bigint      not null references ledger.run,
      about       jsonb       not null default '{}',
      primary key (delivery_id, source_id, locator)
    );

    create table ledger.observation (
      source_id     integer     not null references ledger.source,
      locator       text        not null,
      name          text        not null,
      fingerprint   text        not null,
      byte_count    bigint,
      sent_at       timestamptz,
      state         text        not null default 'waiting' check (state in ('waiting', 'landed', 'failed')),
      told          jsonb,
      first_seen_at timestamptz not null default now(),
      changed_at    timestamptz not null default now(),  -- when the fingerprint last moved
      last_seen_at  timestamptz not null default now(),
      landed_sha256      text,                                -- the bytes fetched last, and the fingerprint they had then
      landed_fingerprint text,
      landed_at          timestamptz,
      primary key (source_id, locator)
    );

    create table ledger.layout_version (
      version       text        primary key,
      layout        text        not null,
      body          jsonb       not null,
      first_used_at timestamptz not null default now()
    );

    create table ledger.stage_exec (
      id            bigint generated always as identity primary key,
      run_id        bigint      not null references ledger.run,
      stage         text        not null check (stage in ('collect', 'load', 'match')),
      object_key    text        not null,
      input_digest  text        not null,
      logic_version text        not null,
      sender        text,                                 -- one step per sender at a time
      delivery_id   bigint references ledger.delivery,
      source_id     integer references ledger.source,
      order_key     text        not null default '' collate "C",
      state         text        not null default 'ready' check (state in ('ready', 'running', 'done', 'held', 'failed')),
      attempt       integer     not null default 0,
      fence         bigint      not null default 0,
      lease_owner   text,
      lease_until   timestamptz,
      due_at        timestamptz not null default now(),
      result        jsonb       not null default '{}',
      error_class   text,
      told          jsonb,
      created_at    timestamptz not null default now(),
      started_at    timestamptz,
      ended_at      timestamptz,
      unique (stage, object_key, input_digest, logic_version)
    );
    create index on ledger.stage_exec (run_id, state);
    create index on ledger.stage_exec (due_at) where state in ('ready', 'running');

    create sequence ledger.part_id_seq increment by 16384;       -- a load takes one block: part ids are known before any commit
    create sequence ledger.generation_id_seq increment by 16384;

    create table ledger.part (
      id             bigint  primary key,
      delivery_id    bigint  not null references ledger.delivery,
      path           text    not null,
      file_name      text    not null,
      sheet          text,
      media          text    not null,
      encoding       jsonb,
      layout         text,
      layout_version text references ledger.layout_version,
      kind           text,
      header_rows    integer[] not null default '{}',
      titles         text[]  not null default '{}',
      fields         text[]  not null default '{}',  -- canonical field of each column, '' = unused
      decoded        integer not null,
      loaded         integer not null,
      quarantined    integer not null,
      dropped        jsonb   not null default '{}',  -- rule -> {count, ranges: [[from, to], ...]} of row numbers
      dropped_count  integer not null,
      stated_totals  jsonb   not null default '[]',
      unique (delivery_id, path),
      check (decoded = loaded + quarantined + dropped_count)  -- I1
    );

    create table ledger.generation (
      id            bigint  primary key,
      delivery_id   bigint  not null references ledger.delivery,
      sender        text    not null,
      kind          text    not null check (kind in ('sale', 'purchase', 'stock')),
      business_date date    not null,
      document      text    not null,                -- '' = the whole kind and day; else the document that a resend replaces
      order_key     text    not null collate "C",
      state         text    not null check (state in ('active', 'superseded')),
      row_count     integer not null,
      quantity      numeric not null,
      amount        numeric not null,
      superseded_by bigint,
      created_at    timestamptz not null default now()
    );
    create unique index generation_one_active on ledger.generation (sender, kind, business_date, document) where state = 'active';
    create index on ledger.generation (delivery_id);

    create table ledger.quarantine (
      id          bigint generated always as identity primary key,
      delivery_id bigint      not null references ledger.delivery,
      part_id     bigint      not null references ledger.part deferrable initially deferred,
      row_no      integer     not null,
      cells       jsonb       not null,              -- the original cells, as text
      issues      jsonb       not null,
      state       text        not null default 'open' check (state in ('open', 'replayed', 'dismissed')),
      patch       jsonb,                             -- column index -> corrected text, given by a person
      resolved_by text,
      resolved_at timestamptz,
      created_at  timestamptz not null default now(),
      unique (part_id, row_no)
    );
    create index on ledger.quarantine (delivery_id) where state = 'open';

    create table ledger.event (
      id     bigint generated always as identity primary key,
      at     timestamptz not null default now(),
      actor  text        not null,
      verb   text        not null,
      object text        not null,
      detail jsonb       not null default '{}'
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema ledger cascade');
}
