import type { TerminalCard } from '../../db/terminal-lookup.js';
import type { RawName } from '../../journey/match/terminal.js';

type Words = Readonly<Record<'zh' | 'en', string>>;

/** A property of terminals: what it is called, what it is worth, and what it means in a query. */
export interface TerminalProperty {
  readonly id: string;
  readonly name: Words;
  /** Its values on a terminal; none when the master does not know. */
  readonly values?: (card: TerminalCard) => readonly string[];
  /** The field of a raw name that it fills when given in a query. */
  readonly hint?: keyof Pick<RawName, 'province' | 'city' | 'county' | 'address' | 'distributor' | 'code'>;
}

const given = (value: string): string[] => (value === '' ? [] : [value]);

/** What can be asked about a terminal (`values`) and said about a name (`hint`). `kind` in a query restricts like a type. */
export const terminalProperties: readonly TerminalProperty[] = [
  { id: 'province', name: { zh: '省', en: 'province' }, values: (card) => given(card.province), hint: 'province' },
  { id: 'city', name: { zh: '市', en: 'city' }, values: (card) => given(card.city), hint: 'city' },
  { id: 'county', name: { zh: '区县', en: 'county' }, values: (card) => given(card.county), hint: 'county' },
  { id: 'address', name: { zh: '地址', en: 'address' }, values: (card) => given(card.address), hint: 'address' },
  { id: 'kind', name: { zh: '终端类型', en: 'kind of terminal' }, values: (card) => given(card.kind) },
  { id: 'level', name: { zh: '等级', en: 'level' }, values: (card) => given(card.level) },
  { id: 'former_name', name: { zh: '曾用名', en: 'former name' }, values: (card) => card.formerNames },
  { id: 'credit_code', name: { zh: '统一社会信用代码', en: 'credit code' }, values: (card) => given(card.creditCode) },
  { id: 'name', name: { zh: '名称', en: 'name' }, values: (card) => given(card.name) },
  { id: 'distributor', name: { zh: '商业公司编码', en: 'code of the distributor' }, hint: 'distributor' },
  { id: 'customer_code', name: { zh: '客户编码', en: 'customer code at the distributor' }, hint: 'code' },
];

/** The type that every terminal has. */
export const anyTerminal = { id: 'terminal', name: { zh: '终端', en: 'terminal' } } as const;

/** The types of a terminal: its kind, if the master says one, and "terminal". */
export function typesOf(card: Pick<TerminalCard, 'kind'>, language: 'zh' | 'en'): { id: string; name: string }[] {
  return [...given(card.kind).map((kind) => ({ id: kind, name: kind })), { id: anyTerminal.id, name: anyTerminal.name[language] }];
}

/** What tells namesakes apart, in one line. */
export function describeCard({ kind, level, province, city, county, address, formerNames }: TerminalCard): string {
  const place = [province, city, county].filter((part, at, all) => part !== '' && part !== all[at - 1]).join('');
  return [[kind, level].filter(Boolean).join(' '), place, address, ...formerNames.slice(0, 1).map((name) => `(${name})`)]
    .filter(Boolean)
    .join(' · ');
}
