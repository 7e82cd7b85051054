import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { ImapFlow } from 'imapflow';
import { dropSource, type Plant } from '../../../src/app/drill/open-plant.js';
import { saveSource } from '../../../src/db/source-store.js';
import { expectSound } from '../expect-converged.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';
import { serveDrops } from '../serve-drops.js';

/** Senders whose servers are odd, whose mails somebody has read, and a thousand of them at once. */
export const senders: readonly FaultCase[] = [
  {
    id: 'F24',
    injects: 'FTP servers: names in GBK, a clock a day ahead, LIST without MLSD, and one that says a wrong SIZE for a night',
    proves: ['I3', 'I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const { farSide, proxy, environment } = await serveDrops(lab, plant, 'd1', 'ftp', { name_encoding: 'gb18030' }, { put: false });
      for (const name of readdirSync(join(plant.drops, 'd1'))) {
        const path = join(plant.drops, 'd1', name);
        await farSide.put(iconv.encode(name, 'gb18030'), readFileSync(path), new Date(statSync(path).mtimeMs + 86_400_000));
      }
      proxy.rewrite((said) =>
        said.replace(/^213 (\d{1,9})\r/m, (_, size: string) => `213 ${Number(size) + 7}\r`).replace(/^ MLS[DT].*\r\n/gm, ''),
      );
      await night(lab, plant, environment);
      const landed = await plant.database('ledger.delivery').where({ sender: 'd1' });
      if (landed.length > 0) throw new Error(`${landed.length} deliveries landed although their size was wrong`);
      const told = await plant.database('ledger.observation').where({ state: 'failed' }).whereNotNull('told');
      if (told.length === 0) throw new Error('nobody was told of the wrong size');
      proxy.rewrite((said) => said.replace(/^ MLS[DT].*\r\n/gm, ''));
      await lab.finish(plant, environment);
      await expectSameContent(lab, plant);
      return `told ${told[0].told.code} ${told.length} times; a night later all is as by folder`;
    },
  },
  {
    id: 'F32',
    injects: 'every mail was opened by a person (flag Seen) before the hub looked',
    proves: ['I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const { farSide, environment } = await serveDrops(lab, plant, 'd1', 'mail');
      const { user } = farSide.settings as { user: string };
      const client = new ImapFlow({
        ...{ host: '127.0.0.1', port: farSide.port!, secure: false, doSTARTTLS: false, logger: false },
        auth: { user, pass: Object.values(farSide.secrets)[0]! },
      });
      await client.connect();
      const lock = await client.getMailboxLock('INBOX');
      await client.messageFlagsAdd('1:*', ['\\Seen']);
      const unseen = await client.search({ seen: false });
      lock.release();
      await client.logout();
      if (unseen && unseen.length > 0) throw new Error(`${unseen.length} mails are still unseen`);
      await lab.finish(plant, environment);
      await expectSameContent(lab, plant);
    },
  },
  {
    id: 'F52',
    injects: '1,000 sources due at once, 50 of them on servers that take the connection and never answer',
    proves: ['I4', 'I6'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant({ environment: { HUILIU_PER_HOST: '4' } });
      const hole = createServer(() => undefined);
      await new Promise<void>((resolve) => hole.listen(0, '0.0.0.0', resolve));
      lab.onEnd(() => new Promise((resolve) => hole.close(resolve)));
      const { port } = hole.address() as AddressInfo;
      for (let at = 0; at < 50; at++) {
        const settings = { host: `127.0.9.${at + 1}`, port, user: 'u', password: 'env:HOLE_PASSWORD', folder: '/', timeout_seconds: 1 };
        await saveSource(plant.database, dropSource(plant.drops, `hole${at}`, { sender: 'd1', connector: 'ftp', settings }));
      }
      const folder = plant.drops;
      for (let at = 0; at < 946; at++)
        await saveSource(
          plant.database,
          dropSource(folder, `s${at}`, {
            sender: 'd2',
            settings: { folder: join(folder, 'd2'), pattern: `none${at}*`, stable_seconds: 0 },
          }),
        );
      const startedAt = Date.now();
      await night(lab, plant, { HOLE_PASSWORD: 'x' });
      const seconds = (Date.now() - startedAt) / 1_000;
      const { rows } = await plant.database.raw<{ rows: { state: string; hole: boolean; count: number; untold: number; last: number }[] }>(
        `select e.state, s.code like 'hole%' as hole, count(*)::int as count, count(*) filter (where e.state = 'failed' and e.told is null)::int as untold,
                extract(epoch from max(e.ended_at) - min(e.started_at))::int as last
           from ledger.stage_exec e join ledger.source s on s.id = e.source_id where e.stage = 'collect' group by 1, 2`,
      );
      const of = (state: string, isHole: boolean) => rows.find((row) => row.state === state && row.hole === isHole);
      if (of('failed', true)?.count !== 50 || of('failed', true)!.untold > 0 || of('done', false)?.count !== 950)
        throw new Error(JSON.stringify(rows));
      await expectSound(plant);
      await expectSameContent(lab, plant);
      return `950 done within ${of('done', false)!.last} s, the 50 failed with their reason; the night took ${seconds.toFixed(0)} s`;
    },
  },
];

/** A night that may end badly. */
async function night(lab: Lab, plant: Plant, environment: NodeJS.ProcessEnv): Promise<void> {
  const one = await lab.begin(plant, environment);
  await one.over();
  await one.stop();
}

/** What is known does not depend on the way it came by. */
async function expectSameContent(lab: Lab, plant: Plant): Promise<void> {
  await expectSound(plant);
  const [found, expected] = [(await plant.outcome()).digest, (await lab.control()).digest];
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
