import { normalise } from '../normalise/normalise.js';
import type { RawName } from '../terminal.js';

/** Where a person's word holds: everywhere (empty), for one distributor, or for one distributor's code. */
export interface AliasScope {
  readonly distributor?: string;
  readonly code?: string;
}

/** What people decided, by name and scope. The narrowest scope that knows a name speaks. */
export class People {
  private readonly links = new Map<string, string>();
  private readonly bans = new Map<string, Set<string>>();
  /** How many words there are for each normalised name: most names have none, and are told so by one look. */
  private readonly names = new Map<string, number>();

  /** Whether anybody ever said anything of a name with this normalised text, in whatever scope. */
  knows(text: string): boolean {
    return this.names.size > 0 && this.names.has(text);
  }

  must(name: string, terminalId: string, scope: AliasScope): void {
    const key = keyOf(name, scope);
    if (!this.links.has(key)) this.count(name, 1);
    this.links.set(key, terminalId);
  }

  cannot(name: string, terminalId: string, scope: AliasScope): void {
    const key = keyOf(name, scope);
    if (!this.bans.has(key)) this.count(name, 1);
    this.bans.set(key, (this.bans.get(key) ?? new Set()).add(terminalId));
  }

  forget(name: string, terminalId: string, scope: AliasScope): void {
    const key = keyOf(name, scope);
    if (this.links.get(key) === terminalId && this.links.delete(key)) this.count(name, -1);
    const banned = this.bans.get(key);
    if (banned?.delete(terminalId) && banned.size === 0 && this.bans.delete(key)) this.count(name, -1);
  }

  linked(raw: RawName): string | null {
    if (this.links.size === 0) return null;
    for (const key of keysOf(raw)) {
      const id = this.links.get(key);
      if (id !== undefined) return id;
    }
    return null;
  }

  isBanned(raw: RawName, terminalId: string): boolean {
    return this.bans.size > 0 && keysOf(raw).some((key) => this.bans.get(key)?.has(terminalId));
  }

  private count(name: string, more: number): void {
    const { text } = normalise(name);
    const words = (this.names.get(text) ?? 0) + more;
    if (words === 0) this.names.delete(text);
    else this.names.set(text, words);
  }

  describe(): string {
    const bans = [...this.bans].flatMap(([key, ids]) => [...ids].map((id) => `-${key}=${id}`));
    return [...[...this.links].map(([key, id]) => `+${key}=${id}`), ...bans].toSorted().join('|');
  }
}

function keyOf(name: string, { distributor = '', code = '' }: AliasScope): string {
  return `${normalise(name).text}\u0000${distributor}\u0000${code}`;
}

function keysOf({ name, distributor, code }: RawName): string[] {
  const keys = [keyOf(name, {})];
  if (distributor) keys.unshift(keyOf(name, { distributor }));
  if (distributor && code) keys.unshift(keyOf(name, { distributor, code }));
  return keys;
}
