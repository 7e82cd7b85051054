import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';
import { checkValue } from '../model/check-value.js';
import { message } from '../model/message.js';

/** What a caller sent, checked. Answers 400 with all that is wrong, in the caller's language. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const { data, problems } = checkValue(schema, given ?? {});
  if (problems.length > 0) throw new BadRequestException(message('share.bad-request', { problems: problems.map(({ told }) => told) }));
  return data as z.output<Schema>;
}
