import type pg from 'pg';
import { canonicalJson, sha256 } from '../../journey/map/canonical-json.js';
import { entityDefinitions } from '../../journey/map/entity-definitions.js';
import type { Policy } from '../../master/policy.js';
import { plainPolicy } from '../../master/policy.js';
import { policyOf } from '../../master/policy-of.js';

/**
 * The policies in use. They stand in the database, so that a changed definition changes no value behind anybody's back: it waits
 * for a rebuild. A database that has none yet takes those of the program.
 */
export async function readPolicies(client: pg.Client): Promise<(entity: string) => Policy> {
  let stored = await readStored(client);
  if (stored.size === 0) {
    await storePolicies(client);
    stored = await readStored(client);
  }
  return (entity) => stored.get(entity) ?? plainPolicy;
}

/** Puts the policies of the program in use. Returns the entities whose policy is another one now. */
export async function storePolicies(client: pg.Client): Promise<string[]> {
  const all = [...entityDefinitions()].map(([entity, definition]) => {
    const body = policyOf(definition);
    return { entity, body, version: sha256(canonicalJson(body)).slice(0, 12) };
  });
  const { rows } = await client.query<{ entity: string }>(
    `insert into master.policy (entity, version, body)
     select entity, version, body from jsonb_to_recordset($1) as p(entity text, version text, body jsonb)
     on conflict (entity) do update set version = excluded.version, body = excluded.body, since = now() where policy.version <> excluded.version
     returning entity`,
    [JSON.stringify(all)],
  );
  return rows.map(({ entity }) => entity);
}

async function readStored(client: pg.Client): Promise<Map<string, Policy>> {
  const { rows } = await client.query<{ entity: string; version: string; body: Omit<Policy, 'version'> }>(
    'select entity, version, body from master.policy',
  );
  return new Map(rows.map(({ entity, version, body }) => [entity, { ...body, version }]));
}
