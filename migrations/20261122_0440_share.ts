import type { Knex } from 'knex';

// Who gets the master, how far each of them is, and the proof that they have what we have. Changes are numbered in the order of
// commits without gaps (master.change), so one number says how far a subscriber is.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema share;

    create table share.subscriber (
      code       text        primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      kind       text        not null check (kind in ('pull', 'webhook', 'snapshot', 'writeback')),
      title      text        not null default '',
      entities   text[]      not null default '{}',     -- empty = all
      settings   jsonb       not null default '{}',     -- src/share/subscriber.ts
      enabled    boolean     not null default true,
      acked_seq  bigint      not null default 0,        -- everything up to here has arrived
      acked_at   timestamptz,
      due_at     timestamptz not null default now(),    -- not asked before
      lease_until timestamptz,
      attempts   integer     not null default 0,        -- in a row that failed
      failing_since timestamptz,
      told       jsonb,                                 -- why the last attempt failed
      changed_by text        not null,
      changed_at timestamptz not null default now()
    );

    -- Changes that a subscriber refused for what is in them, again and again; it was not kept waiting for them.
    create table share.dead_letter (
      subscriber text        not null references share.subscriber on delete cascade,
      seq        bigint      not null references master.change,
      told       jsonb       not null,
      refused_at timestamptz not null default now(),
      sent_at    timestamptz,                           -- again, by a person, and taken
      primary key (subscriber, seq)
    );

    create table share.parity (
      id         bigint generated always as identity primary key,
      subscriber text        not null references share.subscriber on delete cascade,
      seq        bigint      not null,                  -- state compared: after this change
      entity     text        not null,                  -- '' = all that the subscriber gets
      our_count  bigint      not null,
      our_hash   text        not null,
      their_count bigint     not null,
      their_hash text        not null,
      agrees     boolean     not null generated always as (our_count = their_count and our_hash = their_hash) stored,
      compared_at timestamptz not null default now()
    );
    create index on share.parity (subscriber, compared_at);

    -- Files written for a subscriber; one set per business day.
    create table share.file_set (
      subscriber text        not null references share.subscriber on delete cascade,
      day        date        not null,
      seq        bigint      not null,
      manifest   jsonb       not null,
      written_at timestamptz not null default now(),
      primary key (subscriber, day)
    );

    -- A record as others know it, reduced to 64 bits. Any system can compute it: SHA-256 over lines of UTF-8, ended by line feeds:
    -- no, status, no of the survivor or nothing, then name=value in order of the names; its first eight bytes.
    create function share.record_bits(after jsonb) returns numeric language sql immutable parallel safe as $$
      select ('x' || substr(encode(sha256(convert_to(
               (after->>'no') || E'\\n' || (after->>'status') || E'\\n' || coalesce(after->>'survivor', '') || E'\\n' || coalesce(
                 (select string_agg(f.key || '=' || f.value || E'\\n', '' order by f.key collate "C") from jsonb_each_text(after->'fields') f), ''),
               'UTF8')), 'hex'), 1, 16))::bit(64)::bigint::numeric $$;
    -- Their sum modulo 2^64, in hex.
    create function share.sum_hash(bits numeric) returns text language sql immutable parallel safe as $$
      select lpad(to_hex(((mod(mod(coalesce(bits, 0), 18446744073709551616) + 18446744073709551616, 18446744073709551616)) - case
               when mod(mod(coalesce(bits, 0), 18446744073709551616) + 18446744073709551616, 18446744073709551616) >= 9223372036854775808 then 18446744073709551616 else 0 end)::bigint), 16, '0') $$;

    create view pub_v1.record as
      select r.no, r.entity, r.status, s.no as survivor_no, g.fields, g.completeness, g.is_void
        from master.record r left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id;
    create view pub_v1.change as
      select c.seq, r.no, c.entity, c.kind, c.attributes, c.after, c.at from master.change c join master.record r on r.id = c.record_id;
    create view pub_v1.crosswalk as
      select c.entity, c.role, c.system, c.key, r.no, coalesce(s.no, r.no) as now_no, c.valid_from, c.valid_until, c.known_from, c.known_until
        from master.crosswalk c join master.record r on r.id = c.record_id left join master.record s on s.id = r.survivor_id;
    -- What a key meant on a day, as far as was known at a moment.
    create function pub_v1.crosswalk_as_of(valid_on date, known_at timestamptz)
      returns table (entity text, role text, system text, key text, no text, now_no text) language sql stable as $$
      select c.entity, c.role, c.system, c.key, c.no, c.now_no from pub_v1.crosswalk c
       where valid_on >= c.valid_from and valid_on < c.valid_until and known_at >= c.known_from and known_at < c.known_until $$;
    create view pub_v1.exchange as
      select s.code as subscriber, s.kind, s.acked_seq, (select last from master.change_counter) as last_seq,
             (select last from master.change_counter) - s.acked_seq as lag, s.acked_at, s.failing_since,
             (select count(*) from share.dead_letter d where d.subscriber = s.code and d.sent_at is null) as dead_letters,
             p.seq as parity_seq, p.agrees as parity_agrees, p.our_count, p.their_count, p.our_hash, p.their_hash, p.compared_at
        from share.subscriber s
        left join lateral (select * from share.parity p where p.subscriber = s.code order by p.id desc limit 1) p on true`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view pub_v1.exchange;
    drop function pub_v1.crosswalk_as_of;
    drop view pub_v1.crosswalk, pub_v1.change, pub_v1.record;
    drop schema share cascade`);
}
