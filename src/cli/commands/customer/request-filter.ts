import { type Command, Option } from 'commander';
import { changeKinds, type RequestFilter } from '../../../db/master/change-requests.js';
import { parseRequestNumbers } from '../../../db/master/parse-request-numbers.js';
import { expected } from '../../expected.js';
import type { Text } from '../../text.js';

/** The options by which requests are chosen. */
export interface FilterOptions extends Pick<RequestFilter, 'import' | 'source' | 'batch' | 'field' | 'upTo'> {
  readonly kind?: RequestFilter['kinds'];
  readonly by?: string;
}

export function addFilterOptions(command: Command, text: Text): Command {
  return command
    .option('--import <number>', text('customer.opt-import'), parseNumber)
    .option('--source <code>', text('customer.opt-source'), parseWord)
    .option('--batch <number>', text('customer.opt-batch'), parseNumber)
    .addOption(new Option('--kind <kind...>', text('customer.arg-change')).choices(changeKinds))
    .option('--field <field>', text('customer.opt-field'), parseWord)
    .option('--by <person>', text('customer.opt-by'), parseWord)
    .option('--up-to <request>', text('customer.opt-up-to'), parseNumber);
}

export function filterOf(numbers: readonly string[], { import: of, source, batch, kind, field, by, upTo }: FilterOptions): RequestFilter {
  return {
    ...parseRequestNumbers(numbers),
    ...(of !== undefined && { import: of }),
    ...(source !== undefined && { source }),
    ...(batch !== undefined && { batch }),
    ...(kind !== undefined && { kinds: kind }),
    ...(field !== undefined && { field }),
    ...(by !== undefined && { askedBy: by }),
    ...(upTo !== undefined && { upTo }),
  };
}

/** What was typed, so that the same requests are meant again; `upTo` bounds them by what was seen. */
export function wordsOf(numbers: readonly string[], { kind = [], upTo: _, ...rest }: FilterOptions, upTo: string | null): string {
  const options = Object.entries(rest).flatMap(([name, value]) => (typeof value === 'string' ? [`--${name} ${quoted(value)}`] : []));
  const kinds = kind.length > 0 ? [`--kind ${kind.join(' ')}`] : [];
  return [...numbers, ...options, ...(upTo === null ? [] : [`--up-to ${upTo}`]), ...kinds].join(' ');
}

const quoted = (value: string): string => (/^[\w.@:/-]+$/u.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);

function parseNumber(given: string): string {
  if (!/^[1-9]\d{0,17}$/u.test(given)) throw expected('expected.number', { least: 1, most: '999999999999999999', example: 12 });
  return given;
}

function parseWord(given: string): string {
  if (given.trim() === '') throw expected('expected.text');
  return given.trim();
}
