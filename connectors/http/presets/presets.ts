import { z } from 'zod';
import { found } from '../../../src/model/check-value.js';
import { oneOf } from '../../../src/model/describe-schema.js';
import { plainSettings } from '../settings.js';
import { jiuzhoutong } from './jiuzhoutong.js';
import { kingdee } from './kingdee.js';
import { odata } from './odata.js';
import type { Preset } from './preset.js';
import { seeyon } from './seeyon.js';
import { u8openapi } from './u8-openapi.js';

const presets: Readonly<Record<string, Preset>> = { kingdee, seeyon, jiuzhoutong, odata, 'u8-openapi': u8openapi };

/** Settings of a source: whole, or `preset` with what that preset needs (README). */
export const httpSettings = z
  .record(z.string(), z.unknown())
  .transform((given, context) => {
    const { preset, ...rest } = given;
    if (preset === undefined) return given;
    const recipe = presets[String(preset)];
    if (recipe) return expand(recipe, rest);
    context.addIssue(found(['preset'], oneOf(Object.keys(presets))));
    return z.NEVER;
  })
  .pipe(plainSettings);

function expand(recipe: Preset, given: Record<string, unknown>): Record<string, unknown> {
  const feeds = (Array.isArray(given['feeds']) ? given['feeds'] : []) as Record<string, unknown>[];
  const made = feeds.map((feed) => recipe(given, feed));
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !ofPresets.has(key)));
  return {
    ...made[0]?.site,
    ...own,
    feeds: feeds.map((feed, place) => ({
      ...made[place]?.feed,
      ...Object.fromEntries(Object.entries(feed).filter(([key]) => !ofPresets.has(key))),
    })),
  };
}

/** Settings that only presets know. */
const ofPresets = new Set([
  'account',
  'language',
  'form_id',
  'fields',
  'filter',
  'order',
  'template',
  'entity',
  'select',
  'date_field',
  'interface',
  'app',
]);
