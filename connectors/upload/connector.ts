import { z } from 'zod';
import type { Connector } from '../../src/journey/collect/connector.js';

const settings = z.strictObject({});

/** A source without a feed: its files come by `huiliu upload`, the API or a link, never by themselves. There is nothing to collect. */
const upload: Connector<z.output<typeof settings>> = {
  name: 'upload',
  settings,
  secrets: [],
  async check() {},
  async *list() {},
  // biome-ignore lint/correctness/useYield: nothing is listed, so nothing is fetched
  async *fetch() {
    throw new Error('nothing was listed');
  },
};
export default upload;
