/**
 * A subquery for `cross join lateral`: the golden values (`record_id`, `fields`) whose name is that of the expression, compared without
 * width, spaces and punctuation; one look into an index per row. To be used inside `as materialized`: what a transaction has just written
 * has no statistics yet, and the planner would pair everything with everything by entity or province first.
 */
export const namedLike = (name: string): string => `
  select record_id, fields from master.golden
   where master.plain_name(coalesce(fields->>'name', fields->>'generic_name')) = master.plain_name(${name}) offset 0`;
