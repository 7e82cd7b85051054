import type { Database } from '../src/db/database.js';
import { applyChange } from '../src/db/master/change-master.js';
import { mergeRecords } from '../src/db/master/merge-records.js';
import { linkKey, splitKeys } from '../src/db/master/move-keys.js';
import { overrideValue } from '../src/db/master/override-value.js';
import { type SaidRecord, sayRecords } from '../src/db/master/say-records.js';
import { undoDecisions } from '../src/db/names/undo-decisions.js';
import { HubError } from '../src/model/hub-error.js';

export type Chance = () => number;
export const pick = <T>(chance: Chance, from: readonly T[]): T => from[Math.floor(chance() * from.length)]!;
const moment = (chance: Chance) => `2026-0${1 + Math.floor(chance() * 9)}-1${Math.floor(chance() * 9)}T08:00:00.000Z`;

interface Sent {
  readonly system: string;
  readonly orderKey: string;
  readonly records: SaidRecord[];
}

export function aSending(chance: Chance, n: number, codes = ['91350100M000100Y43', '123', '']): Sent {
  const system = pick(chance, ['own', 'oa', 'finance']);
  const keys = ['K1', 'K2', 'K3', 'K4', 'K5', 'K6'].filter(() => chance() < 0.4);
  const records = keys.map(
    (key): SaidRecord => ({
      ...{ entity: 'customer', role: key === 'K6' ? 'supplier' : key === 'K5' ? 'distributor' : 'terminal', key },
      fields: {
        name: pick(chance, ['甲医院', '乙医院', 'C001', '']),
        credit_code: pick(chance, codes),
        province: pick(chance, ['湖南省', '湖北省', '']),
        city: pick(chance, ['长沙市', '']),
        phone: pick(chance, ['0731-84300000', 'x', '']),
        former_names: pick(chance, ['旧名', '旧名；更旧的名', '']),
      },
      changedAt: chance() < 0.5 ? moment(chance) : null,
      isVoid: chance() < 0.1,
    }),
  );
  return { system, orderKey: `${moment(chance)}|${n}`, records };
}

/** Loads what a system sent, as a batch of its own. */
export const load = (database: Database, { system, orderKey, records }: Sent) =>
  database.transaction((trx) =>
    applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) => sayRecords(inner, batch, { system, orderKey, records })),
  );

async function aKey(database: Database, chance: Chance): Promise<string> {
  const keys = await database('master.source_key').orderBy('id').select('system', 'role', 'key');
  const { system, role, key } = keys.length > 0 ? pick(chance, keys) : { system: 'x', role: 'x', key: 'x' };
  return `${system}/${role}/${key}`;
}

async function aRecord(database: Database, chance: Chance): Promise<string> {
  const all: string[] = await database('master.record').orderBy('id').pluck('no');
  return all.length > 0 ? pick(chance, all) : 'KH0';
}

/** Anything that may happen to the master: a load, a move, a merge, an override, an undo. What a person may not do is refused and changes nothing. */
export async function something(database: Database, chance: Chance, n: number): Promise<void> {
  await attempt(database, chance, n).catch((error: unknown) => {
    if (!(error instanceof HubError)) throw error;
  });
}

async function attempt(database: Database, chance: Chance, n: number): Promise<void> {
  const dice = chance();
  const rest = { actor: 'wang', because: 'x', isPreview: chance() < 0.1 };
  const since = pick(chance, ['always', 'always', '2026-03-01', '2026-06-01']);
  if (dice < 0.4 || n < 3) await load(database, aSending(chance, n));
  else if (dice < 0.5) await linkKey(database, await aKey(database, chance), await aRecord(database, chance), since, rest);
  else if (dice < 0.58) await splitKeys(database, [await aKey(database, chance)], since, rest);
  else if (dice < 0.68)
    await mergeRecords(database, { loser: await aRecord(database, chance), survivor: await aRecord(database, chance), reason: 'x' }, rest);
  else if (dice < 0.78) {
    const override = { attribute: pick(chance, ['name', 'city', 'phone']), value: pick(chance, ['人说的', '']), because: 'x', until: null };
    await overrideValue(database, await aRecord(database, chance), override, rest);
  } else {
    const batches: string[] = await database('matching.batch').orderBy('id').pluck('id');
    if (batches.length > 0) await undoDecisions(database, pick(chance, batches), 'li');
  }
}
