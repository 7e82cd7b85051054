import type { z } from 'zod';

/** What zod dislikes, one line each: `settings.port: Invalid input`. `under` is the path to what was checked. */
export function listIssues(error: z.ZodError | undefined, under: readonly PropertyKey[] = []): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${[...under, ...path].join('.')}: ${message}`);
}
