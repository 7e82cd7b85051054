import type { Knex } from 'knex';

// Codes typed full-width (`Ｅ００３`) are the same key as the narrow ones, and are stored so when they are loaded. Those that were stored before
// that rule are brought into the same form here, so that rows find them. Where a system has both forms they stay two keys, and a person
// merges their records. The reasons of golden values name keys too; `huiliu customer rebuild --yes` writes their hashes anew.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create temp table narrowed on commit drop as
      select distinct on (k.entity, k.system, k.role, n.key) k.id, k.role, k.system, k.key as before, n.key as after
        from master.source_key k cross join lateral (select ${narrow('k.key')} as key) n
       where n.key <> k.key and n.key <> ''
         and not exists (select 1 from master.source_key o where (o.entity, o.system, o.key, o.role) = (k.entity, k.system, n.key, k.role))
       order by k.entity, k.system, k.role, n.key, k.id;
    update master.source_key k set key = n.after from narrowed n where n.id = k.id;
    do $$
    declare one record;
    begin
      for one in select * from narrowed loop
        update master.golden g
           set why = replace(why::text, jsonb_build_array(one.role, one.system, one.before)::text, jsonb_build_array(one.role, one.system, one.after)::text)::jsonb
         where strpos(why::text, jsonb_build_array(one.role, one.system, one.before)::text) > 0;
      end loop;
    end $$;
    update master.waiting w set key = ${narrow('w.key')} where ${narrow('w.key')} not in (w.key, '');
    update master.waiting w
       set fields = (select jsonb_object_agg(f.key, case when f.key like '%code' or f.key = 'renewal_of' then to_jsonb(${narrow('f.value')}) else to_jsonb(f.value) end)
                       from jsonb_each_text(w.fields) f)
     where exists (select 1 from jsonb_each_text(w.fields) f where (f.key like '%code' or f.key = 'renewal_of') and ${narrow('f.value')} <> f.value);
    update master.asked_reference a set code = ${narrow('a.code')} where ${narrow('a.code')} <> a.code;
    drop table narrowed`);
}

/** The full-width forms are the same keys; there is nothing to put back. */
export async function down(): Promise<void> {}

/** As `src/journey/map/fold-code.ts` does it. */
const narrow = (text: string): string => `btrim(normalize(${text}, NFKC), E' \\t\\n\\r\\f\\x0b')`;
