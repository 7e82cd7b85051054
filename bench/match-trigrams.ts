import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { startEmbeddedPostgres } from '../src/app/embedded-postgres/embedded-postgres.js';
import type { RawName, Terminal } from '../src/journey/match/terminal.js';
import type { Proposal } from './match-baselines.js';

/** PostgreSQL with pg_trgm over the same terminals, asked as it is asked in practice. */
export interface Trigrams {
  readonly version: string;
  readonly indexSeconds: number;
  propose(raw: RawName): Promise<Proposal>;
  close(): Promise<void>;
}

const connections = 2;
const link = 0.6;

/**
 * A real server (the one that ships with the hub, or `HUILIU_BENCH_DATABASE_URL`), GIN index of trigrams, the city's own index
 * beside it; the planner chooses. Above a similarity of 0.3 (the extension's default) the five most similar, linked from 0.6 on.
 */
export async function openTrigrams(terminals: readonly Terminal[]): Promise<Trigrams> {
  const folder = mkdtempSync(join(tmpdir(), 'huiliu-trgm-'));
  const given = process.env['HUILIU_BENCH_DATABASE_URL'];
  const server = given
    ? { url: given, stop: () => Promise.resolve() }
    : await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres') });
  const name = `bench_trgm_${process.pid}`;
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  // Under the C locale the extension takes Chinese letters for punctuation and finds nothing.
  await admin.query(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: connections });
  await pool.query('create extension pg_trgm; create table terminal (id text not null, name text not null, city text)');
  const { rows } = await pool.query<{ letters: number; version: string }>(
    `select cardinality(show_trgm('武汉市第一医院')) as letters, split_part(version(), ' ', 2) as version`,
  );
  if (rows[0]!.letters < 6) throw new Error('this server sees no trigrams in Chinese names; the comparison would mean nothing');
  const started = performance.now();
  const client = await pool.connect();
  await pipeline(Readable.from(copyLines(terminals)), client.query(copyFrom('copy terminal from stdin')));
  client.release();
  await pool.query('create index on terminal using gin (name gin_trgm_ops); create index on terminal (city); analyze terminal');
  const indexSeconds = (performance.now() - started) / 1000;
  return {
    version: rows[0]!.version,
    indexSeconds,
    async propose({ name: asked, city }) {
      const found = await pool.query<{ id: string; alike: number }>({
        name: city ? 'in city' : 'anywhere',
        text: `select id, similarity(name, $1) as alike from terminal where name % $1 ${city ? 'and city = $2' : ''} order by alike desc, id limit 50`,
        values: city ? [asked, city] : [asked],
      });
      const [best] = found.rows;
      return { ranked: found.rows.map(({ id }) => id), linked: best && best.alike >= link ? best.id : null };
    },
    async close() {
      await pool.end();
      await admin.query(`drop database ${name}`);
      await admin.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function* copyLines(terminals: readonly Terminal[]): Generator<string> {
  const plain = (text = '') => text.replace(/[\\\t\r\n]/g, ' ');
  for (let at = 0; at < terminals.length; at += 5000)
    yield terminals
      .slice(at, at + 5000)
      .map(({ id, name, city }) => `${plain(id)}\t${plain(name)}\t${plain(city)}\n`)
      .join('');
}
