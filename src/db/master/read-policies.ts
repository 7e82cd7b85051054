import type pg from 'pg';
import { type Policy, plainPolicy } from '../../master/policy.js';

/** The policy in use of an entity; one that says nothing where none is stored. */
export async function readPolicies(client: pg.Client): Promise<(entity: string) => Policy> {
  const { rows } = await client.query<{ entity: string; version: string; body: Omit<Policy, 'version'> }>(
    'select entity, version, body from master.policy',
  );
  const policies = new Map(rows.map(({ entity, version, body }) => [entity, { ...body, version }]));
  return (entity) => policies.get(entity) ?? plainPolicy;
}
