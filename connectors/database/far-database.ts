import type { Readable } from 'node:stream';
import createKnex, { type Knex } from 'knex';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { cancelled, causeOf, type FarPlace, networkFault } from '../../src/journey/collect/network-fault.js';
import { secretOf } from '../../src/journey/collect/secret-of.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { type DriverError, engineWays } from './engines.js';
import type { DatabaseSettings } from './settings.js';

/** One session at the sender's database, reading only. */
export interface FarDatabase {
  /** Titles of a statement's answer; null where the engine does not tell them. */
  titles(sql: string, values: Readonly<Record<string, string>>): Promise<readonly string[] | null>;
  /** The rows, all of one state of the database, in bounded memory. */
  rows(sql: string, values: Readonly<Record<string, string>>): AsyncIterable<Readonly<Record<string, unknown>>>;
  /** The line is gone; another session is needed. */
  isOver(): boolean;
  close(): void;
}

/** Opens a session; a line that says nothing for `timeout_seconds`, or `io.signal`, ends it whatever it is doing. */
export async function openFarDatabase(settings: DatabaseSettings, io: SourceIo): Promise<FarDatabase> {
  const way = engineWays[settings.engine];
  const password = await secretOf(settings.password, 'password', io);
  const ca = settings.ca === undefined ? undefined : await secretOf(settings.ca, 'ca', io);
  const place: FarPlace = { source: io.source, where: `${settings.engine}://${settings.host}:${settings.port}`, hide: [password] };
  let line: unknown = null;
  let isOver = false;
  const knex = createKnex({
    client: way.client,
    connection: way.connection(settings, { password, ...(ca && { ca }) }),
    pool: {
      ...{ min: 0, max: 1, acquireTimeoutMillis: settings.timeout_seconds * 1000 + 500 },
      afterCreate(connection: unknown, done: (error: Error | null, connection: unknown) => void) {
        line = connection;
        if (isOver) way.hangUp(connection);
        done(null, connection);
      },
    },
    acquireConnectionTimeout: settings.timeout_seconds * 1000 + 1000,
    log: { warn: () => undefined, error: () => undefined, debug: () => undefined, deprecate: () => undefined },
  });

  const hangUp = () => {
    isOver = true;
    if (line !== null) way.hangUp(line);
  };
  const aborted = new Promise<never>((_, reject) => {
    io.signal.addEventListener('abort', () => {
      hangUp();
      reject(cancelled(place));
    });
  });
  aborted.catch(() => undefined);

  const far: FarDatabase = {
    async titles(sql, values) {
      if (settings.engine !== 'postgres' && settings.engine !== 'mysql') return null;
      const answer = (await ask(knex.raw(`select * from (${sql}) q where 1 = 0`, values))) as { fields: Field[] } | [unknown, Field[]];
      return (Array.isArray(answer) ? answer[1] : answer.fields).map(({ name }) => name);
    },
    async *rows(sql, values) {
      const connection: unknown = await patiently(knex.client.acquireConnection() as Promise<unknown>);
      try {
        for (const statement of way.begin) await ask(knex.raw(statement).connection(connection as never));
        const query = knex.raw(sql, values).connection(connection as never);
        const stream = query.stream({ highWaterMark: 500, types: { getTypeParser: () => asText } } as object) as unknown as Readable;
        const rows = stream[Symbol.asyncIterator]() as AsyncIterator<Record<string, unknown>, undefined>;
        try {
          for (;;) {
            const { done, value } = await patiently(rows.next());
            if (done) break;
            yield value;
          }
        } finally {
          await closed(stream);
        }
        await ask(knex.raw('rollback').connection(connection as never));
      } catch (error) {
        hangUp();
        throw error;
      } finally {
        await knex.client.releaseConnection(connection).catch(() => undefined);
      }
    },
    isOver: () => isOver,
    close() {
      hangUp();
      void knex.destroy().catch(() => undefined);
    },
  };

  try {
    for (const statement of way.session(settings)) await ask(knex.raw(statement));
    return far;
  } catch (error) {
    far.close();
    throw error;
  }

  async function ask(query: Knex.Raw): Promise<unknown> {
    return patiently(Promise.resolve(query));
  }

  // Whatever is asked has an answer in time, or the line is given up: a server that vanished says nothing at all.
  async function patiently<Result>(work: Promise<Result>): Promise<Result> {
    if (io.signal.aborted) throw cancelled(place);
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        hangUp();
        reject(networkFault(new Error(`no answer for ${settings.timeout_seconds} s`), place));
      }, settings.timeout_seconds * 1000);
    });
    work.catch(() => undefined);
    try {
      return await Promise.race([work, silence, aborted]);
    } catch (error) {
      throw faultOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  function faultOf(error: unknown): HubError {
    if (error instanceof HubError) return error;
    if (io.signal.aborted) return cancelled(place);
    const cause = causeOf(error, place.hide);
    const values = { source: io.source, where: place.where, cause, user: settings.user, secret: settings.password };
    if (way.isAuthFault(error as DriverError)) return new HubError('auth', message('connect.refused-login', values));
    if (way.isStatementFault(error as DriverError)) return new HubError('config', message('connect.statement-refused', values));
    return networkFault(error, place);
  }
}

// Knex gives the connection back when the stream has closed, whatever error came before.
function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve();
    stream
      .on('error', () => undefined)
      .once('close', resolve)
      .destroy();
  });
}

const asText = (value: unknown): unknown => value;

interface Field {
  readonly name: string;
}
