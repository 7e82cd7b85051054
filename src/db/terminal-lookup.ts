import { splitFormerNames } from '../journey/match/former-names.js';
import type { Database } from './database.js';

/** A terminal as programs outside see it. `id` is the code of the master: stable, never used again. */
export interface TerminalCard {
  readonly id: string;
  readonly name: string;
  readonly formerNames: readonly string[];
  /** What the master calls its type; '' when it does not say. */
  readonly kind: string;
  readonly level: string;
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly address: string;
  readonly creditCode: string;
}

/** Reads the master for programs that ask by code or by the beginning of a name. Merged terminals answer as their successor. */
export function createTerminalLookup(database: Database) {
  return {
    async byIds(codes: readonly string[]): Promise<ReadonlyMap<string, TerminalCard>> {
      const { rows } = await database.raw<{ rows: (Stored & { asked: string })[] }>(
        `select o.code as asked, ${columns} from master.terminal o join master.terminal t on t.id = coalesce(o.survivor_id, o.id)
          where o.code = any(?::text[]) and ${isPresent}`,
        [[...codes]],
      );
      return new Map(rows.map(({ asked, ...row }) => [asked, toCard(row)]));
    },

    /** Best first: the very code or name, then what begins with the text, then what contains it. */
    async startingWith(text: string, skip: number, limit: number): Promise<readonly TerminalCard[]> {
      const { rows } = await database.raw<{ rows: Stored[] }>(
        `select ${columns} from master.terminal t
          where ${isPresent} and (starts_with(t.code, :text) or strpos(t.name, :text) > 0 or strpos(t.former_names, :text) > 0)
          order by t.code = :text desc, t.name = :text desc, starts_with(t.code, :text) desc, starts_with(t.name, :text) desc,
                   strpos(t.name, :text) > 0 desc, t.name, t.code
         offset :skip limit :limit`,
        { text, skip, limit },
      );
      return rows.map(toCard);
    },

    async kinds(): Promise<readonly string[]> {
      const rows = await database('master.terminal').whereNot({ type: '' }).distinct('type').orderBy('type');
      return rows.map(({ type }) => type as string);
    },

    /** Codes of terminals that the matcher names by their ids in the database. */
    async codesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const rows = await database('master.terminal')
        .whereIn('id', [...ids])
        .select('id', 'code');
      return new Map(rows.map(({ id, code }) => [String(id), code as string]));
    },

    /** Ids of distributors by their codes. */
    async distributorIds(codes: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const rows = await database('master.distributor')
        .whereIn('code', [...codes])
        .select('id', 'code');
      return new Map(rows.map(({ id, code }) => [code as string, String(id)]));
    },
  };
}

interface Stored extends Omit<TerminalCard, 'formerNames'> {
  readonly former_names: string;
}

const isPresent = "t.merged_into is null and t.status <> 'withdrawn'";
const columns =
  't.code as id, t.name, t.former_names, t.type as kind, t.level, t.province, t.city, t.county, t.address, t.credit_code as "creditCode"';

function toCard({ former_names: former, ...card }: Stored): TerminalCard {
  return { ...card, formerNames: splitFormerNames(former) };
}
