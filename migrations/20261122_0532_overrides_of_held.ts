import type { Knex } from 'knex';

// Before 0470 a value that waited for approval was kept away by an override of the import, and an override that a person then said noted what
// the list said as the value it beats. Since then the key counts as what was accepted, so those overrides would end though no source moved:
// they beat what was accepted. Only overrides that were said while the value waited; what a later import brought back is not meant.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    update master.override o set losing_value = coalesce(h.accepted->>o.attribute, '')
      from master.held_value h
     where h.key_id = o.losing_key_id and h.accepted is not null and jsonb_exists(h.waiting, o.attribute) and o.batch_id > h.batch_id
       and o.losing_value = coalesce(h.waiting->>o.attribute, '') and o.losing_value <> coalesce(h.accepted->>o.attribute, '')`);
}

/** What was written before cannot be told from what was written since; both hold. */
export async function down(): Promise<void> {}
