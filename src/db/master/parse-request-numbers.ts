import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { RequestFilter } from './change-requests.js';

/** Numbers of requests as people write them: `12`, `15-40`, `12,15-40`. Throws a HubError for anything else. */
export function parseRequestNumbers(given: readonly string[]): Required<Pick<RequestFilter, 'ids' | 'ranges'>> {
  const ids = new Set<string>();
  const ranges: { low: string; high: string }[] = [];
  for (const word of given.flatMap((one) => one.split(/[,，、]/u)).filter((one) => one.trim() !== '')) {
    const found = /^\s*#?(\d{1,18})(?:\s*[-–~]\s*#?(\d{1,18}))?\s*$/u.exec(word);
    const [, low, high] = found ?? [];
    if (low === undefined || (high !== undefined && BigInt(high) < BigInt(low)))
      throw new HubError('config', message('golden.bad-request-number', { given: word.trim() }));
    if (high === undefined) ids.add(BigInt(low).toString());
    else ranges.push({ low, high });
  }
  return { ids: [...ids], ranges };
}
