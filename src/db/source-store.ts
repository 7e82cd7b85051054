import type { SourceSchedule } from '../schedule/schedule-rule.js';
import type { Database } from './database.js';

/** One configured feed: who sends, by which connector with which settings, in which layouts. Settings hold secret references only. */
export interface Source {
  readonly id: number;
  readonly code: string;
  readonly title: string;
  /** The distributor's code, or 'own' for lists of the manufacturer itself. */
  readonly sender: string;
  readonly connector: string;
  readonly settings: unknown;
  readonly layouts: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
  readonly constants: Readonly<Record<string, string>>;
  readonly expects: Readonly<Record<string, unknown>>;
  /** When it is collected: a rule, off, or as the hub does. */
  readonly schedule: SourceSchedule;
  readonly contact: Contact;
  readonly enabled: boolean;
}

/** Whom to call when something of a source is missing or wrong. */
export interface Contact {
  readonly name?: string;
  readonly phone?: string;
  readonly mail?: string;
  readonly note?: string;
}

/** Schedule and contact may be left out: as the hub does, and nobody. */
export type NewSource = Omit<Source, 'id' | 'schedule' | 'contact'> & Partial<Pick<Source, 'schedule' | 'contact'>>;

export const sourceColumns = [
  'id',
  'code',
  'title',
  'sender',
  'connector',
  'settings',
  'layouts',
  'hints',
  'constants',
  'expects',
  'schedule',
  'contact',
  'enabled',
] as const;

export function listSources(database: Database): Promise<Source[]> {
  return database('ledger.source').select(sourceColumns).orderBy('code');
}

export async function findSource(database: Database, key: { code: string } | { id: number }): Promise<Source | null> {
  return (await database('ledger.source').where(key).first(sourceColumns)) ?? null;
}

/** Adds a source or changes the one with its code. */
export async function saveSource(database: Database, source: NewSource): Promise<Source> {
  const row = {
    ...source,
    settings: JSON.stringify(source.settings),
    layouts: [...source.layouts],
    hints: JSON.stringify(source.hints),
    constants: JSON.stringify(source.constants),
    expects: JSON.stringify(source.expects),
    schedule: JSON.stringify(source.schedule ?? {}),
    contact: JSON.stringify(source.contact ?? {}),
    updated_at: database.fn.now(),
  };
  const [saved] = await database('ledger.source').insert(row).onConflict('code').merge().returning(sourceColumns);
  return saved as Source;
}

/** Switches sources on or off, whatever else is wrong with them. */
export async function switchSources(database: Database, codes: readonly string[], enabled: boolean): Promise<void> {
  await database('ledger.source').whereIn('code', codes).update({ enabled, updated_at: database.fn.now() });
}

/** The id of the distributor whose data a source brings; null for 'own' lists, undefined when the master does not know it. */
export async function findDistributorId(database: Database, sender: string): Promise<number | null | undefined> {
  if (sender === 'own') return null;
  const row = await database('master.distributor').where({ code: sender }).first('id');
  return row?.id;
}
