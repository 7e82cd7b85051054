import { CookieJar, type SerializedCookieJar } from 'tough-cookie';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { Values } from '../../src/journey/collect/fill-in.js';
import type { KeptQuestion } from '../../src/journey/collect/source-memory.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { shanghaiMoment } from '../../src/model/shanghai-moment.js';
import { expectLook, withoutChanging } from './expect-look.js';
import { type FilledForm, fillForm } from './fill-form.js';
import { asksForPassword, type Page, saidBy, shows } from './page.js';
import type { Ask, PortalSite } from './portal-site.js';
import { requestOf } from './request-of.js';
import type { FormSettings, PortalSettings, QuestionSettings } from './settings.js';

type Login = NonNullable<PortalSettings['login']>;
type LoginForm = FormSettings & { readonly question?: QuestionSettings | undefined };

/** Where a login stands that waits for a person: sealed in the memory, so that another process can go on with it. */
interface HalfLogin {
  readonly jar: SerializedCookieJar;
  readonly form: number;
  readonly ask: Omit<Ask, 'url'> & { readonly url: string };
  readonly field: string;
}

/**
 * Logs in as the recipe says, form by form. A picture or code that only a person can read is kept as a question, and the login ends here
 * with `portal.waits-for-answer`; called again after an answer, it goes on from that very form. It never tries to read one itself.
 */
export async function logIn(settings: PortalSettings, login: Login, site: PortalSite, io: SourceIo, account: string): Promise<Page> {
  const forms: readonly LoginForm[] = [login, ...(login.second ? [login.second] : [])];
  const values: Values = loginValues(settings, site);
  const asked = await io.memory?.findQuestion(account);
  const isOpen = asked && asked.expiresAt > io.now();
  if (asked && isOpen && asked.answer === null && !io.askNow) throw waits(asked, io, site);

  let at = 0;
  let page: Page;
  if (asked && isOpen && asked.answer !== null) {
    const half = JSON.parse(asked.state) as HalfLogin;
    site.jar = CookieJar.deserializeSync(half.jar);
    page = await submit(half.ask, half.field, asked.answer, half.form);
    await judge(page, forms[half.form]!.question!, asked.id, half.form);
    at = half.form + 1;
  } else {
    site.jar = new CookieJar(undefined, { rejectPublicSuffixes: false });
    page = await site.ask(requestOf(login.path, values, site, settings), 'login');
  }
  for (; at < forms.length; at++) {
    const { question, ...form } = forms[at]!;
    const fields = question && !(question.field in form.fields) ? { ...form.fields, [question.field]: '' } : form.fields;
    const filled = fillForm(page, { ...form, fields }, values, io.source);
    await expectForm(page, filled, form, at);
    if (!question) {
      page = await site.ask(filled.ask, stepOf(at));
      continue;
    }
    const [answer, id] = await answerTo(question, filled, page, at);
    page = await submit({ ...filled.ask, url: filled.ask.url.href }, question.field, answer, at);
    await judge(page, question, id, at);
  }
  expectLoggedIn(page);
  return page;

  async function answerTo(
    question: QuestionSettings,
    filled: FilledForm,
    page: Page,
    form: number,
  ): Promise<[answer: string, id: string | null]> {
    if (question.send) await site.ask(requestOf(question.send, values, site, settings), stepOf(form));
    const image = question.image === undefined ? null : await imageOf(question.image, page, form);
    const { kind, ask: prompt } = question;
    if (io.askNow) {
      const answer = await io.askNow({ kind, prompt, image });
      if (answer !== null) return [answer, null];
    }
    const half: HalfLogin = {
      ...{ jar: site.jar.serializeSync()!, form, field: question.field },
      ask: { ...filled.ask, url: filled.ask.url.href },
    };
    const expiresAt = new Date(io.now().getTime() + question.minutes * 60_000);
    const kept = { account, kind, prompt, image, expiresAt, state: JSON.stringify(half) };
    const id = (await io.memory?.ask(kept)) ?? '-';
    throw waits({ id, kind, prompt, expiresAt }, io, site);
  }

  async function imageOf(selector: string, page: Page, form: number) {
    const source = page.$()(selector).first().attr('src');
    if (source === undefined)
      throw new HubError(
        'config',
        message('portal.question-image-missing', { source: io.source, page: page.url.pathname, image: selector }),
      );
    const data = /^data:([\w/+.-]+);base64,(.*)$/su.exec(source);
    if (data) return { bytes: Buffer.from(data[2]!, 'base64'), type: data[1]! };
    const url = new URL(source, page.url);
    const answer = await site.ask({ url, method: 'GET', charset: page.charset, referer: page.url.href }, stepOf(form));
    return { bytes: answer.bytes, type: answer.type.split(';')[0]!.trim() };
  }

  function submit(ask: HalfLogin['ask'], field: string, answer: string, form: number): Promise<Page> {
    const pairs = (ask.pairs ?? []).map(([name, value]) => [name, name === field ? answer : value] as const);
    return site.ask({ ...ask, url: new URL(ask.url), pairs }, stepOf(form));
  }

  /** A wrong answer is a person's slip, not a wrong password: the next time a new question is asked. */
  async function judge(page: Page, question: QuestionSettings, id: string | null, form: number): Promise<void> {
    const isLast = form === forms.length - 1;
    const said = saidBy(page, site.place.hide, login.error_at);
    const isIn = isLast ? isLoggedIn(page) : !asksForPassword(page) || forms[form + 1] !== undefined;
    const isWrong = !isIn && question.wrong.some((text) => said.includes(text) || (asksForPassword(page) && alertIn(page, text)));
    if (id !== null) await io.memory?.endQuestion(id, isWrong ? 'refused' : 'accepted');
    if (isWrong) throw new HubError('auth', message('portal.answer-refused', { source: io.source, where: site.place.where, cause: said }));
  }

  function expectLoggedIn(page: Page): void {
    if (isLoggedIn(page)) return;
    const told = { source: io.source, where: site.place.where, cause: saidBy(page, site.place.hide, login.error_at) };
    if (asksForPassword(page))
      throw new HubError('auth', message('connect.refused-login', { ...told, user: settings.user ?? '', secret: settings.password ?? '' }));
    throw new HubError('auth', message('portal.login-unproven', told));
  }

  function isLoggedIn(page: Page): boolean {
    return login.ok ? shows(page, login.ok) : !asksForPassword(page);
  }

  async function expectForm(page: Page, filled: FilledForm, form: FormSettings, at: number): Promise<void> {
    const lines = withoutChanging(filled.look, settings.changing_fields);
    await expectLook(stepOf(at), form, lines, async () => ({ bytes: page.bytes, type: page.type || 'text/html' }), io);
  }
}

function alertIn(page: Page, text: string): boolean {
  return new RegExp(`alert\\([^)]*${text.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&')}`, 'u').test(page.text());
}

const stepOf = (form: number): string => (form === 0 ? 'login' : 'login.second');

export const loginValues = ({ user = '' }: PortalSettings, { password, hashed }: PortalSite): Values => ({
  ...{ user, password, password_md5: hashed.md5, password_base64: hashed.base64 },
});

export function waits(
  { id, kind, prompt, expiresAt }: Pick<KeptQuestion, 'id' | 'kind' | 'prompt' | 'expiresAt'>,
  io: SourceIo,
  site: PortalSite,
): HubError {
  const until = shanghaiMoment(expiresAt);
  const shown = prompt === '' ? '' : ` (${prompt})`;
  return new HubError(
    'auth',
    message('portal.waits-for-answer', { source: io.source, where: site.place.where, what: kind, prompt: shown, id, until }),
  );
}
