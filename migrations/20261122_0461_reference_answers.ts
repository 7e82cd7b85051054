import type { Knex } from 'knex';

// What a name in a reference means where neither code nor exact name says it: by the matcher when it is sure, else by a person who
// takes one of its candidates. Answers are rows of batches, so they are taken back like anything else. `apart`: two records that a
// person said are different.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${kinds("'refer', 'apart', ")};

    create table master.reference_answer (
      id        bigint  generated always as identity primary key,
      batch_id  bigint  not null references matching.batch,
      system    text    not null,
      side      text    not null,
      spelling  text    not null,                    -- master.plain_name
      name      text    not null,
      record_id bigint  not null references master.record,
      by_person boolean not null,
      p         real,                                -- the matcher's, 0-1
      evidence  jsonb   not null default '{}'
    );
    create index on master.reference_answer (batch_id);
    create index on master.reference_answer (system, spelling);
    -- People before the matcher, then what was said last.
    create view master.reference_meaning as
      select distinct on (a.system, a.side, a.spelling) a.system, a.side, a.spelling, a.by_person, coalesce(r.survivor_id, r.id) as record_id
        from master.reference_answer a join matching.batch b on b.id = a.batch_id and b.in_force join master.record r on r.id = a.record_id
       where r.status <> 'withdrawn'
       order by a.system, a.side, a.spelling, a.by_person desc, a.id desc;

    -- What the matcher thought of a name when it was last asked; a cache.
    create table master.asked_name (
      system     text   not null,
      side       text   not null,
      spelling   text   not null,
      verdict    text   not null,
      candidates jsonb  not null,                    -- src/db/master/match-references.ts
      why_not    text[] not null,
      asked_with text   not null,                    -- state of the master and versions of the matcher
      primary key (system, side, spelling)
    );`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw(`select 1 from matching.batch where kind in ('refer', 'apart') limit 1`);
  if (rows.length > 0)
    throw new Error('Answers about references, or about records that look alike, exist; the older tables cannot hold them.');
  await knex.raw(`
    drop view master.reference_meaning;
    drop table master.reference_answer, master.asked_name;
    ${kinds('')}`);
}

const kinds = (more: string) => `
    alter table matching.batch drop constraint batch_kind_check, add constraint batch_kind_check check (kind in (${more}
      'match', 'decide', 'undo', 'merge', 'approve', 'reject', 'adopt', 'load', 'import', 'link', 'unlink', 'split', 'override', 'relate', 'edit', 'change-request', 'policy'))`;
