import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { MessageCode } from '../../model/message.js';

export const describedRoute = 'described-route';

/** What others have to know of a route to call it. The schemas are those that check its requests; the examples are tried by a test. */
export interface RouteDescription {
  readonly about: MessageCode;
  /** Parts of the address, by name, each with an example. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** A body that is no JSON, by its type. */
  readonly file?: 'text/csv' | 'application/octet-stream';
  readonly example?: { readonly query?: Readonly<Record<string, string>>; readonly body?: object };
  /** An example of what is answered; its shape is that of the answer. Null for what is no JSON. */
  readonly answer: object | null;
  /** Refusals and their status, beside those of every route: a request that is wrong, no key, not this right. */
  readonly refusals?: Readonly<Partial<Record<MessageCode, 400 | 404 | 409 | 413 | 422>>>;
  /** Answers 304 to whoever sends the ETag back while nothing is new. */
  readonly hasTag?: true;
}

/** Puts a route into `GET /v1/openapi.json` and docs/api.md. */
export const Described = (description: RouteDescription) => SetMetadata(describedRoute, description);
