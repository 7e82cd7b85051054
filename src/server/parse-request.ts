import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';
import { listIssues } from '../model/list-issues.js';
import { message } from '../model/message.js';

/** What a caller sent, checked. Answers 400 with all that is wrong. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(given ?? {});
  if (error) throw new BadRequestException(message('share.bad-request', { problems: listIssues(error).join('; ') }));
  return data as z.output<Schema>;
}
