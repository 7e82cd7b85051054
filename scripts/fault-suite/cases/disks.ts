import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotTry } from '../cannot-try.js';
import { both, type FaultCase } from '../fault-case.js';
import type { Lab } from '../lab.js';

/** Disks that are full, out of inodes or read-only, and a database that is older than the files. */
export const disks: readonly FaultCase[] = [
  {
    id: 'F36a',
    injects: 'the disk of the hub is full when files land and spools are written; later there is room again',
    proves: ['I3', 'I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const disk = mountSmall(lab, plant.home, 'size=2m');
      writeFileSync(join(disk, 'filler'), Buffer.alloc(2 * 1024 * 1024 - 16 * 1024));
      const told = await nightThatFails(lab, plant, disk);
      rmSync(join(disk, 'filler'));
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      await lab.finish(plant, { HUILIU_HOME: disk });
      await lab.expectConverged({ ...plant, home: disk });
      return told;
    },
  },
  {
    id: 'F37a',
    injects: 'the disk of the hub has no inode left; later it has',
    proves: ['I3', 'I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const disk = mountSmall(lab, plant.home, 'size=64m,nr_inodes=16');
      const told = await nightThatFails(lab, plant, disk);
      execFileSync('mount', ['-o', 'remount,nr_inodes=4096', disk]);
      await lab.finish(plant, { HUILIU_HOME: disk });
      await lab.expectConverged({ ...plant, home: disk });
      return told;
    },
  },
  {
    id: 'F37b',
    injects: 'the disk of the hub turns read-only; later it can be written again',
    proves: ['I3', 'I6', 'I7'],
    drivers: both,
    async run(lab) {
      const plant = await lab.plant();
      const disk = mountSmall(lab, plant.home, 'size=64m');
      mkdirSync(join(disk, 'raw', 'incoming'), { recursive: true });
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const told = await nightThatFails(lab, plant, disk);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await lab.finish(plant, { HUILIU_HOME: disk });
      await lab.expectConverged({ ...plant, home: disk });
      return told;
    },
  },
  {
    id: 'F54',
    injects: 'the database is restored from a backup older than the raw store; the senders have nothing left to send again',
    proves: ['I3', 'I7'],
    drivers: both,
    quick: true,
    async run(lab) {
      const plant = await lab.plant();
      // A database is copied only while nobody is connected to it.
      for (const watch of lab.watches) await watch.stop();
      const name = new URL(plant.url).pathname.slice(1);
      await copyDatabase(lab, name, `${name}_backup`);
      lab.watch(plant);
      await lab.finish(plant);
      await replaceDatabase(lab, name, `${name}_backup`);
      if ((await plant.database('ledger.delivery')).length > 0) throw new Error('the backup is not empty');
      await lab.finish(plant);
      await lab.expectConverged(plant);
    },
  },
];

async function nightThatFails(lab: Lab, plant: Awaited<ReturnType<Lab['plant']>>, home: string): Promise<string> {
  const night = await lab.begin(plant, { HUILIU_HOME: home });
  const { code, stderr } = await night.over();
  await night.stop();
  const { rows } = await plant.database.raw<{ rows: { code: string; count: number }[] }>(`
    select told->>'code' as code, count(*)::int as count from (
      select told from ledger.observation where state = 'failed' union all select told from ledger.stage_exec where told is not null) t
     group by 1 order by 2 desc limit 3`);
  const cause = stderr.split('\n').find((line) => /ENOSPC|EROFS|EACCES|写不进去|cannot be written/.test(line));
  if (rows.length === 0 && !cause) throw new Error(`nobody was told anything (code ${code}): ${stderr.slice(-500)}`);
  return rows.length > 0
    ? `told: ${rows.map((row) => `${row.code} (${row.count})`).join(', ')}`
    : `refused to start: ${cause?.trim().replaceAll(home, 'HUILIU_HOME')}`;
}

function mountSmall(lab: Lab, folder: string, options: string): string {
  if (process.getuid?.() !== 0) throw new CannotTry('a small disk needs root to be mounted');
  const disk = `${folder}-small`;
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'huiliu-faults', disk], { stdio: 'pipe' });
  } catch (error) {
    throw new CannotTry(`no tmpfs can be mounted here: ${(error as Error).message.split('\n')[1] ?? ''}`);
  }
  lab.onEnd(() => execFileSync('umount', ['-l', disk]));
  return disk;
}

async function copyDatabase(lab: Lab, from: string, to: string): Promise<void> {
  await lab.postgres.administer(async (admin) => {
    await admin.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [from]);
    await admin.raw('create database ?? template ??', [to, from]);
  });
}

async function replaceDatabase(lab: Lab, name: string, by: string): Promise<void> {
  await lab.postgres.administer(async (admin) => {
    await admin.raw('drop database ?? with (force)', [name]);
    await admin.raw('alter database ?? rename to ??', [by, name]);
  });
}
