import type { Command } from 'commander';
import { z } from 'zod';
import { resolveSecret } from '../../app/resolve-secret.js';
import { secretStoreOf } from '../../app/secrets/secret-store-of.js';
import { raiseDead } from '../../app/share/raise-dead.js';
import { sendToWebhooks } from '../../app/share/send-to-webhooks.js';
import { type Manifest, writeFileSet } from '../../app/share/write-file-set.js';
import { type CopyComparison, compareCopy } from '../../db/share/compare-copy.js';
import { listDeadLetters } from '../../db/share/dead-letters.js';
import { type Comparison, compareParity, countMaster, countOurs } from '../../db/share/parity-store.js';
import { lastSeq } from '../../db/share/read-changes.js';
import { type ExchangeDay, readExchangeDays } from '../../db/share/read-exchange-days.js';
import { claimFileSets, type ExchangeLine, listExchange, moveSubscriber, saveSubscribers } from '../../db/share/subscriber-store.js';
import { HubError } from '../../model/hub-error.js';
import { message, renderMessage } from '../../model/message.js';
import { shanghaiDay } from '../../model/shanghai-day.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { subscriberSchema } from '../../share/subscriber.js';
import { columnsIn } from '../columns-in.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { grouped } from '../grouped.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { openCopy } from '../open-copy.js';
import { parseChangeNumber } from '../parse-change-number.js';
import { parseCount } from '../parse-count.js';
import { readYamlFile } from '../read-yaml-file.js';
import { showTable } from '../show-table.js';
import type { TextKey } from '../text.js';
import { wrapTo } from '../text-width.js';
import { WrongUsage } from '../wrong-usage.js';

interface ParityOptions {
  readonly theirs?: string;
  readonly copy?: string[];
  readonly seq?: number;
}

/** `huiliu share import|list|days|send|replay|dead|parity`: who gets the master, how far they are, and the proof that they have it. */
export function registerShareCommand(program: Command, { screen, settings, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language, width } = screen;
  const { left, long, right } = columnsIn(text);
  const share = program.command('share').description(text('share.about'));

  share
    .command('import')
    .description(text('share.import.about'))
    .argument('<file>', text('share.arg-file'))
    .action(async (file: string) => {
      const schema = z.strictObject({ subscribers: z.array(subscriberSchema).min(1) });
      const { subscribers } = (await readYamlFile(file, schema, 'share.invalid')).data;
      await saveSubscribers((await openHub()).database, subscribers, actor());
      const codes = subscribers.map(({ code }) => code);
      screen.answer({ saved: codes }, () => [text('share.saved', { codes: codes.join(', ') })]);
    });

  share
    .command('list')
    .description(text('share.list.about'))
    .action(async () => {
      const { database } = await openHub();
      const [lines, last] = [await listExchange(database), await lastSeq(database)];
      if (lines.some(isWrong)) finish(exitCode.attention);
      screen.answer({ last, subscribers: lines }, () => (lines.length === 0 ? [text('share.none')] : showLines(lines, last)));
    });

  share
    .command('send')
    .description(text('share.send.about'))
    .argument('[codes...]', text('share.arg-codes'))
    .action(async (codes: string[]) => {
      const { database } = await openHub();
      const secrets = secretStoreOf(settings, database);
      for (const code of codes) await expectSubscriber(code);
      await database('share.subscriber')
        .modify((rows) => void (codes.length > 0 && rows.whereIn('code', codes)))
        .update({ due_at: database.fn.now() });
      const changes = await sendToWebhooks({ database, secret: (reference) => resolveSecret(reference, secrets) });
      const day = shanghaiDay(new Date());
      const manifests: (Manifest | null)[] = [];
      for (const subscriber of await claimFileSets(database, { day, time: null, codes: codes.length > 0 ? codes : null }))
        manifests.push(await writeFileSet(database, subscriber, day));
      const failing = (await listExchange(database)).filter(
        (line) => line.failingSince && (codes.length === 0 || codes.includes(line.subscriber)),
      );
      if (failing.length > 0) finish(exitCode.attention);
      screen.answer({ changes, files: manifests }, () => [
        text('share.sent', { changes, files: manifests.filter((one) => one !== null).length }),
        ...failing.flatMap(showFailing),
      ]);
    });

  share
    .command('replay')
    .description(text('share.replay.about'))
    .argument('<code>', text('share.arg-code'))
    .option('--after <change>', text('share.opt-after'), parseChangeNumber)
    .option('--dead', text('share.opt-dead'))
    .option('--yes', text('desk.opt-yes'))
    .action(async (code: string, { after, dead, yes }: { after?: number; dead?: true; yes?: true }) => {
      const line = await expectSubscriber(code);
      const { database } = await openHub();
      if (line.kind !== 'webhook') throw new HubError('config', message('share.only-webhooks', { subscriber: code, kind: line.kind }));
      if (dead) {
        const secrets = secretStoreOf(settings, database);
        const done = yes ? await raiseDead({ database, secret: (reference) => resolveSecret(reference, secrets) }, code) : null;
        return screen.answer({ code, dead: line.deadLetters, done }, () => [
          done ? text('share.dead-done', done) : text('share.dead-preview', { code, count: line.deadLetters }),
        ]);
      }
      if (after === undefined) throw new WrongUsage('share.no-after');
      const last = await lastSeq(database);
      if (after > last) throw new HubError('config', message('share.ahead', { seq: after, last }));
      if (yes) await moveSubscriber(database, code, after, actor());
      screen.answer({ code, after, replayed: yes === true }, () => [
        yes
          ? text('share.replay-done', { code, after })
          : text('share.replay-preview', { code, after, count: grouped(last - after), acked: line.ackedSeq }),
      ]);
    });

  share
    .command('dead')
    .description(text('share.dead.about'))
    .argument('[code]', text('share.arg-code'))
    .action(async (code?: string) => {
      const letters = await listDeadLetters((await openHub()).database, code ?? null);
      if (letters.length > 0) finish(exitCode.attention);
      screen.answer({ dead: letters }, () =>
        letters.length === 0
          ? [text('share.dead-none')]
          : letters.flatMap(({ subscriber, seq, no, kind, told, refusedAt }) => [
              text('share.dead-one', { code: subscriber, seq, no, kind, at: shanghaiMoment(refusedAt) }),
              ...wrapTo(renderMessage(told, language), width - 2).map((one) => `  ${one}`),
            ]),
      );
    });

  share
    .command('parity')
    .description(text('share.parity.about'))
    .argument('[code]', text('share.arg-code'))
    .option('--theirs <state>', text('share.opt-theirs'))
    .option('--copy <file...>', text('share.opt-copy'))
    .option('--seq <change>', text('share.opt-seq'), parseChangeNumber)
    .action(async (code: string | undefined, { theirs, copy, seq: said }: ParityOptions) => {
      const { database } = await openHub();
      const line = code === undefined ? null : await expectSubscriber(code);
      const seq = await lastSeq(database);
      if (copy !== undefined) {
        if (!line) throw new WrongUsage('share.copy-of-whom');
        const given = await openCopy(copy, said);
        if (given.seq > seq) throw new HubError('config', message('share.ahead', { seq: given.seq, last: seq }));
        const { subscriber, entities } = line;
        const compared = await compareCopy(database, { subscriber, entities, seq: given.seq, copy: given.rows });
        if (!compared.agrees) finish(exitCode.attention);
        return screen.answer(compared, () => [
          compared.agrees ? agreement(compared) : disagreement(compared),
          ...differenceLines(compared, compared.ours.count),
        ]);
      }
      if (line && theirs !== undefined) {
        const state = /^(\d{1,15}):(\d{1,15}):([0-9a-f]{16})$/u.exec(theirs);
        if (!state) throw new WrongUsage('share.bad-theirs', { value: theirs });
        if (Number(state[1]) > seq) throw new HubError('config', message('share.ahead', { seq: Number(state[1]), last: seq }));
        const compared = await compareParity(database, {
          ...{ subscriber: line.subscriber, entities: line.entities, seq: Number(state[1]) },
          theirs: { count: Number(state[2]), hash: state[3]! },
        });
        if (!compared.agrees) finish(exitCode.attention);
        return screen.answer(compared, () =>
          compared.agrees
            ? [agreement(compared)]
            : [disagreement(compared), ...wrapTo(text('share.ask-copy', { code: line.subscriber, seq: compared.seq }), width)],
        );
      }
      if (line) {
        const ours = await countOurs(database, seq, line.entities);
        return screen.answer({ seq, ours }, () => [
          text('share.parity-ours', { code: line.subscriber, seq, count: grouped(ours.count), hash: ours.hash }),
        ]);
      }
      const [logged, master] = [await countOurs(database, seq, []), await countMaster(database)];
      const agrees = logged.count === master.count && logged.hash === master.hash;
      if (!agrees) finish(exitCode.attention);
      screen.answer({ seq, logged, master, agrees }, () => [
        agrees
          ? text('share.parity-whole', { count: grouped(master.count), hash: master.hash, seq })
          : text('share.parity-broken', { logged: logged.count, loggedHash: logged.hash, count: master.count, hash: master.hash }),
      ]);
    });

  share
    .command('days')
    .description(text('share.days.about'))
    .argument('[code]', text('share.arg-code'))
    .option('--days <count>', text('share.opt-days'), parseCount, 7)
    .action(async (code: string | undefined, { days }: { days: number }) => {
      if (code !== undefined) await expectSubscriber(code);
      const lines = await readExchangeDays((await openHub()).database, { days, subscriber: code ?? null });
      if (lines.some(({ state }) => state === 'differs')) finish(exitCode.attention);
      screen.answer({ days: lines }, () => (lines.length === 0 ? [text('share.none')] : showDays(lines)));
    });

  async function expectSubscriber(code: string): Promise<ExchangeLine> {
    const line = (await listExchange((await openHub()).database)).find(({ subscriber }) => subscriber === code);
    if (!line) throw new HubError('config', message('share.no-subscriber', { subscriber: code }));
    return line;
  }

  function showLines(lines: readonly ExchangeLine[], last: number): string[] {
    const columns = [
      ...[long('share.col-code'), left('share.col-kind'), right('share.col-acked')],
      ...[right('share.col-lag'), left('share.col-at'), right('share.col-dead'), long('share.col-parity')],
    ];
    const rows = lines.map((line) => [
      ...[
        `${line.subscriber}${line.enabled ? '' : text('share.off')}`,
        text(`share.kind-${line.kind}`),
        grouped(line.ackedSeq),
        grouped(line.lag),
      ],
      ...[line.ackedAt ? shanghaiMoment(line.ackedAt) : '—', grouped(line.deadLetters), parityWords(line)],
    ]);
    return [
      ...showTable(columns, rows, screen),
      '',
      text('share.last', { seq: grouped(last) }),
      ...lines.filter((line) => line.failingSince).flatMap(showFailing),
      ...lines.flatMap(({ subscriber: code, parity }) =>
        parity?.agrees === false
          ? parity.differences === null
            ? wrapTo(`${code}: ${text('share.ask-copy', { code, seq: parity.seq })}`, width)
            : differenceLines({ differing: parity.differing ?? 0, differences: parity.differences.slice(0, 5) }, parity.ourCount, code)
          : [],
      ),
    ];
  }

  function showDays(days: readonly ExchangeDay[]): string[] {
    const columns = [
      ...[left('share.col-day'), long('share.col-code'), left('share.col-kind'), right('share.col-last'), right('share.col-lag')],
      ...[left('share.col-state'), left('share.col-compared-at')],
    ];
    const rows = days.map((one) => [
      ...[one.day, one.subscriber, text(`share.kind-${one.kind}` as TextKey), grouped(one.lastSeq), grouped(one.lag)],
      ...[
        one.kind === 'writeback' && one.state === 'unproven'
          ? text('share.day-no-copy')
          : text(`share.day-${one.state}`, { count: grouped(one.differing ?? '?') }),
        one.comparedAt ? shanghaiMoment(one.comparedAt) : '—',
      ],
    ]);
    return [...showTable(columns, rows, screen), '', ...wrapTo(text('share.days-note'), width)];
  }

  const agreement = ({ ours, seq }: Comparison): string => text('share.agrees', { count: grouped(ours.count), seq });
  const disagreement = ({ ours, theirs, seq }: Comparison): string =>
    text('share.differs', { ours: `${ours.count} ${ours.hash}`, theirs: `${theirs.count} ${theirs.hash}`, seq });

  /** Which records differ, and in what; `code` stands in front where several subscribers are told of. */
  function differenceLines(
    { differing, differences }: Pick<CopyComparison, 'differing' | 'differences'>,
    ourCount: number,
    code?: string,
  ): string[] {
    if (differing === 0) return [];
    const lines = differences.flatMap(({ no, entity, what, fields }) => {
      const values = (fields ?? []).map(({ field, theirs, ours }) =>
        text('share.field-differs', { field, theirs: theirs ?? text('share.no-value'), ours: ours ?? text('share.no-value') }),
      );
      return wrapTo(`  ${no} ${entity ?? ''} ${text(`share.record-${what}`)}${values.length > 0 ? `: ${values.join('; ')}` : ''}`, width);
    });
    return [
      `${code === undefined ? '' : `${code}: `}${text('share.records-differ', { count: grouped(differing), all: grouped(ourCount) })}`,
      ...lines,
      ...(differing > differences.length ? [`  ${text('share.records-more', { rest: grouped(differing - differences.length) })}`] : []),
      ...wrapTo(text('share.mend-records'), width),
    ];
  }

  function parityWords({ parity, openDifferences }: ExchangeLine): string {
    if (openDifferences !== null) return text('share.open-differences', { count: grouped(openDifferences) });
    if (!parity) return text('share.uncompared');
    const { seq, agrees, ourCount, theirCount } = parity;
    return agrees
      ? text('share.agrees', { count: grouped(ourCount), seq })
      : text('share.differs', { ours: grouped(ourCount), theirs: grouped(theirCount), seq });
  }

  function showFailing({ subscriber: code, failingSince, told }: ExchangeLine): string[] {
    return wrapTo(
      text('share.failing', { code, since: shanghaiMoment(failingSince!), told: told ? renderMessage(told, language) : '' }),
      width,
    );
  }
}

const isWrong = ({ failingSince, deadLetters, parity }: ExchangeLine): boolean =>
  failingSince !== null || deadLetters > 0 || parity?.agrees === false;
