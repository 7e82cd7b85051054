import type { SourceIo } from '../../src/journey/collect/connector.js';
import { fillIn, type Values } from '../../src/journey/collect/fill-in.js';
import { cancelled, causeOf } from '../../src/journey/collect/network-fault.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { expectLook } from './expect-look.js';
import type { OpenBrowser } from './open-browser.js';
import { saidBy, shows } from './page.js';
import { type PortalSession, SessionOver } from './portal-session.js';
import { requestOf } from './request-of.js';
import type { Step } from './settings.js';
import { takeFrom } from './take-from.js';

const sliceMs = 1000;

/**
 * Takes the steps of a recipe in a browser and returns the values with those it took on the way. What it touches has to be the kind of
 * field it was when somebody agreed to it. `before` may add values a step needs (the answer to a question) just before it is taken.
 */
export async function walkBrowser(
  where: string,
  steps: readonly Step[],
  given: Values,
  { tab, page, screenshot, timeoutMs }: OpenBrowser,
  session: PortalSession,
  io: SourceIo,
  before: (step: Step, values: Values) => Promise<Values> = async (_, values) => values,
): Promise<Values> {
  const { site } = session;
  let values = given;
  for (const [at, step] of steps.entries()) {
    const name = `${where}.${at}`;
    values = await before(step, values);
    const did =
      Object.entries(step).map(([what, how]) => `${what} ${typeof how === 'string' ? how : Object.keys(how as object).join(', ')}`)[0] ??
      '';
    await doing(name, did, io, site.place.hide, () => one(step, name));
    io.watch?.({ step: name, did, status: null, bytes: null, found: causeOf(tab.url(), site.place.hide), rows: null });
  }
  return values;

  async function one(step: Step, name: string): Promise<void> {
    if (step.goto !== undefined) {
      await site.pace();
      await tab.goto(requestOf(fillIn(step.goto, values), {}, site, {}).url.href, { waitUntil: 'load' });
    } else if (step.fill) {
      await expectFields(Object.keys(step.fill), step, name);
      for (const [selector, value] of Object.entries(step.fill)) await tab.fill(selector, fillIn(value, values));
    } else if (step.choose) {
      await expectFields(Object.keys(step.choose), step, name);
      for (const [selector, value] of Object.entries(step.choose)) await tab.selectOption(selector, fillIn(value, values));
    } else if (step.click !== undefined) {
      await expectFields([step.click], step, name);
      await site.pace();
      await tab.click(step.click);
      await tab.waitForLoadState('load');
    } else if (step.wait !== undefined) {
      await waitFor(step.wait);
    } else if (step.take) {
      const now = await page();
      for (const [key, how] of Object.entries(step.take)) {
        const found = takeFrom(now, how);
        const told = {
          source: io.source,
          page: now.url.pathname,
          name: key,
          at: typeof how === 'string' ? how : (how.at ?? how.pattern ?? ''),
        };
        if (found === null) throw new HubError('config', message('portal.value-missing', told));
        values = { ...values, [key]: found };
      }
    } else if (step.expect) {
      const now = await page();
      if (shows(now, step.expect)) return;
      const told = { source: io.source, page: now.url.pathname, step: name, expected: Object.values(step.expect).join(' ') };
      throw new HubError('config', message('portal.not-expected', { ...told, cause: saidBy(now, site.place.hide) }));
    }
  }

  /** In slices: a page that shows its login meanwhile will never show what is waited for. */
  async function waitFor(selector: string): Promise<void> {
    for (let waited = sliceMs; ; waited += sliceMs) {
      const found = await tab.waitForSelector(selector, { timeout: sliceMs }).catch((error: unknown) => {
        if (waited >= timeoutMs || io.signal.aborted || tab.isClosed()) throw error;
        return null;
      });
      if (found) return;
      if (!where.startsWith('login')) session.expectInside(await page());
    }
  }

  async function expectFields(selectors: readonly string[], step: Step, name: string): Promise<void> {
    const lines: string[] = [];
    for (const selector of selectors) {
      const field = tab.locator(selector).first();
      const isThere = await field.waitFor({ state: 'attached' }).then(
        () => true,
        () => false,
      );
      // What a page does with an element, `document` and the like, is not ours to type.
      const kind = isThere
        ? await field.evaluate((element: { tagName: string; getAttribute(name: string): string | null }) =>
            [element.tagName.toLowerCase(), element.getAttribute('type') ?? '', element.getAttribute('name') ?? ''].join(' ').trim(),
          )
        : '—';
      lines.push(`field ${selector} ${kind}`);
    }
    await expectLook(
      name,
      step,
      lines.some((line) => line.endsWith(' —')) ? [...lines, 'missing'] : lines,
      screenshot,
      missingIsNoLook(lines, io),
    );
  }
}

/** A first look at a field that is not there is none to agree to: the step then fails by itself. */
function missingIsNoLook(lines: readonly string[], io: SourceIo): SourceIo {
  if (!io.memory || !lines.some((line) => line.endsWith(' —'))) return io;
  return { ...io, memory: { ...io.memory, approveFirstLook: async () => undefined } };
}

/** What a browser says when a step does not work, as a fault: no connection may pass, anything else is the page's. */
export async function doing<Result>(
  step: string,
  did: string,
  io: SourceIo,
  hide: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubError || error instanceof SessionOver) throw error;
    if (io.signal.aborted) throw cancelled({ source: io.source, where: step });
    const cause = causeOf(String(error instanceof Error ? error.message : error).split('\n')[0], hide);
    const isPassing = /net::ERR|closed|crash/iu.test(cause) && !/BLOCKED_BY_CLIENT|ERR_ABORTED/u.test(cause);
    throw new HubError(
      isPassing ? 'transient' : 'source-data',
      message('portal.browser-step-failed', { source: io.source, step, did, cause }),
    );
  }
}
