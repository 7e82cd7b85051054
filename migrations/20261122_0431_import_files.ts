import type { Knex } from 'knex';

// An import of history is files that a person hands over together. They are landed and compared before anything is loaded, so they are
// no deliveries until the import is committed. What became of each row is kept as ranges of row numbers, a few bytes for a whole sheet;
// rows in quarantine say it themselves. Remarks are what checks found wrong with values that were loaded all the same.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table master.import_delivery;
    alter table master.import add column source_id integer references ledger.source;
    create table master.import_file (
      import_id   bigint  not null references master.import,
      place       integer not null,
      sha256      text    not null references ledger.raw_object,
      name        text    not null,
      path        text    not null,                   -- where the person had it
      sent_at     timestamptz not null,
      delivery_id bigint references ledger.delivery,  -- once committed
      primary key (import_id, place)
    );
    create index on master.import_file (delivery_id);

    create table master.row_fate (
      part_id bigint not null references ledger.part on delete cascade,
      fate    text   not null check (fate in ('new', 'changed', 'same', 'duplicate')),
      rows    int4multirange not null,
      primary key (part_id, fate)
    );
    create table master.remark (
      part_id bigint  not null references ledger.part on delete cascade,
      row_no  integer not null,
      remarks jsonb   not null,
      primary key (part_id, row_no)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  const { rows } = await knex.raw('select 1 from master.import limit 1');
  if (rows.length > 0) throw new Error('Imports of history exist; the older tables cannot hold them.');
  await knex.raw(`
    drop table master.remark, master.row_fate, master.import_file;
    alter table master.import drop column source_id;
    create table master.import_delivery (
      import_id   bigint  not null references master.import,
      delivery_id bigint  not null references ledger.delivery,
      place       integer not null,
      path        text    not null,
      primary key (import_id, delivery_id)
    );
    create index on master.import_delivery (delivery_id)`);
}
