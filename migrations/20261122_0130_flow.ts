import type { Knex } from 'knex';

// The facts. They point at raw names and carry no terminal: one decision re-links millions of rows without rewriting any.
// The key follows the order of arrival, so that it costs little to maintain; partitions are made on demand by the loader.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create schema flow;

    create table flow.line (
      generation_id      bigint   not null,
      part_id            bigint   not null,
      row_no             integer  not null,
      business_date      date     not null,
      kind               "char"   not null,           -- s(ale), p(urchase), k (stock)
      distributor_id     integer  not null,
      raw_name_id        bigint,                      -- null for stock
      raw_product_id     bigint   not null,
      quantity           numeric  not null,
      unit               text     not null,
      factor_numerator   bigint   not null,
      factor_denominator bigint   not null,
      base_quantity      numeric  not null,
      price              numeric,
      amount             numeric,
      lot                text     not null,
      expiry             text     not null,           -- as exact as sent: yyyy-MM-dd or yyyy-MM
      manufactured_on    text     not null,
      doc_no             text     not null,
      doc_line           text     not null,
      actual_month       date     not null,
      counted_month      date     not null,
      is_return          boolean  not null,
      is_red_letter      boolean  not null,
      primary key (generation_id, part_id, row_no, business_date)
    ) partition by range (business_date);
    create index line_raw_name on flow.line (raw_name_id)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema flow cascade');
}
