import type { AnsweredRequests, RequestOutcome } from '../../../db/master/answer-requests.js';
import type { ChangeRequest } from '../../../db/master/change-requests.js';
import { groupBy } from '../../../model/group-by.js';
import { type Language, renderMessage } from '../../../model/message.js';
import { columnsIn } from '../../columns-in.js';
import { grouped } from '../../grouped.js';
import { showTable } from '../../show-table.js';
import type { Text } from '../../text.js';
import { wrapTo } from '../../text-width.js';
import { approvalLines } from './approval-lines.js';
import { fieldTitle } from './field-words.js';
import { changedValues } from './request-lines.js';

const shown = 10;

/** What becomes, or became, of many requests: how many of what, some of them, and those that cannot be, with the reason. */
export function showAnswered(
  { outcomes, unknown, impact }: AnsweredRequests,
  decision: 'approve' | 'reject',
  {
    text,
    language,
    width,
    isWritten,
  }: { readonly text: Text; readonly language: Language; readonly width: number; readonly isWritten: boolean },
): string[] {
  const { left, long, right } = columnsIn(text);
  const done = outcomes.filter(({ told }) => told === null).map(({ request }) => request);
  const refused = outcomes.filter(({ told }) => told !== null);
  // Those that differ first: of thousands only some are shown.
  const sights = outcomes
    .filter(({ pair, behind }) => pair !== null || behind !== null)
    .toSorted((one, other) => (other.pair?.differences.length ?? 0) - (one.pair?.differences.length ?? 0));
  if (outcomes.length + unknown.length === 0) return [text('customer.no-such-requests')];
  const counts = [...groupBy(done, (request) => `${request.kind}\u0000${fieldsOf(request).join('、')}`).values()].map((list) => [
    text(`customer.change-${list[0]!.kind}`),
    fieldsOf(list[0]!).join('、'),
    list.length,
  ]);
  const state = text(
    done.length === 0 ? 'customer.answer-none' : isWritten ? `customer.answered-${decision}` : `customer.would-${decision}`,
  );
  return [
    text('customer.answer-counts', { state, done: grouped(done.length), refused: grouped(refused.length + unknown.length) }),
    ...(counts.length > 0
      ? ['', ...showTable([left('customer.col-change'), long('customer.col-fields'), right('customer.col-count')], counts, { width })]
      : []),
    ...(impact && impact.records > 0 ? ['', text('customer.records-change', { count: grouped(impact.records) })] : []),
    ...(impact && impact.terminals > 0
      ? [
          text('names.redirected', {
            terminals: impact.terminals,
            names: impact.names,
            rows: grouped(impact.rows),
            amount: grouped(impact.amount),
          }),
        ]
      : []),
    ...section(
      text('customer.answer-samples'),
      showTable(
        [
          left('customer.col-request'),
          left('customer.col-change'),
          long('customer.col-record'),
          long('customer.col-values'),
          left('customer.col-by'),
        ],
        done
          .slice(0, shown)
          .map((request) => [
            request.id,
            text(`customer.change-${request.kind}`),
            recordOf(request),
            changedValues(request, language).join('  '),
            request.askedBy,
          ]),
        { width },
      ),
      done.length > 0,
    ),
    ...more(done.length),
    ...section(text('customer.answer-sights'), sights.slice(0, shown).flatMap(sightOf), sights.length > 0),
    ...more(sights.length),
    ...section(
      text('customer.answer-refused'),
      [...groupBy(refused, ({ told }) => told!.code).values()].flatMap(refusalsOf),
      refused.length > 0,
    ),
    ...(unknown.length > 0 ? ['', ...wrapTo(text('customer.answer-unknown', { numbers: someOf(unknown) }), width)] : []),
    '',
  ];

  function fieldsOf({ kind, fields }: ChangeRequest): string[] {
    return kind === 'close'
      ? [fieldTitle('customer', 'status', language)]
      : Object.keys(fields).map((field) => fieldTitle('customer', field, language));
  }

  /** Of many for one reason one is said in full, the others by their numbers. */
  function refusalsOf(same: readonly RequestOutcome[]): string[] {
    const few = same.length > 3 ? 1 : 3;
    const others = same.slice(few).map(({ request }) => request.id);
    const rest = text('customer.answer-refused-too', { count: grouped(others.length), numbers: someOf(others) });
    return [...same.slice(0, few).flatMap(refusalOf), ...(others.length > 0 ? wrapTo(rest, width - 4).map((line) => `    ${line}`) : [])];
  }

  function refusalOf({ request, told }: RequestOutcome): string[] {
    const [first = '', ...rest] = wrapTo(renderMessage(told!, language), width - 4);
    return [
      `${request.id}  ${text(`customer.change-${request.kind}`)}  ${recordOf(request)}`,
      `    ${first}`,
      ...rest.map((line) => `    ${line}`),
    ];
  }

  function sightOf({ request, pair, behind }: RequestOutcome): string[] {
    const head = pair ? request.id : `${request.id}  ${text(`customer.change-${request.kind}`)}  ${recordOf(request)}`;
    return [head, ...approvalLines({ pair, behind }, text, language).map((line) => `    ${line}`)];
  }

  function more(count: number): string[] {
    return count > shown ? [text('customer.answer-more', { count: grouped(count - shown) })] : [];
  }
}

const recordOf = ({ no, name }: ChangeRequest): string => [no, name].filter(Boolean).join(' ');

const someOf = (numbers: readonly string[]): string => `${numbers.slice(0, 20).join('、')}${numbers.length > 20 ? ' …' : ''}`;

const section = (title: string, lines: readonly string[], isShown: boolean): string[] => (isShown ? ['', title, ...lines] : []);
