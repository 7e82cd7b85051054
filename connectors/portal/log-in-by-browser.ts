import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled } from '../../src/journey/collect/network-fault.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { loginValues, waits } from './log-in.js';
import { browserOf } from './open-browser.js';
import { asksForPassword, saidBy, shows } from './page.js';
import type { PortalSession } from './portal-session.js';
import type { PortalSettings, Step } from './settings.js';
import { doing, walkBrowser } from './walk-browser.js';

/**
 * Logs in where only a browser can. A page with script cannot be taken up later, so a question is waited for with the page open, as long as
 * the portal takes an answer; then the login is given up with `portal.waits-for-answer`.
 */
export function logInByBrowser(settings: PortalSettings, session: PortalSession, io: SourceIo): Promise<void> {
  return doing('login', 'browser', io, session.site.place.hide, () => logIn(settings, session, io));
}

async function logIn(settings: PortalSettings, session: PortalSession, io: SourceIo): Promise<void> {
  const login = settings.login!;
  const { site, account } = session;
  const browser = await browserOf(session, settings, io);
  let asked: string | null = null;
  const steps: Step[] = [{ goto: login.path } as Step, ...(login.steps.length > 0 ? login.steps : stepsOf(login))];
  await walkBrowser('login', steps, loginValues(settings, site), browser, session, io, async (step, values) => {
    const needsAnswer = login.question && !('answer' in values) && JSON.stringify(step).includes('{answer}');
    return needsAnswer ? { ...values, answer: await answer() } : values;
  });
  const isIn = await loggedIn();
  if (asked !== null) await io.memory?.endQuestion(asked, isIn ? 'accepted' : 'refused');
  if (!isIn) {
    const page = await browser.page();
    const told = { source: io.source, where: site.place.where, cause: saidBy(page, site.place.hide, login.error_at) };
    if (login.question?.wrong.some((text) => page.text().includes(text)))
      throw new HubError('auth', message('portal.answer-refused', told));
    throw new HubError('auth', message('connect.refused-login', { ...told, user: settings.user ?? '', secret: settings.password ?? '' }));
  }
  await browser.giveBack();

  async function loggedIn(): Promise<boolean> {
    const until = Date.now() + settings.timeout_seconds * 1000;
    do {
      const page = await browser.page();
      if (login.ok ? shows(page, login.ok) : !asksForPassword(page)) return true;
      if (
        login.error_at !== undefined &&
        (await browser.tab
          .locator(login.error_at)
          .first()
          .isVisible()
          .catch(() => false))
      )
        return false;
      await pause(150);
    } while (Date.now() < until);
    return false;
  }

  async function answer(): Promise<string> {
    const { kind, ask: prompt, image: selector, minutes } = login.question!;
    const image =
      selector === undefined
        ? null
        : await doing('login', selector, io, site.place.hide, async () => ({
            bytes: await browser.tab.locator(selector).first().screenshot(),
            type: 'image/png',
          }));
    const now = await io.askNow?.({ kind, prompt, image });
    if (now) return now;
    const expiresAt = new Date(io.now().getTime() + minutes * 60_000);
    const until = Date.now() + minutes * 60_000;
    asked = (await io.memory?.ask({ account, kind, prompt, image, expiresAt, state: '' })) ?? '-';
    while (io.memory && !io.askNow && Date.now() < until) {
      const found = await io.memory.findQuestion(account);
      if (found?.id !== asked) break;
      if (found.answer !== null) return found.answer;
      await pause(500);
    }
    throw waits({ id: asked, kind, prompt, expiresAt }, io, site);
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: io.signal }).catch(() => {
      throw cancelled(site.place);
    });
  }
}

/** Fields by their names, as in a recipe without a browser. */
function stepsOf({ fields, press, question }: NonNullable<PortalSettings['login']>): Step[] {
  const at = (name: string) => (/^[\w-]+$/u.test(name) ? `[name="${name}"]` : name);
  const fill: Record<string, string> = Object.fromEntries(Object.entries(fields).map(([name, value]) => [at(name), value]));
  if (question) fill[at(question.field)] = '{answer}';
  return [{ fill } as Step, { click: press === undefined ? '[type=submit]' : at(press) } as Step];
}
