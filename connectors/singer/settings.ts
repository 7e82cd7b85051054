import { z } from 'zod';

const isReference = (text: string) => /^(secret:[a-z0-9]|env:[A-Za-z_]|file:\/)/u.test(text);
const soundsSecret = /passw|secret|token|api_?key|private_?key|credential/iu;

export const singerSettings = z.strictObject({
  /** The name of a program in the folder that HUILIU_TAPS names; no path, no arguments. */
  tap: z.string().regex(/^[A-Za-z0-9][\w.-]{0,80}$/u, 'mistake.tap'),
  /** What the tap wants in its config file. A text that is a reference (`secret:…`, `env:…`, `file:/…`) is replaced by its secret. */
  config: z.record(z.string(), z.unknown()).superRefine((config, context) => {
    for (const [key, value] of Object.entries(config)) {
      if (soundsSecret.test(key) && typeof value === 'string' && !isReference(value))
        context.addIssue({ code: 'custom', path: [key], message: 'mistake.reference' });
    }
  }),
  /** Which streams and columns are selected, as the tap's own `--discover` writes it. */
  catalog: z.record(z.string(), z.unknown()).optional(),
  /** Only these streams land; without it all that the tap says. */
  streams: z.array(z.string().min(1)).min(1).optional(),
  /** Whether the tap knows `--discover`, which is how it is tested without reading a record. */
  discover: z.boolean().default(true),
  /** How long it may say nothing. */
  timeout_seconds: z.number().positive().max(3600).default(300),
  max_rows: z.int().min(1).max(10_000_000).default(1_000_000),
  /** Of one message. */
  max_line_mb: z.int().min(1).max(64).default(4),
  /** Of all that it says. */
  max_mb: z.int().min(1).max(4096).default(512),
});
export type SingerSettings = z.output<typeof singerSettings>;

export { isReference };
