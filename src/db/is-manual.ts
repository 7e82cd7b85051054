/** SQL that says of a delivery, by its alias: every place it was seen at is a person who handed it in. */
export const isManual = (delivery: 'd' | 'dl') =>
  `not exists (select 1 from ledger.sighting i where i.delivery_id = ${delivery}.id and i.about ->> 'how' is distinct from 'manual')`;
