import { createHash } from 'node:crypto';
import type { Source } from '../db/source-store.js';
import { pinnedVersion } from '../journey/map/compile-layout.js';
import type { StepTools } from './steps/step-tools.js';

/** Raised when the same bytes and layouts would give other rows than before. */
const journeyVersion = 4;

/** What the result of loading depends on besides the bytes. Same bytes and same version = the finished result stands. */
export function logicVersionOf(
  source: Pick<Source, 'layouts' | 'hints' | 'constants'>,
  { layouts, dictionary }: Pick<StepTools, 'layouts' | 'dictionary'>,
  waived: object = {},
): string {
  const versions = source.layouts.map((code) => {
    const layout = layouts.get(code);
    return layout ? pinnedVersion(layout, dictionary) : `missing:${code}`;
  });
  const content = JSON.stringify([journeyVersion, versions, source.hints, source.constants, Object.keys(waived).toSorted()]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
