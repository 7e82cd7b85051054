/** As `namedLike`: the golden values (`record_id`, `fields`) with the credit code of the expression; one look into an index per row. */
export const codedLike = (code: string): string => `
  select record_id, fields from master.golden
   where jsonb_exists(fields, 'credit_code') and fields->>'credit_code' = ${code} offset 0`;
