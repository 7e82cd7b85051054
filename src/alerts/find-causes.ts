import { type Message, message, renderMessage } from '../model/message.js';
import type { Severity } from './notice.js';

/** Something that is wrong now. One cause is one incident, however many members suffer from it. */
export interface Cause {
  readonly key: string;
  readonly severity: Severity;
  readonly told: Message;
  readonly members: readonly string[];
  /** Open incidents whose key begins so are part of this one from now on: they end without a notice. */
  readonly absorbs?: string;
}

/** More hosts than this at once are one cause: our own network. */
const manyHosts = 5;

/** Failed collections, grouped by what they have in common: the host that cannot be reached, else the fault and where it happened. */
export function causesOfCollections(failures: readonly { readonly source: string; readonly told: Message }[]): Cause[] {
  const away = failures.filter(({ told }) => told.code === 'connect.unreachable');
  const others = failures.filter(({ told }) => told.code !== 'connect.unreachable');
  const byHost = grouped(away, ({ told }) => String(told.values['where']));
  const sources = (list: typeof failures) => list.map(({ source }) => source);
  const hosts = [...byHost].map(
    ([where, list]): Cause => ({
      ...{ key: `unreachable:${where}`, severity: 'fault', told: message('alert.unreachable-host', { where, count: list.length }) },
      members: sources(list),
    }),
  );
  const network: Cause = {
    ...{ key: 'unreachable-many', severity: 'fault', absorbs: 'unreachable:', members: sources(away) },
    told: message('alert.unreachable-many', { hosts: byHost.size, count: away.length }),
  };
  const rest = [...grouped(others, ({ source, told }) => `${told.code}:${String(told.values['where'] ?? source)}`)].map(
    ([key, list]): Cause => ({
      ...{ key: `collect:${key}`, severity: 'fault', members: sources(list) },
      told: message('alert.collect-failed', { count: list.length, cause: renderMessage(list[0]!.told) }),
    }),
  );
  return [...(byHost.size > manyHosts ? [network] : hosts), ...rest];
}

/** Faults of loads or matches, grouped by what was said. */
export function causesByMessage(what: 'load' | 'match', failures: readonly { readonly member: string; readonly told: Message }[]): Cause[] {
  return [...grouped(failures, ({ told }) => told.code)].map(([code, list]) => ({
    ...{ key: `${what}:${code}`, severity: 'fault', members: list.map(({ member }) => member) },
    told: message(`alert.${what}-failed`, { count: list.length, cause: renderMessage(list[0]!.told) }),
  }));
}

/** Held deliveries, one cause per night. */
export function causesOfHeld(held: readonly { readonly day: string; readonly source: string; readonly name: string }[]): Cause[] {
  return [...grouped(held, ({ day }) => day)].map(([day, list]) => ({
    ...{ key: `held:${day}`, severity: 'warning', told: message('alert.held', { day, count: list.length }) },
    members: list.map(({ source, name }) => `${source} ${name}`),
  }));
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
