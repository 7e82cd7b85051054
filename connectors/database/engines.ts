import type { DatabaseSettings, Engine } from './settings.js';

/** What differs between engines: how to connect so that every value arrives as exact text, and how to hang up a silent line. */
interface EngineWay {
  readonly client: string;
  connection(settings: DatabaseSettings, secrets: { password: string; ca?: string }): Record<string, unknown>;
  /** Statements of a new session: reading only, a limit on the server's side, its times in one zone. */
  session(settings: DatabaseSettings): readonly string[];
  /** Closes the socket without waiting for an answer. */
  hangUp(connection: unknown): void;
  /** Begins the transaction in which everything is one state of the database. */
  readonly begin: readonly string[];
  isAuthFault(error: DriverError): boolean;
  /** The statement, the table or a right is wrong: asking again gives the same answer. */
  isStatementFault(error: DriverError): boolean;
}

export interface DriverError {
  readonly message: string;
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly number?: unknown;
}

const asText = (value: unknown): unknown => value;

export const engineWays: Readonly<Record<Engine, EngineWay>> = {
  postgres: {
    client: 'pg',
    connection: ({ host, port, database, user, tls, timeout_seconds }, { password, ca }) => ({
      ...{ host, port, database, user, password, application_name: 'huiliu' },
      ssl: tls === 'none' ? false : { rejectUnauthorized: tls === 'verify', ...(ca && { ca }) },
      connectionTimeoutMillis: timeout_seconds * 1000,
      types: { getTypeParser: () => asText },
    }),
    session: ({ time_zone, timeout_seconds }) => [
      `set default_transaction_read_only = on`,
      `set statement_timeout = ${Math.round(timeout_seconds * 1000)}`,
      `set time zone interval '${time_zone}' hour to minute`,
      `set datestyle = 'ISO'`,
    ],
    begin: ['begin isolation level repeatable read read only'],
    hangUp: (connection) => (connection as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy(),
    isAuthFault: ({ code }) => code === '28P01' || code === '28000' || code === '42501',
    isStatementFault: ({ code }) => typeof code === 'string' && /^(42|22|3D|25006|0A)/u.test(code),
  },
  mysql: {
    client: 'mysql2',
    connection: ({ host, port, database, user, tls, timeout_seconds }, { password, ca }) => ({
      ...{ host, port, database, user, password, charset: 'utf8mb4' },
      ...(tls !== 'none' && { ssl: { rejectUnauthorized: tls === 'verify', ...(ca && { ca }) } }),
      ...{ dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, connectTimeout: timeout_seconds * 1000 },
    }),
    session: ({ time_zone }) => [`set time_zone = '${time_zone}'`, 'set session transaction read only'],
    begin: ['set transaction isolation level repeatable read', 'start transaction with consistent snapshot, read only'],
    hangUp: (connection) => (connection as { destroy(): void }).destroy(),
    isAuthFault: ({ code }) =>
      code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR' || code === 'ER_TABLEACCESS_DENIED_ERROR',
    isStatementFault: ({ code }) =>
      typeof code === 'string' &&
      /^ER_(PARSE|NO_SUCH|BAD_|NON_UNIQ|DUP_FIELDNAME|WRONG|CANT_EXECUTE_IN_READ|SP_DOES_NOT|NOT_SUPPORTED)/u.test(code),
  },
  // Not run against a server here: no SQL Server and no Oracle can be installed on our machines.
  sqlserver: {
    client: 'mssql',
    connection: ({ host, port, database, user, tls, timeout_seconds }, { password, ca }) => ({
      ...{ server: host, port, database, user, password },
      options: {
        ...{ encrypt: tls !== 'none', trustServerCertificate: tls !== 'verify', readOnlyIntent: true, useUTC: true, appName: 'huiliu' },
        ...{ connectTimeout: timeout_seconds * 1000, requestTimeout: timeout_seconds * 1000 },
        ...(ca && { cryptoCredentialsDetails: { ca } }),
      },
    }),
    session: () => ['set dateformat ymd'],
    begin: ['begin transaction'],
    hangUp: (connection) => (connection as { close(): void }).close(),
    isAuthFault: ({ code, number }) => code === 'ELOGIN' || number === 229 || number === 18_456,
    isStatementFault: ({ code }) => code === 'EREQUEST',
  },
  oracle: {
    client: 'oracledb',
    connection: ({ host, port, database, user, timeout_seconds, tls }, { password }) => ({
      ...{ user, password },
      connectString: `${tls === 'none' ? 'tcp' : 'tcps'}://${host}:${port}/${database}?connect_timeout=${Math.ceil(timeout_seconds)}`,
      fetchAsString: ['number', 'clob', 'date'],
    }),
    session: ({ time_zone }) => [
      `alter session set time_zone = '${time_zone}'`,
      `alter session set nls_date_format = 'YYYY-MM-DD HH24:MI:SS'`,
      `alter session set nls_timestamp_format = 'YYYY-MM-DD HH24:MI:SS'`,
      `alter session set nls_numeric_characters = '.,'`,
    ],
    begin: ['set transaction read only'],
    hangUp: (connection) => void (connection as { close(how: object): Promise<void> }).close({ drop: true }).catch(() => undefined),
    isAuthFault: ({ message }) => /ORA-(01017|28000|28001|01031|01045)/u.test(message),
    isStatementFault: ({ message }) => /ORA-(009\d\d|017\d\d|00942|01722|018\d\d)/u.test(message),
  },
};
