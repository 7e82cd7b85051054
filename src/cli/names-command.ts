import type { Command } from 'commander';
import { type DecisionPreview, decideNames, previewDecisions } from '../db/decide-names.js';
import { countNamesByDecision, matchNewNames } from '../db/match-store.js';
import { listNamesAtStake } from '../db/names-at-stake.js';
import { previewUndo, undoDecisions } from '../db/undo-decisions.js';
import { renderMessage } from '../model/message.js';
import type { CommandContext } from './command-context.js';
import { readNameEdits, writeNamesWorkbook } from './names-workbook.js';
import { table } from './table.js';
import { withContext } from './with-context.js';

type Open = () => Promise<CommandContext>;

/** `huiliu names list|export|import|undo`: the matching table and its Excel round trip. A refused workbook gives exit code 1. */
export function registerNamesCommand(program: Command, open: Open): void {
  const names = program.command('names').description('名称配对 / the matching table: raw names and what they mean');
  names
    .command('list')
    .description('按裁决统计，并列出金额最大的待裁决名称 / counts by decision, and the waiting names with most money at stake')
    .option('--top <count>', '列出几条 / how many names', '20')
    .action(({ top }: { top: string }) => withContext(open, (context) => list(context, Number(top))));
  names
    .command('export')
    .description('导出待裁决的名称到工作簿 / write the waiting names into a workbook')
    .argument('<file.xlsx>')
    .option('--all', '包括已裁决的名称 / names already decided too', false)
    .action((file: string, { all }: { all: boolean }) => withContext(open, (context) => exportNames(context, file, all)));
  names
    .command('import')
    .description('导入填写好的工作簿；不加 --yes 只预览 / take a filled-in workbook; only a preview without --yes')
    .argument('<file.xlsx>')
    .option('--yes', '写入 / write', false)
    .action((file: string, { yes }: { yes: boolean }) => withContext(open, (context) => importNames(context, file, yes)));
  names
    .command('undo')
    .description('撤销一批裁决；不加 --yes 只预览 / take a batch of decisions back; only a preview without --yes')
    .argument('<batch>')
    .option('--yes', '写入 / write', false)
    .action((batch: string, { yes }: { yes: boolean }) => withContext(open, (context) => undo(context, batch, yes)));
}

async function list(context: CommandContext, top: number): Promise<void> {
  const [counts, waiting] = [
    await countNamesByDecision(context.database),
    await listNamesAtStake(context.database, { all: false, limit: top }),
  ];
  if (context.json) return context.printJson({ names: counts, waiting });
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  const isChinese = context.language === 'zh';
  for (const line of table(isChinese ? ['裁决', '名称数'] : ['decision', 'names'], shown, [1])) context.print(line);
  if (waiting.length === 0) return context.print(isChinese ? '没有待裁决的名称。' : 'No name is waiting.');
  const titles = isChinese ? ['商业公司', '原始名称', '行数', '金额', '候选'] : ['distributor', 'raw name', 'rows', 'amount', 'candidates'];
  const rows = waiting.map((name) => [
    name.distributorName,
    name.name,
    name.rowCount,
    name.amount,
    name.candidates.map(({ code }) => code).join(' '),
  ]);
  context.print('');
  for (const line of table(titles, rows, [2, 3])) context.print(line);
}

async function exportNames(context: CommandContext, file: string, all: boolean): Promise<void> {
  const names = await listNamesAtStake(context.database, { all });
  await writeNamesWorkbook(file, names);
  if (context.json) return context.printJson({ file, names: names.length });
  context.print(context.language === 'zh' ? `${file}：已导出 ${names.length} 个名称。` : `${file}: ${names.length} names written.`);
}

async function importNames(context: CommandContext, file: string, yes: boolean): Promise<void> {
  const { edits, problems } = await readNameEdits(file);
  const write = yes && problems.length === 0;
  const result = write ? await decideNames(context.database, edits, context.actor) : await previewDecisions(context.database, edits);
  const all = [...problems, ...result.problems].toSorted((left, right) => Number(left.values['row']) - Number(right.values['row']));
  const batchId = 'batchId' in result ? (result.batchId as string | null) : null;
  // Other spellings that lean on the new decisions follow at once.
  const followed = batchId === null ? null : await matchNewNames(context.database, { actor: context.actor });
  if (all.length > 0) process.exitCode = 1;
  if (context.json) {
    const told = all.map((problem) => ({ ...problem, text: renderMessage(problem, context.language) }));
    return context.printJson({ ...result, problems: told, batchId, followed: followed?.auto ?? 0 });
  }
  for (const problem of all) context.print(renderMessage(problem, context.language));
  printPreview(context, result);
  const isChinese = context.language === 'zh';
  if (all.length > 0)
    return context.print(isChinese ? `共 ${all.length} 处错误，未写入。` : `${all.length} mistakes; nothing was written.`);
  if (batchId !== null) {
    context.print(
      isChinese
        ? `已写入，批次 ${batchId}；另有 ${followed?.auto ?? 0} 个名称随之关联。`
        : `Written as batch ${batchId}; ${followed?.auto ?? 0} more names follow.`,
    );
  } else if (!yes) context.print(isChinese ? '以上为预览，加 --yes 写入。' : 'This is a preview; add --yes to write.');
}

function printPreview(context: CommandContext, { moves, names, rows, amount, unchanged }: DecisionPreview): void {
  const isChinese = context.language === 'zh';
  const titles = isChinese ? ['从', '到', '名称', '行数', '金额'] : ['from', 'to', 'names', 'rows', 'amount'];
  const total = [isChinese ? '合计' : 'total', '', names, rows, amount];
  for (const line of table(titles, [...moves.map((move) => [move.from, move.to, move.names, move.rows, move.amount]), total], [2, 3, 4]))
    context.print(line);
  if (unchanged > 0) context.print(isChinese ? `另有 ${unchanged} 个与现有裁决相同。` : `${unchanged} more say what is decided already.`);
}

async function undo(context: CommandContext, batch: string, yes: boolean): Promise<void> {
  const result = yes ? await undoDecisions(context.database, batch, context.actor) : await previewUndo(context.database, batch);
  if (context.json) return context.printJson({ batch, written: yes, ...result });
  const { restored, kept, undoneBefore, followers } = result;
  context.print(
    context.language === 'zh'
      ? `批次 ${batch}：恢复 ${restored} 个名称，随之退回 ${followers} 个，因后来的人工裁决保留 ${kept} 个，早已撤销 ${undoneBefore} 个。`
      : `Batch ${batch}: ${restored} names restored, ${followers} followers taken back, ${kept} kept by later decisions, ${undoneBefore} undone before.`,
  );
  if (!yes) context.print(context.language === 'zh' ? '以上为预览，加 --yes 写入。' : 'This is a preview; add --yes to write.');
}
