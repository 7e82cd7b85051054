import { z } from 'zod';
import { secretReference } from '../journey/collect/secret-of.js';
import { checkValue, foundBelow } from '../model/check-value.js';

const plainUrl = z.url({ protocol: /^https?$/u });
const inner = {
  /** Lets the address lie in the hub's own network. Whoever may change channels could otherwise reach into it through us. */
  allow_private: z.boolean().default(false),
};

/** The settings of each kind of channel; docs/schedule.md has an example of each. Secrets only by reference. */
export const channelSettings = {
  mail: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(465),
    tls: z.enum(['implicit', 'starttls', 'none']).default('implicit'),
    ca: z.string().optional(),
    user: z.string().optional(),
    password: secretReference.optional(),
    from: z.email(),
    to: z.array(z.email()).min(1),
  }),
  /** JSON, signed: `huiliu-signature: v1=HMAC-SHA256(secret, timestamp + "." + body)`. */
  webhook: z.strictObject({ url: z.union([plainUrl, secretReference]), secret: secretReference, ...inner }),
  /** A group robot of 企业微信. The key stands in the address, so the address is a secret. */
  wecom: z.strictObject({ url: secretReference, host: z.string().default('qyapi.weixin.qq.com'), ...inner }),
  /** A group robot of 钉钉, with 加签 when there is a secret. */
  dingtalk: z.strictObject({
    url: secretReference,
    secret: secretReference.optional(),
    host: z.string().default('oapi.dingtalk.com'),
    ...inner,
  }),
} as const;

type ChannelKind = keyof typeof channelSettings;
export type ChannelSettings<Kind extends ChannelKind> = z.infer<(typeof channelSettings)[Kind]>;

export const channelSchema = z
  .strictObject({
    code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, 'mistake.code'),
    kind: z.enum(['mail', 'webhook', 'wecom', 'dingtalk']),
    settings: z.record(z.string(), z.unknown()),
    severities: z
      .array(z.enum(['warning', 'fault']))
      .min(1)
      .default(['warning', 'fault']),
    language: z.enum(['zh', 'en']).default('zh'),
    enabled: z.boolean().default(true),
  })
  .superRefine(({ kind, settings }, context) => {
    for (const issue of foundBelow(['settings'], checkValue(channelSettings[kind], settings).problems)) context.addIssue(issue);
  });

export type AlertChannel = z.infer<typeof channelSchema>;
