import { z } from 'zod';
import { windowSettings } from '../../src/journey/collect/pull-windows.js';
import { secretReference } from '../../src/journey/collect/secret-of.js';

const texts = z.record(z.string(), z.string()).default({});

/** A request as the far side wants it. `{from}`, `{to}`, `{page}`, `{offset}`, `{size}`, `{cursor}` stand for values anywhere in it. */
export const requestSettings = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  /** Below `base_url`. */
  path: z.string().startsWith('/'),
  query: texts,
  headers: texts,
  json: z.unknown().optional(),
  form: z.record(z.string(), z.string()).optional(),
});
export type RequestSettings = z.output<typeof requestSettings>;

/** Something in a JSON answer: where it stands (`data.rows`, `0.0.Result`) and which texts it may be. */
const expectation = z.strictObject({ at: z.string().min(1), equals: z.array(z.string()).min(1) });

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic') }),
  /** `api_key` in a header. */
  z.strictObject({ kind: z.literal('header'), name: z.string().min(1), prefix: z.string().default('') }),
  /** OAuth 2 client credentials: `user` is the client id, `password` its secret. */
  z.strictObject({ kind: z.literal('oauth2'), path: z.string().startsWith('/'), scope: z.string().optional() }),
  /** A request that logs in; cookies are kept, and a token goes into a header or stands for `{token}`. */
  z.strictObject({
    kind: z.literal('login'),
    request: requestSettings,
    ok: expectation.optional(),
    token_at: z.string().min(1).optional(),
    header: z.string().min(1).optional(),
    prefix: z.string().default(''),
  }),
  /** Each request is signed with `password`: `text` is what is signed, and the request says `{user}`, `{timestamp}`, `{nonce}`, `{sign}`. */
  z.strictObject({
    kind: z.literal('signed'),
    algorithm: z.enum(['hmac-sha256', 'hmac-sha1', 'md5']),
    text: z.string().min(1),
    timestamp: z.enum(['seconds', 'milliseconds', 'datetime']).default('milliseconds'),
    encoding: z.enum(['hex', 'HEX', 'base64']).default('hex'),
    headers: texts,
    query: texts,
  }),
]);

const paging = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('none') }),
  z.strictObject({ by: z.literal('page'), first: z.int().min(0).default(1), size: z.int().min(1).max(10_000).default(500) }),
  z.strictObject({ by: z.literal('offset'), size: z.int().min(1).max(10_000).default(500) }),
  z.strictObject({ by: z.literal('cursor'), at: z.string().min(1), size: z.int().min(1).max(10_000).default(500) }),
  /** The answer names the next address: in its body at `at`, else in its `Link` header. */
  z.strictObject({ by: z.literal('link'), at: z.string().min(1).optional() }),
]);

const feed = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expect.code'),
  ...windowSettings,
  request: requestSettings,
  paging: paging.default({ by: 'none' }),
  /** `json`: records become lines. `file`: what is answered is the delivery, a workbook or XML, named with this ending. */
  answer: z.enum(['json', 'xlsx', 'xls', 'csv', 'xml', 'zip']).default('json'),
  /** Where the records stand in the answer; '' is the answer itself. */
  records_at: z.string().default(''),
  /** Titles of records that are lists of values, and the header of a day without records. */
  columns: z.array(z.string().min(1)).min(1).optional(),
  /** How many records there are in all; paging that ends with another number is tried again. */
  total_at: z.string().min(1).optional(),
  ok: expectation.optional(),
  /** Says that the login is over: one more login, then the request again. */
  expired: expectation.optional(),
  /** What the far side says when it is not ok. */
  message_at: z.string().min(1).optional(),
  max_rows: z.int().min(1).max(10_000_000).default(1_000_000),
});
export type Feed = z.output<typeof feed>;

export const plainSettings = z
  .strictObject({
    base_url: z.url({ protocol: /^https?$/ }),
    /** The far side is in an inner network; else such addresses are refused. */
    allow_private: z.boolean().default(false),
    user: z.string().min(1).optional(),
    password: secretReference.optional(),
    api_key: secretReference.optional(),
    ca: secretReference.optional(),
    auth: auth.default({ kind: 'none' }),
    timeout_seconds: z.number().positive().max(3600).default(60),
    requests_per_minute: z.int().min(1).max(6000).default(120),
    /** Tries of one request when the far side fails or asks to wait. */
    attempts: z.int().min(1).max(10).default(4),
    max_answer_mb: z.int().min(1).max(2048).default(64),
    feeds: z.array(feed).min(1),
  })
  .refine(({ auth: { kind }, user, password }) => kind === 'none' || kind === 'header' || (user !== undefined && password !== undefined), {
    path: ['password'],
    message: 'mistake.account',
  })
  .refine(({ auth: { kind }, api_key }) => kind !== 'header' || api_key !== undefined, { path: ['api_key'], message: 'mistake.is-needed' })
  .refine(({ feeds }) => new Set(feeds.map(({ name }) => name)).size === feeds.length, { path: ['feeds'], message: 'mistake.names-once' });
export type HttpSettings = z.output<typeof plainSettings>;
