import { createHash } from 'node:crypto';
import { shanghaiDay } from '../../model/shanghai-day.js';
import type { Observed } from './connector.js';
import { type PullWindow, pullWindows } from './pull-windows.js';

type Feed = { readonly name: string } & Parameters<typeof pullWindows>[0];

/** All windows of all feeds as objects to fetch, oldest first. `asked` is what the answer depends on besides the day; `extension` names its form. */
export function observePulls<OneFeed extends Feed>(
  feeds: readonly OneFeed[],
  now: Date,
  asked: (feed: OneFeed) => unknown,
  extension: (feed: OneFeed) => string = () => 'ndjson',
): Observed[] {
  return feeds
    .flatMap((feed) => pullWindows(feed, now))
    .toSorted((a, b) => ((a.day ?? '') < (b.day ?? '') ? -1 : 1))
    .map(({ feed, day, isSettled }) => {
      const digest = createHash('sha256')
        .update(JSON.stringify(asked(feed)))
        .digest('hex')
        .slice(0, 16);
      return {
        locator: locatorOf({ feed, day }),
        name: `${feed.name}_${day ?? 'all'}.${extension(feed)}`,
        byteCount: null,
        sentAt: now,
        ready: true,
        frozen: isSettled,
        fingerprint: isSettled ? digest : `${digest}:${shanghaiDay(now)}`,
        about: { feed: feed.name, ...(day !== null && { day }) },
      };
    });
}

/** The window behind an object; undefined when the settings no longer have it. */
export function windowOf<OneFeed extends Feed>(observed: Observed, feeds: readonly OneFeed[], now: Date): PullWindow<OneFeed> | undefined {
  return feeds.flatMap((feed) => pullWindows(feed, now)).find((window) => locatorOf(window) === observed.locator);
}

function locatorOf({ feed, day }: { readonly feed: Feed; readonly day: string | null }): string {
  return `${feed.name}/${day ?? 'all'}`;
}
