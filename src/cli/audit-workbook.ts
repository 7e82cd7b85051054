import type { AuditCard, AuditEdit, AuditVerdict } from '../db/audit/audit-answers.js';
import { HubError } from '../model/hub-error.js';
import { type Message, message } from '../model/message.js';
import { safeText } from '../model/safe-text.js';
import { saveWorkbook } from './save-workbook.js';

/** The words of an answer in the workbook. English words are understood too. */
const wordOf: Record<AuditVerdict, string> = { yes: '对', no: '错', unsure: '不确定' };
const sheetName = '抽查';

const columns: readonly { readonly title: string; readonly width: number; value(card: AuditCard): string | number }[] = [
  { title: '抽查号', width: 10, value: (card) => card.auditId },
  { title: '序号', width: 8, value: (card) => card.item },
  { title: '原始名称', width: 36, value: (card) => safeText(card.rawName) },
  { title: '客户编码', width: 16, value: (card) => safeText(card.code) },
  { title: '地区', width: 18, value: (card) => safeText(card.region) },
  { title: '地址', width: 28, value: (card) => safeText(card.address) },
  { title: '商业公司', width: 26, value: (card) => safeText(card.distributor) },
  { title: '终端编码', width: 16, value: (card) => safeText(card.terminalCode) },
  { title: '终端', width: 36, value: (card) => safeText(card.terminalName) },
  { title: '终端曾用名', width: 28, value: (card) => safeText(card.terminalFormerNames) },
  { title: '终端类型', width: 14, value: (card) => safeText(card.terminalType) },
  { title: '终端所在地', width: 24, value: (card) => safeText(card.terminalPlace) },
  { title: '终端地址', width: 30, value: (card) => safeText(card.terminalAddress) },
  { title: '回答', width: 10, value: (card) => (card.verdict ? wordOf[card.verdict] : '') },
  { title: '备注', width: 24, value: () => '' },
];

const instructions = [
  '每一行：左边是商业公司写的名称，右边是系统认为它所指的终端。是同一家吗？',
  '在黄色的“回答”列填：对、错、不确定。请逐条独立判断；表中混有已知为错的行，用来检查是否认真。',
  '导入：huiliu names audit import 文件.xlsx，先预览；加 --yes 才写入。',
];

/** Writes the cards of an audit, probability and kind left out, as a workbook that comes back by `readAuditWorkbook`. */
export async function writeAuditWorkbook(path: string, cards: readonly AuditCard[], options: { force: boolean }): Promise<void> {
  const { default: excel } = await import('exceljs');
  const book = new excel.Workbook();
  const sheet = book.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ title, width }) => ({ header: title, width, style: { numFmt: title === '序号' ? '0' : '@' } }));
  sheet.getRow(1).font = { bold: true };
  for (const card of cards) sheet.addRow(columns.map(({ value }) => value(card)));
  columns.forEach(({ title }, index) => {
    if (title !== '回答' && title !== '备注') return;
    for (let row = 1; row <= cards.length + 1; row += 1) {
      const cell = sheet.getCell(row, index + 1);
      cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF2CC' } };
      if (title === '回答' && row > 1)
        cell.dataValidation = { type: 'list', allowBlank: true, formulae: [`"${Object.values(wordOf).join(',')}"`] };
    }
  });
  const help = book.addWorksheet('说明');
  help.getColumn(1).width = 110;
  for (const line of instructions) help.addRow([line]);
  await saveWorkbook(book, path, options);
}

/** The answers that somebody filled in, and everything wrong with the workbook. Rows left empty are not among them. */
export async function readAuditWorkbook(path: string, auditId: string): Promise<{ edits: AuditEdit[]; problems: Message[] }> {
  const { readSheets } = await import('./read-sheets.js');
  const sheets = await readSheets(path);
  const sheet = sheets.find(({ name }) => name === sheetName) ?? sheets.find(({ titles }) => titles.includes('回答'));
  const places = new Map(sheet?.titles.map((title, index) => [title, index]));
  const missing = ['抽查号', '序号', '回答'].filter((title) => !places.has(title));
  if (!sheet || missing.length > 0)
    throw new HubError('config', message('desk.columns-missing', { file: path, columns: missing.join('、') }));
  const edits: AuditEdit[] = [];
  const problems: Message[] = [];
  for (const { rowNo: row, cells } of sheet.rows) {
    const at = (title: string) => (places.has(title) ? (cells[places.get(title)!] ?? '') : '');
    const word = at('回答');
    if (word === '') continue;
    const verdict = verdictOf(word);
    if (at('抽查号') !== auditId) problems.push(message('audit.other-audit', { row, value: at('抽查号'), expected: auditId }));
    else if (verdict === null)
      problems.push(message('audit.unknown-verdict', { row, value: word, expected: Object.values(wordOf).join('、') }));
    else edits.push({ item: Number(at('序号')), verdict, ...(at('备注') !== '' && { note: at('备注') }) });
  }
  return { edits, problems };
}

function verdictOf(word: string): AuditVerdict | null {
  const found = Object.entries(wordOf).find(([verdict, chinese]) => chinese === word || verdict === word.toLowerCase());
  return (found?.[0] as AuditVerdict | undefined) ?? null;
}
