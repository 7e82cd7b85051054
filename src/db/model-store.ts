import { createHash } from 'node:crypto';
import type { ModelFile } from '../journey/match/score/load-model.js';
import type { Database } from './database.js';

/** A model that was fitted here. `isInUse`: the matcher works with it. */
export interface StoredModel {
  readonly id: string;
  readonly version: string;
  readonly base: string;
  readonly trainedOn: object;
  readonly metrics: object;
  readonly diff: object;
  readonly contentHash: string;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly isInUse: boolean;
}

interface NewModel {
  readonly model: ModelFile;
  readonly base: string;
  readonly trainedOn: object;
  readonly metrics: object;
  readonly diff: object;
  readonly actor: string;
}

/** Keeps a candidate; it is not used until somebody promotes it. Returns its id. */
export async function addModel(database: Database, { model, base, trainedOn, metrics, diff, actor }: NewModel): Promise<string> {
  const content = JSON.stringify(model);
  const [row] = await database('matching.model').insert(
    {
      ...{ version: model.version, base, content, content_hash: createHash('sha256').update(content).digest('hex') },
      ...{ trained_on: JSON.stringify(trainedOn), metrics: JSON.stringify(metrics), diff: JSON.stringify(diff), made_by: actor },
    },
    ['id'],
  );
  await database('ledger.event').insert({ actor, verb: 'model-learn', object: `model:${model.version}`, detail: { trainedOn, metrics } });
  return String(row.id);
}

/** All models, the newest first. */
export async function listModels(database: Database): Promise<StoredModel[]> {
  const inUse = await idInUse(database);
  const rows = await database('matching.model')
    .orderBy('id', 'desc')
    .select({
      ...{ id: 'id', version: 'version', base: 'base', trainedOn: 'trained_on', metrics: 'metrics', diff: 'diff' },
      ...{ contentHash: 'content_hash', madeBy: 'made_by', madeAt: 'made_at' },
    });
  return rows.map((row) => ({ ...row, id: String(row.id), isInUse: String(row.id) === inUse }));
}

/** The model to match with; null is the one that ships. */
export async function readModelInUse(database: Database): Promise<ModelFile | null> {
  const id = await idInUse(database);
  const row = id === null ? undefined : await database('matching.model').where({ id }).first('content');
  return (row?.content as ModelFile | undefined) ?? null;
}

/** Uses a model from the next matching on (null: the one that ships). Nothing is decided again by that alone. */
export async function useModel(
  database: Database,
  modelId: string | null,
  { verb, actor, reason }: { verb: 'promote' | 'rollback'; actor: string; reason: string },
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('matching.model_event').insert({ verb, model_id: modelId, actor, reason });
    await trx('ledger.event').insert({ actor, verb: `model-${verb}`, object: `model:${modelId ?? 'shipped'}`, detail: { reason } });
  });
}

/** The model that was in use before the one in use: undefined when there never was another. */
export async function previousModel(database: Database): Promise<string | null | undefined> {
  const events = await database('matching.model_event').orderBy('id', 'desc').select('model_id');
  const ids = [...events.map(({ model_id: id }) => (id === null ? null : String(id))), null];
  return events.length === 0 ? undefined : ids.find((id) => id !== ids[0]);
}

async function idInUse(database: Database): Promise<string | null> {
  const event = await database('matching.model_event').orderBy('id', 'desc').first('model_id');
  return event?.model_id ? String(event.model_id) : null;
}
