import { z } from 'zod';
import { found } from '../../../src/model/check-value.js';
import { oneOf } from '../../../src/model/describe-schema.js';
import { HubError } from '../../../src/model/hub-error.js';
import { message } from '../../../src/model/message.js';
import { databaseSettings } from '../settings.js';
import { ecology } from './ecology.js';
import { k3 } from './k3.js';
import { nc } from './nc.js';
import type { Preset } from './preset.js';
import { sap } from './sap.js';
import { u8 } from './u8.js';

const presets: Readonly<Record<string, Preset>> = { u8, nc, k3, ecology, sap };

/** What a feed says to its preset and the connector does not know. */
const ofPresets = new Set(['ask', 'form', 'detail', 'fields']);

/** Settings of a source: whole, or `preset` with feeds that say what they `ask`; what a feed says itself wins. */
export const sourceSettings = z
  .record(z.string(), z.unknown())
  .transform((given, context) => {
    const { preset: name, ...rest } = given;
    if (name === undefined) return given;
    const preset = presets[String(name)];
    if (!preset) {
      context.addIssue(found(['preset'], oneOf(Object.keys(presets))));
      return z.NEVER;
    }
    const feeds = (Array.isArray(given['feeds']) ? given['feeds'] : []) as Record<string, unknown>[];
    const made = feeds.map((feed, at) => {
      const ask = preset[String(feed['ask'] ?? feed['name'])];
      if (!ask && feed['sql'] === undefined) context.addIssue(found(['feeds', at, 'ask'], oneOf(Object.keys(preset))));
      const own = Object.fromEntries(Object.entries(feed).filter(([key]) => !ofPresets.has(key)));
      try {
        return { ...ask?.(feed), ...own };
      } catch (error) {
        context.addIssue(
          found(['feeds', at], error instanceof HubError ? error.told : message('mistake.preset', { cause: String(error) })),
        );
        return own;
      }
    });
    return { ...rest, feeds: made };
  })
  .pipe(databaseSettings);
