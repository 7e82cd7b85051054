import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.js';
import type { Hub } from '../../app/hub.js';
import { openHub } from '../../app/open-hub.js';
import { readSettings } from '../../app/settings.js';
import { addApiKey } from '../../db/api-key-store.js';
import { applyChange } from '../../db/master/change-master.js';
import { askForChange } from '../../db/master/change-requests.js';
import { overrideValue } from '../../db/master/override-value.js';
import { sayRecords } from '../../db/master/say-records.js';
import { type Right, rights } from '../../model/right.js';
import { features } from '../features.js';
import { createLog } from '../log.js';
import { type RunningProcess, startProcess } from '../start-process.js';
import { listRoutes } from './list-routes.js';

const home = mkdtempSync(join(tmpdir(), 'huiliu-times-'));
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
  key = (await addApiKey(hub.database, { name: 'all', rights: Object.keys(rights) as Right[], by: 'me' }))!;
  const say = (phone: string) =>
    hub.database.transaction((trx) =>
      applyChange(trx, { kind: 'edit', actor: 'hub', detail: {} }, (inner, batch) =>
        sayRecords(inner, batch, {
          ...{
            system: 'finance',
            records: [{ entity: 'customer', role: 'terminal', key: 'C001', fields: { name: '长沙市甲医院', phone } }],
          },
        }),
      ),
    );
  await say('0731-1');
  const phone = { attribute: 'phone', value: '0731-9', because: 'x', until: null };
  await overrideValue(hub.database, 'finance/C001', phone, { actor: 'li', isPreview: false });
  await say('0731-2');
  const asked = { kind: 'rename' as const, record: 'finance/C001', fields: { name: '长沙市乙医院' }, reason: 'x', seen: [] };
  await askForChange(hub.database, asked, 'wang');
});
afterAll(async () => {
  await server.close();
  await hub.close();
  await own.drop();
  rmSync(home, { recursive: true, force: true });
});

const controllers = features.flatMap((feature) => Reflect.getMetadata('controllers', feature) as Type[]);
const described = listRoutes(controllers).filter(({ description, path }) => description !== null && path !== '/v1/openapi.json');
/** A time that is not `2026-11-22T09:48:41.540Z`: PostgreSQL's, or one of another zone. */
const otherTime = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}[^"]*|\d{4}-\d{2}-\d{2}T[\d:.]+(?![\d:.Z])[^"]*/u;

async function ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { status: answer.status, text: await answer.text() };
}

test('what is known of a key, asked and ended says when, in UTC', async () => {
  const iso = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,6}Z$/u);
  const read = async (path: string) => JSON.parse((await ask('GET', path)).text);
  expect(await read('/v1/change-requests')).toMatchObject([{ askedAt: iso }]);
  expect(await read('/v1/change-requests/1')).toMatchObject({ askedAt: iso });
  expect(await read('/v1/ended-overrides')).toMatchObject([{ endedAt: iso }]);
  const { meant } = await read('/v1/crosswalk?of=finance%2FC001');
  expect(meant).toMatchObject([{ knownFrom: iso, knownUntil: 'infinity', validFrom: '-infinity' }]);
  // Known from then on: asked back at that very moment it is there.
  expect((await read(`/v1/crosswalk?of=finance%2FC001&knownAt=${meant[0].knownFrom}`)).meant).toEqual(meant);
});

test('no answer of any route holds a time that is not ISO 8601 in UTC, nor does its example', async () => {
  const { no } = await hub.database('master.record').first('no');
  const ids: Readonly<Record<string, string>> = { no, id: '1', month: '2026-10' };
  const answered: string[] = [];
  for (const { method, path, description } of described) {
    const { query, body } = description!.example ?? {};
    expect([path, otherTime.exec(JSON.stringify(description!.answer))?.[0]]).toEqual([path, undefined]);
    const place = path.replace(/\{(\w+)\}/gu, (_, name: string) => ids[name] ?? description!.parts![name]!);
    for (const asked of [`${place}?${new URLSearchParams(query)}`, place]) {
      const { status, text } = await ask(method, asked, body);
      expect([method, asked, otherTime.exec(text)?.[0]]).toEqual([method, asked, undefined]);
      if (status < 300) answered.push(path);
    }
  }
  expect(new Set(answered).size).toBeGreaterThan(15);
});
