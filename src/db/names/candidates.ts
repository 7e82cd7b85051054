/** A terminal that was considered for a name, with its probability (0-1) when the decision was made. Old decisions have none. */
export interface SeenCandidate {
  readonly code: string;
  readonly name: string;
  readonly province: string;
  readonly p: number | null;
  readonly bits: Readonly<Record<string, number>>;
  readonly conflicts: readonly string[];
}

/** SQL: the candidates of a decision as a JSON array, under the names that terminals have now; merged ones once, as their survivor. */
export function candidatesOf(decision: string): string {
  return `(select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'province', c.province, 'p', c.p, 'bits', c.bits, 'conflicts', c.conflicts)
                                      order by c.place), '[]')
             from (select distinct on (s.id) s.code, s.name, s.province, e.c->'p' as p, coalesce(e.c->'bits', '{}') as bits,
                          coalesce(e.c->'conflicts', '[]') as conflicts, e.place
                     from jsonb_array_elements(${decision}.evidence->'candidates') with ordinality e(c, place)
                     join master.terminal l on l.id = (e.c->>'id')::bigint or (not jsonb_exists(e.c, 'id') and l.code = e.c->>'code')
                     join master.terminal s on s.id = coalesce(l.survivor_id, l.id)
                    where e.place <= 10 order by s.id, e.place) c)`;
}
