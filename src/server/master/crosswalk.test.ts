import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import type { Hub } from '../../app/hub.js';
import { openHub } from '../../app/open-hub.js';
import { readSettings } from '../../app/settings.js';
import { addApiKey } from '../../db/api-key-store.js';
import { applyChange } from '../../db/master/change-master.js';
import { mergeRecords } from '../../db/master/merge-records.js';
import { linkKey } from '../../db/master/move-keys.js';
import { sayRecords } from '../../db/master/say-records.js';
import { undoDecisions } from '../../db/names/undo-decisions.js';
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-crosswalk-'));
let own: TestDatabase;
let hub: Hub;
let server: RunningProcess;
let key: string;
beforeAll(async () => {
  own = await createTestDatabase();
  hub = await openHub(readSettings({ HUILIU_HOME: home, DATABASE_URL: own.url }, process.cwd()));
  server = await startProcess(hub, createLog('silent'), {
    ...{ listen: { host: '127.0.0.1', port: 0 }, api: true, worker: false, scheduler: false },
  });
  key = (await addApiKey(hub.database, { name: 'bi', rights: ['read'], by: 'me' }))!;
  const say = (system: string, code: string, name: string) =>
    hub.database.transaction((trx) =>
      applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
        sayRecords(inner, batch, { system, records: [{ entity: 'customer', role: 'terminal', key: code, fields: { name } }] }),
      ),
    );
  await say('own', 'T1', '长沙市甲医院');
  await say('own', 'T2', '岳阳市乙医院');
  await say('finance', 'C001', '长沙甲院');
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

async function ask(query: Record<string, string>) {
  const headers = { authorization: `Bearer ${key}`, 'accept-language': 'en' };
  const answer = await fetch(`${server.url}/v1/crosswalk?${new URLSearchParams(query)}`, { headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test('a key means what it meant on that day, as far as was known at that moment', async () => {
  const before = new Date().toISOString();
  const meantBy = async (query: Record<string, string>) => ((await ask(query)).body['meant'] as { no: string }[]).map(({ no }) => no);
  const [[alone], [hospital]] = [await meantBy({ of: 'finance/C001' }), await meantBy({ of: 'T1' })];
  await linkKey(hub.database, 'finance/C001', 'T1', '2026-06-01', { actor: 'li', because: '电话确认', isPreview: false });

  expect(await ask({ of: 'finance/C001', asOf: '2026-06-01' })).toMatchObject({
    status: 200,
    body: {
      of: 'finance/C001',
      meant: [{ system: 'finance', key: 'C001', no: hospital, validFrom: '2026-06-01', validUntil: 'infinity' }],
    },
  });
  expect(await meantBy({ of: 'finance/C001', asOf: '2026-05-31' })).toEqual([alone]);
  expect(await meantBy({ of: 'finance/C001', asOf: '2026-06-01', knownAt: before })).toEqual([alone]);
  expect(await ask({ of: 'T1', asOf: '2026-06-01' })).toMatchObject({ body: { meant: [{ key: 'C001' }, { key: 'T1' }] } });
});

test('a key of a merged record meant the survivor while the merge was known, and today is told beside it', async () => {
  const how = { actor: 'li', isPreview: false };
  const { batchId } = await mergeRecords(hub.database, { loser: 'own/T2', survivor: 'T1', reason: 'x' }, how);
  const merged = new Date().toISOString();
  const meant = async (knownAt?: string) => (await ask({ of: 'own/T2', ...(knownAt && { knownAt }) })).body['meant'];
  expect(await meant()).toMatchObject([{ name: '岳阳市乙医院', survivor: { name: '长沙甲院' }, today: { name: '长沙甲院' } }]);
  await undoDecisions(hub.database, batchId, 'li');
  expect(await meant()).toMatchObject([{ survivor: { name: '岳阳市乙医院' }, today: { name: '岳阳市乙医院' } }]);
  expect(await meant(merged)).toMatchObject([{ survivor: { name: '长沙甲院' }, today: { name: '岳阳市乙医院' } }]);
});

test('a question that cannot be answered says what is wrong with it', async () => {
  expect(await ask({ of: 'finance/C999' })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('C999') } } });
  expect(await ask({ of: 'finance/C001', asOf: '2026-02-30' })).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('asOf') } },
  });
  expect(await ask({ of: 'finance/C001', knownAt: 'yesterday' })).toMatchObject({ status: 400 });
});
