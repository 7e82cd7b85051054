import type { Command } from 'commander';
import { type AuditCard, type AuditVerdict, abandonAudit, answerAudit, auditVerdicts, listAuditCards } from '../db/audit/audit-answers.js';
import { type AuditReport, readAuditReport } from '../db/audit/audit-report.js';
import { drawAudit, openAudit } from '../db/audit/draw-audit.js';
import type { SettledStratum } from '../db/audit/settle-strata.js';
import { decideNames, previewDecisions } from '../db/names/decide-names.js';
import type { NameEdit } from '../db/names/name-decision.js';
import type { Answers } from '../journey/match/audit/judge-stratum.js';
import { HubError } from '../model/hub-error.js';
import { message, renderMessage } from '../model/message.js';
import { readAuditWorkbook, writeAuditWorkbook } from './audit-workbook.js';
import { columnsIn } from './columns-in.js';
import type { CommandContext } from './command-context.js';
import type { Desk } from './desk.js';
import { exitCode } from './exit-code.js';
import { grouped } from './grouped.js';
import { parseCount } from './parse-count.js';
import { showTable } from './show-table.js';
import { wrapTo } from './text-width.js';
import { withContext } from './with-context.js';
import { WrongUsage } from './wrong-usage.js';

/** `huiliu names audit ...`: a blind random sample of automatic links, and what it says of each kind of link. */
export function registerAuditCommand(names: Command, { text, width, open, finish }: Desk): void {
  const { left, long, right } = columnsIn(text);
  const audit = names.command('audit').description(text('audit.about'));
  audit
    .command('draw')
    .description(text('audit.draw.about'))
    .option('--size <count>', text('audit.opt-size'), parseCount, 200)
    .option('--stratum <kind...>', text('audit.opt-stratum'))
    .action((options: { size: number; stratum?: string[] }) => withContext(open, (context) => draw(context, options)));
  audit
    .command('next')
    .description(text('audit.next.about'))
    .action(() => withContext(open, next));
  audit
    .command('answer')
    .description(text('audit.answer.about'))
    .argument('<card>', text('audit.arg-card'), parseCount)
    .argument('<answer>', text('audit.arg-verdict'))
    .option('--note <text>', text('audit.opt-note'))
    .action((card: number, word: string, { note }: { note?: string }) => withContext(open, (context) => answer(context, card, word, note)));
  audit
    .command('report')
    .description(text('audit.report.about'))
    .argument('[audit]', text('audit.arg-audit'))
    .action((id?: string) => withContext(open, (context) => report(context, id ?? null)));
  audit
    .command('correct')
    .description(text('audit.correct.about'))
    .argument('[audit]', text('audit.arg-audit'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((id: string | undefined, { yes }: { yes: boolean }) => withContext(open, (context) => correct(context, id ?? null, yes)));
  audit
    .command('abandon')
    .description(text('audit.abandon.about'))
    .requiredOption('--why <text>', text('audit.opt-why'))
    .action(({ why }: { why: string }) => withContext(open, (context) => abandon(context, why)));
  audit
    .command('export')
    .description(text('audit.export.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--force', text('desk.opt-force'), false)
    .action((file: string, options: { force: boolean }) => withContext(open, (context) => exportCards(context, file, options)));
  audit
    .command('import')
    .description(text('audit.import.about'))
    .argument('<file.xlsx>', text('desk.arg-workbook'))
    .option('--yes', text('desk.opt-yes'), false)
    .action((file: string, { yes }: { yes: boolean }) => withContext(open, (context) => importCards(context, file, yes)));

  async function draw(context: CommandContext, { size, stratum = [] }: { size: number; stratum?: string[] }): Promise<void> {
    const { database, actor } = context;
    const drawn = await drawAudit(database, { size, strata: stratum, actor });
    if (context.json) return context.printJson({ ...drawn, seed: undefined, decoys: undefined });
    const rows = Object.entries(drawn.strata).map(([kind, { names: count, drawn: cards }]) => [kind, count, cards]);
    print(context, [
      ...showTable([long('audit.col-stratum'), right('names.col-names'), right('audit.col-drawn')], rows, {
        width,
      }),
      text('audit.drawn', { audit: drawn.auditId, cards: drawn.sample + drawn.decoys }),
    ]);
  }

  async function next(context: CommandContext): Promise<void> {
    const [card] = await listAuditCards(context.database, await waiting(context), { all: false, limit: 1 });
    if (!card) return context.json ? context.printJson({ card: null }) : context.print(text('audit.finished'));
    if (context.json) return context.printJson({ card });
    print(context, showCard(card));
  }

  function showCard(card: AuditCard): string[] {
    const line = (key: 'audit.says' | 'audit.means', parts: readonly string[]) => `${text(key)}  ${parts.filter(Boolean).join(' · ')}`;
    return [
      text('audit.card', { item: card.item, items: card.items, audit: card.auditId }),
      '',
      line('audit.says', [card.rawName, card.code, card.region, card.address, card.distributor]),
      line('audit.means', [
        `${card.terminalCode} ${card.terminalName}`,
        ...[card.terminalType, card.terminalPlace, card.terminalAddress, card.terminalFormerNames],
      ]),
      '',
      text('audit.how-to-answer', { item: card.item }),
    ];
  }

  async function answer(context: CommandContext, item: number, word: string, note: string | undefined): Promise<void> {
    const verdict = word === 'back' ? null : (word as AuditVerdict);
    if (verdict !== null && !auditVerdicts.includes(verdict)) throw new WrongUsage('audit.unknown-word', { word });
    // An answer may be changed after the last card was answered: then the newest audit is meant.
    const auditId = (await openAudit(context.database)) ?? (await readAuditReport(context.database, null)).auditId;
    const result = await answerAudit(context.database, auditId, [{ item, verdict, ...(note && { note }) }], context.actor);
    if (context.json) return context.printJson({ auditId, ...result });
    context.print(text('audit.answered', { item, left: result.left }));
    print(context, settled(result.settled));
  }

  async function report(context: CommandContext, id: string | null): Promise<void> {
    const found = await readAuditReport(context.database, id);
    const isAttention = found.strata.some(({ state }) => state === 'suggest') || found.wrong.some(({ isStillLinked }) => isStillLinked);
    if (isAttention) finish(exitCode.attention);
    if (context.json) return context.printJson(found);
    print(context, showReport(found));
  }

  function showReport(found: AuditReport): string[] {
    const { strata, total, decoys, wrong, promise } = found;
    const columns = [
      long('audit.col-stratum'),
      ...(['names.col-names', 'audit.col-answers', 'audit.col-precision', 'audit.col-lower'] as const).map(right),
    ];
    const answers = ({ yes, no, unsure }: Answers) => `${yes}/${no}/${unsure}`;
    const rows = strata.map((one) => [one.stratum, one.names, answers(one), percent(one.point), percent(one.lower)]);
    const sum = (key: keyof Answers) => strata.reduce((all, one) => all + one[key], 0);
    const all = answers({ yes: sum('yes'), no: sum('no'), unsure: sum('unsure') });
    rows.push([text('desk.total'), total.names, all, percent(total.point), percent(total.lower)]);
    const demoted = strata.filter(({ state }) => state === 'suggest').map(({ stratum }) => stratum);
    const lines = [
      text('audit.title', { audit: found.auditId, state: text(`audit.state-${found.state}`), promise: percent(promise) }),
      ...(found.left > 0 ? [text('audit.left', { left: found.left })] : []),
      ...(found.why ? [text('audit.why', { why: found.why })] : []),
      '',
      ...showTable(columns, rows, { width, hasTotal: true }),
      ...wrapTo(text('audit.reading'), width),
      ...(demoted.length > 0 ? wrapTo(text('audit.demoted-kinds', { kinds: demoted.join(text('audit.and')) }), width) : []),
      text(decoys.isAttentive ? 'audit.attentive' : 'audit.careless', {
        caught: decoys.answered - decoys.missed,
        answered: decoys.answered,
      }),
    ];
    if (found.abandoned > 0) lines.push(text('audit.abandoned', { count: found.abandoned }));
    if (wrong.length === 0) return lines;
    const shown = wrong.map((one) => [
      one.item,
      one.rawName,
      `${one.terminalCode} ${one.terminalName}`,
      one.note,
      text(one.isStillLinked ? 'audit.still-linked' : 'audit.corrected'),
    ]);
    const heads = [right('audit.col-card'), long('names.col-name'), long('audit.col-terminal')];
    lines.push('', text('audit.wrong', { count: wrong.length }));
    lines.push(...showTable([...heads, long('audit.col-note'), left('desk.state')], shown, { width }));
    if (wrong.some(({ isStillLinked }) => isStillLinked)) lines.push(text('audit.correct-them', { audit: found.auditId }));
    return lines;
  }

  async function correct(context: CommandContext, id: string | null, yes: boolean): Promise<void> {
    const { auditId, wrong } = await readAuditReport(context.database, id);
    const edits = wrong
      .filter(({ isStillLinked }) => isStillLinked)
      .map(
        (one): NameEdit => ({
          ...{ row: one.item, rawNameId: one.rawNameId, seenName: null, seenDecisionId: null },
          ...{ verdict: 'not', terminalCode: one.terminalCode, note: `audit ${auditId}${one.note ? `: ${one.note}` : ''}` },
        }),
      );
    if (edits.length === 0) return context.json ? context.printJson({ auditId, names: 0 }) : context.print(text('audit.nothing-wrong'));
    const result = yes ? await decideNames(context.database, edits, context.actor) : await previewDecisions(context.database, edits);
    if (result.problems.length > 0) finish(exitCode.usage);
    if (context.json) return context.printJson({ auditId, ...result });
    for (const problem of result.problems) print(context, wrapTo(renderMessage(problem, context.language), width));
    const batch = 'batchId' in result ? String(result.batchId) : null;
    const { names: count, rows, amount } = result;
    context.print(
      text(batch ? 'audit.corrected-batch' : 'audit.would-correct', { names: count, rows, amount: grouped(amount), batch: batch ?? '' }),
    );
    if (!yes) context.print(text('desk.preview', { command: `huiliu names audit correct ${auditId} --yes` }));
  }

  async function abandon(context: CommandContext, why: string): Promise<void> {
    const auditId = await waiting(context);
    const changes = await abandonAudit(context.database, auditId, { actor: context.actor, why });
    if (context.json) return context.printJson({ auditId, settled: changes });
    context.print(text('audit.given-up', { audit: auditId }));
  }

  async function exportCards(context: CommandContext, file: string, options: { force: boolean }): Promise<void> {
    const cards = await listAuditCards(context.database, await waiting(context), { all: true });
    await writeAuditWorkbook(file, cards, options);
    if (context.json) return context.printJson({ file, cards: cards.length });
    context.print(text('audit.exported', { path: file, cards: cards.length }));
  }

  async function importCards(context: CommandContext, file: string, yes: boolean): Promise<void> {
    const auditId = await waiting(context);
    const { edits, problems } = await readAuditWorkbook(file, auditId);
    const write = yes && problems.length === 0;
    const result = write ? await answerAudit(context.database, auditId, edits, context.actor) : null;
    if (problems.length > 0) finish(exitCode.usage);
    if (context.json) {
      const told = problems.map((problem) => ({ ...problem, text: renderMessage(problem, context.language) }));
      return context.printJson({ auditId, answers: edits.length, problems: told, ...result });
    }
    if (problems.length > 0) {
      for (const problem of problems) print(context, wrapTo(renderMessage(problem, context.language), width));
      return context.print(text('desk.refused', { count: problems.length }));
    }
    if (!result) {
      context.print(text('audit.would-answer', { count: edits.length }));
      return context.print(text('desk.preview', { command: `huiliu names audit import ${file} --yes` }));
    }
    context.print(text('audit.imported', { count: result.written, left: result.left }));
    print(context, settled(result.settled));
  }

  async function waiting({ database }: CommandContext): Promise<string> {
    const auditId = await openAudit(database);
    if (auditId === null) throw new HubError('config', message('audit.none-open'));
    return auditId;
  }

  function settled(changes: readonly SettledStratum[]): string[] {
    return changes.map(({ stratum, to }) => text(to === 'suggest' ? 'audit.demoted' : 'audit.restored', { stratum }));
  }
}

const percent = (share: number | null): string => (share === null ? '—' : `${(100 * share).toFixed(1)} %`);

function print(context: CommandContext, lines: readonly string[]): void {
  for (const line of lines) context.print(line);
}
