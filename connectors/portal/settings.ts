import { load } from 'cheerio';
import { z } from 'zod';
import { windowSettings } from '../../src/journey/collect/pull-windows.js';
import { secretReference } from '../../src/journey/collect/secret-of.js';
import { questionKinds } from '../../src/journey/collect/source-memory.js';

const texts = z.record(z.string(), z.string());
const css = z.string().min(1);
/** A selector that is read in the page as it came, not in a browser. */
const selector = css.refine((given) => {
  try {
    return load('')(given).length >= 0;
  } catch {
    return false;
  }
}, 'mistake.portal-selector');
/** A regular expression of the recipe's writer. */
const pattern = z
  .string()
  .min(1)
  .refine((given) => {
    try {
      return new RegExp(given, 'u') !== null;
    } catch {
      return false;
    }
  }, 'mistake.portal-pattern');
const minutes = z.number().positive().max(1440);

/** How a page is recognised: all that is given has to hold. */
const sign = z
  .strictObject({ at: selector.optional(), text: z.string().min(1).optional(), path: z.string().min(1).optional() })
  .refine((given) => Object.values(given).some((one) => one !== undefined), 'mistake.portal-sign');
export type Sign = z.output<typeof sign>;

const request = z.union(
  [
    z.string().startsWith('/'),
    z.strictObject({
      path: z.string().startsWith('/'),
      method: z.enum(['GET', 'POST']).optional(),
      query: texts.default({}),
      form: texts.optional(),
      headers: texts.default({}),
    }),
  ],
  'mistake.portal-request',
);
export type RequestSettings = z.output<typeof request>;

/** A form of the page that was opened last. Hidden fields and what stands in it go along; `fields` are what we write ourselves. */
const form = z.strictObject({
  form: selector.optional(),
  fields: texts.default({}),
  /** The button: its name, or a selector. */
  press: z.string().min(1).optional(),
});
export type FormSettings = z.output<typeof form>;

const question = z.strictObject({
  kind: z.enum(questionKinds).default('captcha'),
  /** The picture to show. */
  image: css.optional(),
  /** The field that takes the answer. */
  field: z.string().min(1),
  /** For how long the portal takes an answer. */
  minutes: minutes.default(5),
  ask: z.string().default(''),
  /** Makes the portal send a code. */
  send: request.optional(),
  /** What the portal says to a wrong answer, so that it is not taken for a wrong password. */
  wrong: z.array(z.string().min(1)).default(['验证码']),
});
export type QuestionSettings = z.output<typeof question>;

const taken = z.union(
  [
    css,
    z
      .strictObject({ at: css.optional(), attribute: z.string().min(1).optional(), pattern: pattern.optional() })
      .refine(({ at, pattern }) => at !== undefined || pattern !== undefined, 'mistake.portal-take'),
  ],
  'mistake.portal-take',
);
export type Taken = z.output<typeof taken>;

const httpSteps = ['open', 'submit', 'follow'] as const;
const browserSteps = ['goto', 'fill', 'choose', 'click', 'wait'] as const;
const eitherSteps = ['take', 'expect'] as const;

const step = z
  .strictObject({
    open: request.optional(),
    submit: form.optional(),
    /** A link of the page, also one that posts back. */
    follow: selector.optional(),
    goto: z.string().startsWith('/').optional(),
    fill: texts.optional(),
    choose: texts.optional(),
    click: css.optional(),
    /** Until this is there. */
    wait: css.optional(),
    /** Values of the page that later steps write as `{name}`. */
    take: z.record(z.string().regex(/^\w+$/u, 'expect.identifier'), taken).optional(),
    /** Has to be there, or nothing is read. */
    expect: sign.optional(),
  })
  .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1, 'mistake.portal-step');

const login = z
  .strictObject({
    path: z.string().startsWith('/'),
    browser: z.boolean().default(false),
    ...form.shape,
    question: question.optional(),
    /** A second form that follows the first, such as the code from a text message. */
    second: form.extend({ question: question.optional() }).optional(),
    /** In a browser: what happens after the page is open. */
    steps: z.array(step).default([]),
    /** What only somebody logged in sees. Without it: a page without a field for a password. */
    ok: sign.optional(),
    /** Where the portal says what was wrong. */
    error_at: selector.optional(),
  })
  .refine(({ browser, steps }) => browser || steps.length === 0, { path: ['steps'], message: 'mistake.portal-login-steps' })
  .refine(({ browser, second }) => !browser || second === undefined, { path: ['second'], message: 'mistake.portal-login-then' });

const counting = z.union([css, z.strictObject({ at: css.optional(), pattern })]);

const pages = z.discriminatedUnion('by', [
  /** A link (in a browser: anything to click) that leads to the next page, until there is none. */
  z.strictObject({ by: z.literal('next'), at: css, max: z.int().min(1).max(10_000).default(500) }),
  /** The same request again with another number in its query or form. */
  z.strictObject({
    by: z.literal('number'),
    name: z.string().min(1),
    first: z.int().min(0).default(1),
    size: z.int().min(1).max(10_000),
    max: z.int().min(1).max(10_000).default(500),
  }),
]);

const table = z.strictObject({
  at: selector.default('table'),
  /** Titles that have to be there; also the header of a day without rows. */
  columns: z.array(z.string().min(1)).min(1).optional(),
  /** Rows of titles, when they are not all made of `th`. */
  header_rows: z.int().min(1).max(5).optional(),
  /** What the page says when there is nothing: without it a missing table is a changed page. */
  empty: z.string().min(1).optional(),
  /** The last row sums up: it is no row, and its figures have to be those of the rows. */
  total: z
    .strictObject({
      label: z.string().min(1).default('合计'),
      columns: z.array(z.string().min(1)).default([]),
      of: z.enum(['all', 'page']).default('all'),
    })
    .optional(),
  /** Where the page says how many rows there are in all. */
  count: counting.optional(),
  pages: pages.optional(),
  /** Columns the table does not have: title and value, such as `{product_text}`. */
  add: texts.default({}),
});
export type TableSettings = z.output<typeof table>;

const json = z.strictObject({
  rows_at: z.string().default(''),
  total_at: z.string().min(1).optional(),
  columns: z.array(z.string().min(1)).min(1),
  pages: pages.optional(),
  add: texts.default({}),
});

const fileKinds = ['xls', 'xlsx', 'csv', 'txt', 'xml', 'zip', 'dbf'] as const;
const download = z.strictObject({
  as: z.enum(fileKinds),
  /** In a browser: what to click for it. */
  click: css.optional(),
});

const each = z.union(
  [
    z.strictObject({ as: z.string().regex(/^\w+$/u, 'expect.identifier'), of: z.array(z.string().min(1)).min(1) }),
    /** The entries of a list or links of a page: `{as}` is the value, `{as_text}` what people read. */
    z.strictObject({
      as: z.string().regex(/^\w+$/u, 'expect.identifier'),
      open: request,
      at: selector,
      skip: z.array(z.string()).default(['']),
    }),
  ],
  'mistake.portal-each',
);

const feed = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/u, 'mistake.code'),
    ...windowSettings,
    browser: z.boolean().default(false),
    /** How the portal writes days: `{from}`, `{to}` (excluded), `{last}` (the last day asked for). */
    dates: z.enum(['yyyy-MM-dd', 'yyyyMMdd', 'yyyy/MM/dd', 'yyyy/M/d', 'yyyy.MM.dd', 'yyyy年MM月dd日']).default('yyyy-MM-dd'),
    each: each.optional(),
    steps: z.array(step).min(1),
    table: table.optional(),
    json: json.optional(),
    download: download.optional(),
    /** False when the portal never shows a whole day: deletions are then not taken over. */
    covers: z.boolean().default(true),
    max_rows: z.int().min(1).max(1_000_000).default(200_000),
  })
  .refine(({ table, json, download }) => [table, json, download].filter((one) => one !== undefined).length === 1, 'mistake.portal-result')
  .refine(({ download, each }) => !(download && each), { path: ['each'], message: 'mistake.portal-each-download' })
  .superRefine(({ browser, steps, download, json, table }, context) => {
    const wrong: readonly string[] = browser ? httpSteps : browserSteps;
    for (const [at, one] of steps.entries()) {
      const name = Object.keys(one)[0] ?? '';
      if (wrong.includes(name) && !(eitherSteps as readonly string[]).includes(name))
        context.addIssue({
          code: 'custom',
          path: ['steps', at, name],
          message: browser ? 'mistake.portal-http-step' : 'mistake.portal-browser-step',
        });
    }
    if (browser && table?.pages?.by === 'number')
      context.addIssue({ code: 'custom', path: ['table', 'pages', 'by'], message: 'mistake.portal-browser-pages' });
    if (browser && json) context.addIssue({ code: 'custom', path: ['json'], message: 'mistake.portal-http-step' });
    if (browser && download && !download.click)
      context.addIssue({ code: 'custom', path: ['download', 'click'], message: 'mistake.portal-click' });
    if (!browser && download?.click)
      context.addIssue({ code: 'custom', path: ['download', 'click'], message: 'mistake.portal-browser-step' });
  });
export type Feed = z.output<typeof feed>;
export type Step = z.output<typeof step>;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'mistake.time');

export const portalSettings = z
  .strictObject({
    base_url: z.url({ protocol: /^https?$/u }),
    /** Other hosts the portal may lead to. Everything else is refused. */
    hosts: z.array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/u, 'mistake.portal-host')).default([]),
    allow_private: z.boolean().default(false),
    /** Who allowed it, and what was agreed. Shown to people, never sent. */
    terms: z.string('mistake.portal-terms').min(4, 'mistake.portal-terms'),
    user: z.string().min(1).optional(),
    password: secretReference.optional(),
    ca: secretReference.optional(),
    /** Beijing time; outside of it nobody is asked. */
    hours: z.strictObject({ from: time, to: time }).optional(),
    requests_per_minute: z.int().min(1).max(6000).default(20),
    timeout_seconds: z.number().positive().max(600).default(60),
    max_answer_mb: z.int().min(1).max(512).default(32),
    /** Of pages that do not say so themselves. */
    charset: z.enum(['utf-8', 'gb18030', 'big5']).optional(),
    login: login.optional(),
    /** Any of these says that the session is over. Without it: any page that asks for a password. */
    logged_out: z.union([sign.transform((one) => [one]), z.array(sign).min(1)], 'mistake.portal-sign').optional(),
    logout: request.optional(),
    keep_alive: z.strictObject({ path: z.string().startsWith('/'), every_minutes: minutes.default(10) }).optional(),
    /** Form fields whose names change by themselves (`*` stands for anything). */
    changing_fields: z.array(z.string().min(1)).default([]),
    feeds: z.array(feed).min(1),
  })
  .refine(({ login, user, password }) => !login || (user !== undefined && password !== undefined), {
    path: ['password'],
    message: 'mistake.portal-account',
  })
  .refine(({ feeds }) => new Set(feeds.map(({ name }) => name)).size === feeds.length, {
    path: ['feeds'],
    message: 'mistake.portal-names',
  });
export type PortalSettings = z.output<typeof portalSettings>;
