import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../../test/database.js';
import { resolveSecret } from '../app/resolve-secret.js';
import type { StepTools } from '../app/steps/step-tools.js';
import { startWorker } from '../app/worker.js';
import { addStages } from '../db/stage-store.js';
import { createLog } from './log.js';

// A connector at its worst: it puts the password into the fault, its cause and its stack.
const canary = 'canary-"7c1f-zwitschert';
const careless = {
  settings: z.object({ password: z.string() }),
  async *list(settings: { password: string }, io: { secret(reference: string): Promise<string> }): AsyncGenerator<never> {
    const password = await io.secret(settings.password);
    yield* [];
    throw new Error(`530 login hub:${password}@ftp refused`, { cause: new Error(`url ftp://hub:${encodeURIComponent(password)}@ftp`) });
  },
};

test('a secret that a fault quotes appears in no log line and in no fault that is kept', async () => {
  process.env['HUILIU_TEST_CANARY'] = canary;
  const own = await createTestDatabase();
  const logged: string[] = [];
  try {
    await own
      .database('ledger.source')
      .insert({ code: 's', sender: 'D', connector: 'careless', settings: '{"password":"env:HUILIU_TEST_CANARY"}' });
    const [run] = await own.database('ledger.run').insert({ kind: 'nightly', business_date: '2026-03-31' }).returning('id');
    const step = {
      runId: run.id,
      stage: 'collect',
      objectKey: 's',
      inputDigest: 'x',
      logicVersion: '1',
      sender: 'D',
      sourceId: 1,
      host: 'ftp',
    } as const;
    await addStages(own.database, [step]);
    const tools = {
      ...{ database: own.database, lanes: { collect: 1, load: 1, match: 1 }, limits: { perHost: 1 }, collectMinutes: 1 },
      ...{ connectors: new Map([['careless', careless]]), tell: () => undefined, ring: () => undefined },
      landing: { noted: () => Promise.resolve([]) },
      secrets: { read: (reference: string) => resolveSecret(reference, { read: () => Promise.resolve(null) }) },
    } as unknown as StepTools;
    const log = createLog('trace', (line) => logged.push(line));
    const worker = startWorker(tools, 'me', { log, openBell: null, home: tmpdir(), minFreeMegabytes: 0, onEnd: () => undefined });
    for (let look = 0; look < 400 && !logged.some((line) => line.includes('step failed')); look++) await sleep(25);
    await worker.stop();
    const { told } = await own.database('ledger.stage_exec').first('told');
    const kept = JSON.stringify([told, await own.database('ledger.breaker').select()]);
    expect(kept).toContain('530 login hub:***@ftp refused');
    const everything = logged.join('') + kept;
    expect(everything).toContain('530 login');
    for (const spelling of ['7c1f-zwitschert', canary, encodeURIComponent(canary)]) expect(everything).not.toContain(spelling);
  } finally {
    delete process.env['HUILIU_TEST_CANARY'];
    await own.drop();
  }
});
