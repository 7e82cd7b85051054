import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type pg from 'pg';
import { nameKey, productKey } from '../../journey/match/name-key.js';
import { type Golden, goldenOf, type SourceVersion } from '../../master/golden-of.js';
import type { Policy } from '../../master/policy.js';
import { copyInto } from '../copy-into.js';
import { copyText } from '../copy-text.js';
import { projectGolden } from './project-golden.js';
import { type HeldAt, readHeld, withoutHeld } from './read-held.js';
import { readOverrides } from './read-overrides.js';
import { readPolicies } from './read-policies.js';

const pageRecords = 5_000;

/**
 * Chooses the values of the records in `settled_record` anew, page by page, and projects those that changed. What changed is added
 * to `golden_event`. Returns how many records were chosen and how many came out otherwise.
 */
export async function writeGolden(client: pg.Client): Promise<{ readonly chosen: number; readonly changed: number }> {
  const policyOf = await readPolicies(client);
  const aside = { overrides: await readOverrides(client), held: await readHeld(client) };
  await openPage(client);
  await client.query(`declare golden_source no scroll cursor for ${sources}`);
  const total = { chosen: 0, changed: 0 };
  const choose = (page: readonly Source[]) => linesOf(page, policyOf, aside);
  const nextPage = pagesOf(client);
  let lines = await choose(await nextPage());
  let page = await nextPage();
  // The database keeps one page and reads the one after the next while the next is chosen here; one statement at a time.
  while (lines.length > 0) {
    const [kept, next] = await Promise.all([keepAndRead(lines), choose(page)]);
    total.chosen += lines.length;
    total.changed += kept.changed;
    lines = next;
    page = kept.page;
  }
  await client.query('close golden_source');
  await dropGone(client);
  return total;

  async function keepAndRead(ready: readonly string[]) {
    const changed = await keepPage(client, ready);
    return { changed, page: await nextPage() };
  }
}

interface Source extends SourceVersion {
  readonly record_id: string;
  readonly entity: string;
}

/** A record that survives speaks for the keys of those that were merged into it; a merged one keeps what its own keys say. */
const sources = `
  with member as (
    select s.record_id, s.record_id as member_id from settled_record s
    union all
    select s.record_id, l.id from settled_record s join master.record l on l.survivor_id = s.record_id)
  select m.record_id, k.entity, k.role, k.system, k.key, c.fields, c.is_void as "isVoid", m.member_id <> m.record_id as "isMergedIn",
         to_char(c.changed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as "changedAt"
    from member m join master.source_key k on k.record_id = m.member_id join master.source_record c on c.key_id = k.id and c.is_current
   order by m.record_id`;

/** Reads the cursor to its end: each page holds whole records, and none follows an empty one. */
function pagesOf(client: pg.Client): () => Promise<Source[]> {
  let open: Source[] = [];
  let isLast = false;
  return async () => {
    for (;;) {
      if (isLast) return [];
      const { rows } = await client.query<Source>(`fetch ${pageRecords} from golden_source`);
      isLast = rows.length < pageRecords;
      const all = [...open, ...rows];
      const end = isLast ? all.length : all.findLastIndex(({ record_id }) => record_id !== all.at(-1)!.record_id) + 1;
      open = all.slice(end);
      if (end > 0) return all.slice(0, end);
    }
  };
}

/** The lines of a page, chosen in small turns, so that what the database has to be told goes on meanwhile. */
async function linesOf(page: readonly Source[], policyOf: PolicyOf, { overrides, held }: Aside): Promise<string[]> {
  const lines: string[] = [];
  for (const [first, versions] of grouped(page)) {
    const policy = policyOf(first.entity);
    const choose = (said: readonly Source[]) => goldenOf(said, policy, overrides.get(first.record_id));
    const waiting = held.get(first.record_id);
    lines.push(lineOf(first, waiting ? chooseWithout(waiting, versions, choose) : choose(versions), policy));
    if (lines.length % 200 === 0) await setImmediate();
  }
  return lines;
}

type PolicyOf = Awaited<ReturnType<typeof readPolicies>>;
interface Aside {
  readonly overrides: Awaited<ReturnType<typeof readOverrides>>;
  readonly held: Awaited<ReturnType<typeof readHeld>>;
}

/** What waits for approval does not count, unless nobody else says anything of it: then it is a first value. Closing is none: to say nothing of it is to say open. */
function chooseWithout(held: readonly HeldAt[], versions: readonly Source[], choose: (said: readonly Source[]) => Golden): Golden {
  const golden = choose(withoutHeld(versions, held));
  const isFirst = ({ accepted, waiting }: HeldAt) =>
    accepted === null &&
    !('status' in waiting) &&
    Object.entries(waiting).some(([attribute, value]) => value !== '' && golden.fields[attribute] === undefined);
  const rest = held.filter((one) => !isFirst(one));
  return rest.length === held.length ? golden : choose(withoutHeld(versions, rest));
}

function* grouped(rows: readonly Source[]): Generator<[first: Source, versions: Source[]]> {
  for (let start = 0; start < rows.length; ) {
    const first = rows[start]!;
    let end = start + 1;
    while (rows[end]?.record_id === first.record_id) end++;
    yield [first, rows.slice(start, end)];
    start = end;
  }
}

function lineOf({ record_id, entity }: Source, golden: Golden, { version }: Policy): string {
  const { fields, why, hash, completeness, isVoid } = golden;
  const key =
    entity === 'customer'
      ? nameKey(fields['name'] ?? '')
      : entity === 'product'
        ? productKey(fields['generic_name'] ?? '', fields['spec'] ?? '')
        : '';
  return [
    ...[record_id, entity, copyText(JSON.stringify(fields)), copyText(JSON.stringify(why)), hash, copyText(version)],
    ...[completeness === null ? '\\N' : String(completeness), isVoid ? 't' : 'f', copyText(key)],
  ].join('\t');
}

async function openPage(client: pg.Client): Promise<void> {
  await client.query(`
    create temp table if not exists golden_new (record_id bigint, entity text, fields jsonb, why jsonb, hash text, policy_version text,
      completeness smallint, is_void boolean, name_key text) on commit drop;
    create temp table if not exists golden_changed (like golden_new, old_fields jsonb, was_void boolean, is_created boolean) on commit drop;
    truncate golden_new`);
}

async function keepPage(client: pg.Client, lines: readonly string[]): Promise<number> {
  await client.query('truncate golden_new, golden_changed');
  await copyInto(client, 'golden_new', Readable.from([`${lines.join('\n')}\n`]));
  await client.query('analyze golden_new (record_id, hash)');
  const { rowCount } = await client.query(
    `insert into golden_changed select n.*, g.fields, g.is_void, g.record_id is null
       from golden_new n left join master.golden g on g.record_id = n.record_id where g.hash is distinct from n.hash`,
  );
  if (!rowCount) return 0;
  await client.query(`
    analyze golden_changed (record_id, entity);
    insert into master.golden (record_id, fields, why, hash, policy_version, completeness, is_void)
      select record_id, fields, why, hash, policy_version, completeness, is_void from golden_changed
      on conflict (record_id) do update set fields = excluded.fields, why = excluded.why, hash = excluded.hash,
        policy_version = excluded.policy_version, completeness = excluded.completeness, is_void = excluded.is_void;
    insert into golden_event select record_id, 'created', '{}', null from golden_changed where is_created;
    insert into golden_event
      select c.record_id, 'updated', a.names, c.old_fields from golden_changed c
       cross join lateral (select array_agg(name order by name) as names from (
         select key as name from (select * from jsonb_each(c.fields) except select * from jsonb_each(c.old_fields)) n
         union select key from (select * from jsonb_each(c.old_fields) except select * from jsonb_each(c.fields)) o
         union select 'is_void' where c.is_void <> c.was_void) n) a
       where not c.is_created and (c.fields <> c.old_fields or c.is_void <> c.was_void)`);
  await projectGolden(client);
  return rowCount;
}

/** Records of which nothing in force speaks have no values. */
async function dropGone(client: pg.Client): Promise<void> {
  await client.query(`
    with gone as (
      delete from master.golden g using settled_record s where s.record_id = g.record_id
         and not exists (select 1 from master.source_key k where k.record_id = g.record_id)
         and not exists (select 1 from master.record l join master.source_key k on k.record_id = l.id where l.survivor_id = g.record_id)
      returning g.record_id, g.fields)
    insert into golden_event select record_id, 'retired', '{}', fields from gone;
    update master.terminal t set status = 'withdrawn' from golden_event e where e.kind = 'retired' and e.record_id = t.record_id and t.status <> 'withdrawn';
    update master.distributor t set status = 'withdrawn' from golden_event e where e.kind = 'retired' and e.record_id = t.record_id and t.status <> 'withdrawn';
    update master.product t set status = 'withdrawn' from golden_event e where e.kind = 'retired' and e.record_id = t.record_id and t.status <> 'withdrawn'`);
}
