import { randomBytes } from 'node:crypto';
import { createDatabase, type Database } from '../../db/database.js';
import { migrate } from '../../db/migrate.js';

interface ScratchDatabase {
  readonly url: string;
  readonly database: Database;
  /** Ends the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

export interface ScratchDatabases {
  /** A fresh, migrated database. */
  make(): Promise<ScratchDatabase>;
  /** Removes every database made here. */
  close(): Promise<void>;
}

const prefix = 'huiliu_scratch_';

/**
 * Databases for experiments beside, never in, the database of `serverUrl`, whose user must be allowed to create some. Their names
 * begin with `huiliu_scratch_`; only databases made by this call are ever removed.
 */
export async function openScratchDatabases(serverUrl: string): Promise<ScratchDatabases> {
  const own = `${prefix}${process.pid}_${randomBytes(4).toString('hex')}`;
  const admin = createDatabase(serverUrl, { poolMax: 1 });
  const made = new Set<string>();
  let count = 0;

  async function create(name: string, template?: string): Promise<string> {
    await admin.raw(template ? 'create database ?? template ??' : 'create database ??', template ? [name, template] : [name]);
    made.add(name);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  async function remove(name: string): Promise<void> {
    await admin.raw('drop database if exists ?? with (force)', [name]);
    made.delete(name);
  }

  async function close(): Promise<void> {
    for (const name of made) await remove(name).catch(() => undefined);
    await admin.destroy();
  }

  const template = `${own}_template`;
  try {
    const database = createDatabase(await create(template));
    try {
      await migrate(database);
    } finally {
      await database.destroy();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async make() {
      count += 1;
      const name = `${own}_${count}`;
      const url = await create(name, template);
      const database = createDatabase(url, { poolMax: 3 });
      return {
        url,
        database,
        async drop() {
          await database.destroy();
          await remove(name);
        },
      };
    },
    close,
  };
}
