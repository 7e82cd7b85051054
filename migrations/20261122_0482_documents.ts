import type { Knex } from 'knex';

// People ask by the number on the paper. A document's key is that number, or begins with it where the document has lines (`90017|2`).
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index source_key_document on master.source_key (key)
     where entity in ('contract', 'order', 'shipment', 'invoice', 'receivable', 'receipt')`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index master.source_key_document');
}
