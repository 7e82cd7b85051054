import type { Command } from 'commander';
import { findNames, type NameCard, readName } from '../../../db/names/read-name.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import { shanghaiMoment } from '../../../model/shanghai-moment.js';
import { columnsIn } from '../../columns-in.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { showFacts } from '../../show-facts.js';
import { showTable } from '../../show-table.js';
import { withContext } from '../../with-context.js';
import { wordOf } from '../../word-of.js';
import { percent } from './queue.js';
import { sayReason } from './say-reason.js';

/** `huiliu names show`: everything about a raw name, or about each of a spelling. */
export function addShow(names: Command, { text, width, open }: Desk): void {
  const { left, long, right } = columnsIn(text);
  names
    .command('show')
    .description(text('names.show.about'))
    .argument('<name-or-id>', text('names.arg-name'))
    .action((key: string) =>
      withContext(open, async (context) => {
        const ids = await findNames(context.database, key);
        if (ids.length === 0) throw new HubError('config', message('match.no-such-name', { name: key }));
        const cards: NameCard[] = [];
        for (const id of ids) cards.push((await readName(context.database, id))!);
        if (context.json) return context.printJson({ names: cards });
        if (cards.length > 1) for (const line of listCards(cards)) context.print(line);
        else for (const line of showCard(cards[0]!)) context.print(line);
      }),
    );

  function listCards(cards: readonly NameCard[]): string[] {
    const columns = [
      ...[left('desk.id'), long('names.col-distributor'), long('names.fact-code')],
      ...[long('names.fact-address'), right('desk.rows'), left('desk.state')],
      left('trace.col-terminal'),
    ];
    const rows = cards.map(({ id, distributorName, code, address, scopes, links }) => {
      const last = links.at(-1);
      return [
        id,
        distributorName,
        code,
        address,
        scopes[0]!.rows,
        wordOf('verdict', last?.state ?? 'undecided', text),
        last?.terminal ?? '',
      ];
    });
    return [cards[0]!.name, '', ...showTable(columns, rows, { width }), '', text('names.show-one')];
  }

  function showCard(card: NameCard): string[] {
    const { id, name, distributorCode, distributorName, code, address, region, firstSeen, links, scopes, candidates, whyNotAuto, request } =
      card;
    const given = (value: string) => value || '—';
    return [
      name,
      '',
      ...showFacts([
        [text('desk.id'), id],
        [text('names.col-distributor'), `${distributorCode} ${distributorName}`],
        [text('names.fact-code'), given(code)],
        [text('names.fact-address'), given(address)],
        [text('names.fact-region'), given(region.replaceAll('/', ' ').trim())],
        [text('names.fact-first-seen'), firstSeen],
        ...links.map(
          (link) =>
            [
              text('names.fact-link'),
              `${days(link)}${wordOf('verdict', link.state, text)}  ${link.terminal} ${link.terminalName}`,
            ] as const,
        ),
        ...(links.length === 0 ? [[text('names.fact-link'), wordOf('verdict', 'undecided', text)] as const] : []),
        ...(request ? [[text('names.fact-request'), `${request.id} ${text(`request.${request.state}` as 'request.open')}`] as const] : []),
      ]),
      ...(candidates.length > 0 ? ['', text('names.candidates')] : []),
      ...candidates.map(({ code: of, name: called, province, p }) => `  ${percent(p)}  ${of}  ${called}（${province}）`),
      ...(whyNotAuto.length > 0 ? [`  ${text('names.why-waits')}${whyNotAuto.map((reason) => sayReason(reason, text)).join('；')}`] : []),
      '',
      ...showScopes(scopes),
      ...showDecisions(card),
    ];
  }

  function showScopes(scopes: NameCard['scopes']): string[] {
    const columns = [
      ...[left('names.col-scope'), right('names.col-names'), right('names.col-distributors')],
      ...[right('desk.rows'), right('desk.amount')],
    ];
    return showTable(
      columns,
      scopes.map(({ scope, names: count, distributors, rows, amount }) => [
        text(`scope.${scope}`),
        count,
        distributors,
        rows,
        grouped(amount),
      ]),
      { width },
    );
  }

  function showDecisions({ decisions }: NameCard): string[] {
    if (decisions.length === 0) return [];
    const columns = [
      ...[right('names.col-batch'), left('names.col-when'), left('names.col-who')],
      ...[left('names.col-verdict'), left('names.col-scope'), left('desk.state')],
      long('names.col-note'),
    ];
    const rows = decisions.map(({ batchId, at, actor, verdict, terminal, scope, validFrom, isUndone, inForce, note }) => {
      const state = isUndone ? text('trace.undone') : inForce ? text('trace.in-force') : '';
      const said = [wordOf('verdict', verdict, text), terminal, validFrom ? text('names.from-day', { day: validFrom }) : '']
        .filter(Boolean)
        .join(' ');
      return [batchId, shanghaiMoment(new Date(at)), actor, said, text(`scope.${scope}`), state, note];
    });
    return ['', ...showTable(columns, rows, { width })];
  }

  function days({ validFrom, validUntil }: NameCard['links'][number]): string {
    if (validFrom === null && validUntil === null) return '';
    return `${validFrom ?? '…'} → ${validUntil ?? '…'}  `;
  }
}
