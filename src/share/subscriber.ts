import { z } from 'zod';
import { secretReference } from '../journey/collect/secret-of.js';
import { checkValue, foundBelow } from '../model/check-value.js';
import { entityKinds } from '../model/kind.js';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'mistake.time');
/** A folder on the hub's machine, and when the files of a day are written there. */
const files = { folder: z.string().min(1), at: time.default('05:00'), keep_days: z.int().min(1).max(3650).default(30) };

/** The settings of each kind of subscriber; docs/sharing.md has an example of each. Secrets only by reference. */
const subscriberSettings = {
  /** Asks for changes by the API; `key` is the name of the API key it uses. */
  pull: z.strictObject({ key: z.string().min(1) }),
  /** Gets changes posted as JSON, signed: `huiliu-signature: v1=HMAC-SHA256(secret, timestamp + "." + body)`. */
  webhook: z.strictObject({
    url: z.url({ protocol: /^https?$/u }),
    secret: secretReference,
    key: z.string().min(1).optional(),
    /** Lets the address lie in the hub's own network. */
    allow_private: z.boolean().default(false),
    most: z.int().min(1).max(1000).default(200),
  }),
  /** Every record, once a day. */
  snapshot: z.strictObject({
    ...files,
    formats: z
      .array(z.enum(['csv', 'xlsx']))
      .min(1)
      .default(['csv']),
  }),
  /** For the records that a system knows: its own key, our number, and where what wins is not what it says. */
  writeback: z.strictObject({ ...files, system: z.string().min(1) }),
} as const;

export type SubscriberKind = keyof typeof subscriberSettings;
export type SubscriberSettings<Kind extends SubscriberKind> = z.infer<(typeof subscriberSettings)[Kind]>;

export const subscriberSchema = z
  .strictObject({
    code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, 'mistake.code'),
    kind: z.enum(['pull', 'webhook', 'snapshot', 'writeback']),
    title: z.string().default(''),
    /** Which entities it gets; none named = all. */
    entities: z.array(z.enum(entityKinds)).default([]),
    settings: z.record(z.string(), z.unknown()).default({}),
    enabled: z.boolean().default(true),
  })
  .superRefine(({ kind, settings }, context) => {
    for (const issue of foundBelow(['settings'], checkValue(subscriberSettings[kind], settings).problems)) context.addIssue(issue);
  });

export type Subscriber = z.infer<typeof subscriberSchema>;

export function settingsOf<Kind extends SubscriberKind>(kind: Kind, settings: unknown): SubscriberSettings<Kind> {
  return subscriberSettings[kind].parse(settings) as SubscriberSettings<Kind>;
}
