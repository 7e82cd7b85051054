import { z } from 'zod';

/** The object of settings inside a schema that may transform or refine it, for those who want to know its keys. */
export function settingsObject(schema: z.core.$ZodType): z.ZodObject {
  const found = find(schema);
  if (!found) throw new Error('these settings are no object');
  return found;
}

function find(schema: z.core.$ZodType): z.ZodObject | null {
  if (schema instanceof z.ZodObject) return schema;
  return schema instanceof z.ZodPipe ? (find(schema.def.in) ?? find(schema.def.out)) : null;
}
