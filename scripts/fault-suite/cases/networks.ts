import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from '../../../src/app/drill/open-plant.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';
import { type FarKind, farKinds, serveDrops } from '../serve-drops.js';
import type { Cut } from '../tcp-proxy.js';
import { frozenAt } from './processes.js';

/** Senders and wires that lie. The same files by folder are the control: way of transport makes no difference to what is known. */
export const networks: readonly FaultCase[] = [
  ...farKinds.map(
    (kind, at): FaultCase => ({
      id: `F23${'abc'[at]}`,
      injects: `${kind}: downloads cut at byte 0, 1, in the middle and before the end, ended, reset or hanging`,
      proves: ['I3', 'I6', 'I7'],
      drivers: both,
      async run(lab) {
        const plant = await lab.plant();
        const { proxy, environment } = await serveDrops(lab, plant, 'd1', kind);
        let tries = 0;
        for (const cut of cutsOf(kind)) {
          proxy.cutNext(cut, 6);
          await night(lab, plant, environment);
          tries += 1;
          proxy.cutNext({ how: 'fin', afterBytes: Number.MAX_SAFE_INTEGER }, 0);
        }
        await finish(lab, plant, environment);
        await lab.expectConverged(plant);
        return `${tries} nights with cuts, ${proxy.count()} connections`;
      },
    }),
  ),
  {
    id: 'F23d',
    injects: 'a server that takes the connection and never says a word; the other senders go on',
    proves: ['I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const { proxy, environment } = await serveDrops(lab, plant, 'd2', 'ftp', { timeout_seconds: 1 });
      const hanging = await serveDrops(lab, plant, 'd1', 'sftp', { timeout_seconds: 1 });
      hanging.proxy.cutNext({ how: 'hang', afterBytes: 0 }, 50);
      await night(lab, plant, { ...environment, ...hanging.environment });
      const { rows } = await plant.database.raw<{ rows: { told: unknown }[] }>(
        "select e.told from ledger.stage_exec e join ledger.source s on s.id = e.source_id where s.code = 'd1' and e.state = 'failed'",
      );
      if (!rows[0]?.told) throw new Error('the hanging sender is not told');
      const others = await plant.database('ledger.delivery').whereIn('sender', ['d2', 'd3', 'own']).where({ state: 'loaded' });
      if (others.length < 8) throw new Error(`only ${others.length} deliveries of the others are loaded`);
      hanging.proxy.cutNext({ how: 'fin', afterBytes: 0 }, 0);
      void proxy;
    },
  },
  {
    id: 'F26',
    injects: 'a file is replaced between listing and fetching',
    proves: ['I3', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const worker = await frozenAt(lab, plant, 'before-fetch:2');
      for (const sender of ['d1', 'd2', 'd3']) replaceSales(plant, sender);
      process.kill(worker.worker.pid, 'SIGCONT');
      await worker.over();
      await worker.stop();
      await lab.finish(plant);
      const control = await lab.plant();
      for (const sender of ['d1', 'd2', 'd3']) replaceSales(control, sender);
      await lab.finish(control);
      const { expectConverged } = await import('../expect-converged.js');
      const found = (await plant.outcome()).digest.facts;
      const expected = (await control.outcome()).digest.facts;
      if (found !== expected) await expectConverged(plant, await control.outcome());
    },
  },
  {
    id: 'F27',
    injects: 'FTP: other content under the same name, size and time, a night later',
    proves: ['I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const { farSide, environment } = await serveDrops(lab, plant, 'd1', 'ftp');
      await finish(lab, plant, environment);
      const before = (await plant.outcome()).digest.facts;
      const at = new Date('2026-03-22T04:30:00Z');
      await farSide.put('销售_20260317.csv', Buffer.from('销售日期,客户名称,品名,规格,数量,单位\n2026-03-17,丙诊所,某片,1g,5,盒\n'), at);
      await finish(lab, plant, environment);
      await farSide.put('销售_20260317.csv', Buffer.from('销售日期,客户名称,品名,规格,数量,单位\n2026-03-17,丙诊所,某片,1g,8,盒\n'), at);
      await finish(lab, plant, environment);
      const { rows } = await plant.database.raw<{ rows: { quantity: string }[] }>(
        "select l.quantity::text from pub_v1.flow_line l where l.business_date = '2026-03-17'",
      );
      if (rows.length !== 1 || rows[0]!.quantity !== '8') throw new Error(`published: ${JSON.stringify(rows)}`);
      if (before === (await plant.outcome()).digest.facts) throw new Error('nothing changed');
    },
  },
  {
    id: 'F28',
    injects: 'the same files by folder, FTP and mail at once, some of them under two names',
    proves: ['I2', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const { saveSource } = await import('../../../src/db/source-store.js');
      const { dropSource } = await import('../../../src/app/drill/open-plant.js');
      const ftp = await serveDrops(lab, plant, 'd1', 'ftp');
      const mail = await serveDrops(lab, plant, 'd2', 'mail');
      // Both are further ways of the sender whose folder goes on as before.
      for (const [code, sender] of [
        ['d1', 'd1'],
        ['d2', 'd2'],
      ] as const) {
        await plant
          .database('ledger.source')
          .where({ code })
          .update({ code: `${code}-far` });
        await saveSource(plant.database, dropSource(plant.drops, code, { sender }));
      }
      await finish(lab, plant, { ...ftp.environment, ...mail.environment });
      const control = await lab.control();
      const found = await plant.outcome();
      if (JSON.stringify(found.digest) !== JSON.stringify(control.digest))
        throw new Error(`${JSON.stringify(found.digest)}, expected ${JSON.stringify(control.digest)}`);
      const { rows } = await plant.database.raw<{ rows: { sightings: number; deliveries: number }[] }>(
        'select (select count(*)::int from ledger.sighting) as sightings, (select count(*)::int from ledger.delivery) as deliveries',
      );
      return `${rows[0]!.sightings} sightings of ${rows[0]!.deliveries} deliveries`;
    },
  },
  {
    id: 'F31',
    injects: 'the whole mailbox again with new ids, each attachment in three mails',
    proves: ['I2', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const mail = await serveDrops(lab, plant, 'd1', 'mail');
      await finish(lab, plant, mail.environment);
      const again = await serveDrops(lab, plant, 'd1', 'mail');
      const { readdirSync, readFileSync, statSync } = await import('node:fs');
      for (let copy = 0; copy < 2; copy++)
        for (const name of readdirSync(join(plant.drops, 'd1'))) {
          const path = join(plant.drops, 'd1', name);
          await again.farSide.put(name, readFileSync(path), statSync(path).mtime);
        }
      await finish(lab, plant, again.environment);
      const found = (await plant.outcome()).digest;
      const expected = (await lab.control()).digest;
      if (JSON.stringify(found) !== JSON.stringify(expected))
        throw new Error(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
    },
  },
];

function cutsOf(kind: FarKind): readonly Cut[] {
  const some = kind === 'ftp' ? [0, 1, 300] : [0, 1, 900, 2_500];
  return some.map((afterBytes, at) => ({ how: (['fin', 'rst', 'hang'] as const)[at % 3]!, afterBytes }));
}

/** A night that may go wrong. */
async function night(lab: Lab, plant: Plant, environment: NodeJS.ProcessEnv): Promise<void> {
  const one = await lab.begin(plant, environment);
  await one.over();
  await one.stop();
}

const finish = (lab: Lab, plant: Plant, environment: NodeJS.ProcessEnv) => lab.finish(plant, environment);

function replaceSales(plant: Plant, sender: string): void {
  const path = join(plant.drops, sender, '销售_20260320.csv');
  writeFileSync(path, '销售日期,客户名称,品名,规格,数量,单位,金额,批号\n2026-03-20,丙诊所,某片,0.3g*30片,7,盒,87.50,L1\n');
  utimesSync(path, new Date('2026-03-22T05:00:00Z'), new Date('2026-03-22T05:00:00Z'));
}
