import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../app/embedded-postgres/embedded-postgres.js';
import type { Settings } from '../../app/settings.js';
import { countStuckSteps, readDatabaseFacts } from '../../db/check-database.js';
import { createDatabase, type Database } from '../../db/database.js';
import { listMigrations } from '../../db/migrate.js';
import { HubError } from '../../model/hub-error.js';
import { renderMessage } from '../../model/message.js';
import type { Screen } from '../screen.js';
import { type Check, fail, ok, warn } from './check.js';

export interface DoctorDatabase {
  /** Null when it cannot be used; then a check says why. */
  readonly database: Database | null;
  /** Whether its tables are those of this program. */
  readonly isMigrated: boolean;
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

const oldest = 140_000;

/** Looks at the database without changing it: nothing is created, nothing migrated. The embedded server is started when there is one. */
export async function checkDatabase(settings: Settings, { text, language }: Screen): Promise<DoctorDatabase> {
  const folder = join(settings.home, 'postgres');
  const name = text('doctor.database');
  const todo = text('doctor.database-todo', { log: folder });
  if (!settings.databaseUrl && !existsSync(folder)) return none(fail(name, folder, text('doctor.migrations-todo')));

  let stop = (): Promise<void> => Promise.resolve();
  let database: Database | null = null;
  try {
    const server = settings.databaseUrl ? null : await startEmbeddedPostgres({ dataFolder: folder });
    if (server) stop = () => server.stop();
    database = createDatabase(settings.databaseUrl ?? server!.url, { poolMax: 2 });
    const { version, versionNumber, locale, knowsChineseLetters } = await readDatabaseFacts(database);
    const found = text('doctor.database-found', { version });
    const { done, pending } = await listMigrations(database);
    const steps = await (pending.length === 0 ? countStuckSteps(database) : null);
    const checks = [
      versionNumber < oldest ? fail(name, found, text('doctor.database-old-todo')) : ok(name, found),
      pending.length === 0
        ? ok(text('doctor.migrations'), text('doctor.migrations-found', { count: done.length }))
        : fail(
            text('doctor.migrations'),
            text('doctor.migrations-pending', { count: pending.length, names: pending.join(', ') }),
            text('doctor.migrations-todo'),
          ),
      knowsChineseLetters
        ? ok(text('doctor.locale'), text('doctor.locale-found', { locale }))
        : fail(text('doctor.locale'), text('doctor.locale-bad', { locale }), text('doctor.locale-todo')),
      steps
        ? warn(text('doctor.leases'), text('doctor.leases-bad', { count: steps }), text('doctor.leases-todo'))
        : ok(text('doctor.leases'), text(steps === null ? 'doctor.not-looked' : 'doctor.leases-found')),
    ];
    return { database, isMigrated: pending.length === 0, checks, close };
  } catch (error) {
    await close();
    return none(fail(name, error instanceof HubError ? renderMessage(error.told, language) : (error as Error).message, todo));
  }

  async function close(): Promise<void> {
    await database?.destroy();
    await stop();
  }
}

function none(check: Check): DoctorDatabase {
  return { database: null, isMigrated: false, checks: [check], close: () => Promise.resolve() };
}
