import { findConnectors } from '../../app/find-connectors.js';
import { resolveSecret } from '../../app/resolve-secret.js';
import { secretStoreOf } from '../../app/secrets/secret-store-of.js';
import type { Settings } from '../../app/settings.js';
import type { Database } from '../../db/database.js';
import { listSources } from '../../db/source-store.js';
import { renderMessage } from '../../model/message.js';
import { knownTo } from '../known.js';
import { checkSource } from '../parse-source-file.js';
import type { Screen } from '../screen.js';
import { type Check, fail, ok } from './check.js';

/** Every source still fits its connector, its layouts and the master, and its secrets can be read (their values go nowhere). */
export async function checkSources(
  settings: Settings,
  database: Database,
  { text, language }: Pick<Screen, 'text' | 'language'>,
): Promise<Check[]> {
  const connectors = await findConnectors();
  const known = await knownTo({ settings, connectors, database });
  const sources = await listSources(database);
  const problems: string[] = [];
  const references = new Set<string>();
  for (const { id: _, ...source } of sources) {
    const { expects, ...rest } = source;
    const { mistakes } = await checkSource({ ...rest, ...(Object.keys(expects).length > 0 && { expects }) }, known);
    problems.push(...mistakes.map((mistake) => `${source.code}: ${renderMessage(mistake, language)}`));
    const values = source.settings as Record<string, unknown>;
    for (const name of connectors.get(source.connector)?.secrets ?? [])
      if (typeof values[name] === 'string' && source.enabled) references.add(values[name]);
  }
  const gone: string[] = [];
  const secrets = secretStoreOf(settings, database);
  for (const reference of references) {
    await resolveSecret(reference, secrets).catch(() => gone.push(reference));
  }
  return [
    problems.length === 0
      ? ok(text('doctor.sources'), text('doctor.sources-found', { count: sources.length }))
      : fail(text('doctor.sources'), problems.join('; '), text('doctor.sources-todo')),
    gone.length === 0
      ? ok(text('doctor.secrets'), text('doctor.secrets-found', { count: references.size }))
      : fail(text('doctor.secrets'), text('doctor.secrets-bad', { references: gone.join(', ') }), text('doctor.secrets-todo')),
  ];
}
