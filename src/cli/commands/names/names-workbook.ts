import type { NameEdit, PersonVerdict } from '../../../db/names/name-decision.js';
import type { NameAtStake } from '../../../db/names/names-at-stake.js';
import { HubError } from '../../../model/hub-error.js';
import { type Message, message } from '../../../model/message.js';
import { safeText } from '../../../model/safe-text.js';
import { saveWorkbook } from '../../save-workbook.js';

/** The words of a decision in the workbook. English words are understood too. */
const wordOf: Record<PersonVerdict, string> = {
  link: '关联',
  new: '新终端',
  hold: '搁置',
  noise: '非终端',
  unlink: '取消关联',
  not: '不是',
  distributor: '商业公司',
};
const sheetName = '配对表';

interface Column {
  readonly title: string;
  readonly width: number;
  value(name: NameAtStake): string | number;
}

const columns: readonly Column[] = [
  { title: '原始名称编号', width: 22, value: (name) => name.rawNameId },
  { title: '商业公司编码', width: 14, value: (name) => safeText(name.distributorCode) },
  { title: '商业公司', width: 26, value: (name) => safeText(name.distributorName) },
  { title: '客户编码', width: 16, value: (name) => safeText(name.code) },
  { title: '原始名称', width: 36, value: (name) => safeText(name.name) },
  { title: '地址', width: 28, value: (name) => safeText(name.address) },
  { title: '地区', width: 18, value: (name) => safeText(name.region) },
  { title: '行数', width: 8, value: (name) => name.rowCount },
  // Exact text: a spreadsheet's own numbers keep 15 digits only.
  { title: '数量', width: 14, value: (name) => name.quantity },
  { title: '金额', width: 16, value: (name) => name.amount },
  { title: '当前状态', width: 12, value: (name) => stateWord(name) },
  { title: '当前终端编码', width: 16, value: (name) => safeText(name.terminalCode) },
  { title: '当前终端', width: 30, value: (name) => safeText(name.terminalName) },
  {
    title: '候选终端',
    width: 60,
    value: (name) => safeText(name.candidates.map(({ code, name: of, province }) => `${code} ${of}(${province})`).join('；')),
  },
  { title: '裁决', width: 12, value: () => '' },
  { title: '终端编码', width: 16, value: () => '' },
  { title: '备注', width: 24, value: () => '' },
  { title: '裁决号', width: 12, value: (name) => name.decisionId },
];

const instructions = [
  '怎样使用：只填写黄色的三列（裁决、终端编码、备注），其余列供查看；列的顺序可以调整，请勿改动“原始名称编号”和“裁决号”。',
  '填写“终端编码”即为关联到该终端（裁决可留空或填“关联”）。',
  '裁决可用：关联、不是（不是所填终端，以后也不再关联）、新终端（主数据中还没有，等待新建）、搁置（暂不决定）、非终端（不是客户）、取消关联。',
  '两列都留空的行不受影响。',
  '导入：huiliu names import 文件.xlsx，先显示会影响多少名称、行数和金额；加 --yes 才写入；可用 huiliu names undo 批次号 撤销。',
  '明细数据不会被改写，裁决对过去和将来的行同时生效。',
];

/** Writes the matching table as a workbook that comes back by `readNameEdits`. Everything but counts is text. */
export async function writeNamesWorkbook(path: string, names: readonly NameAtStake[], options: { force: boolean }): Promise<void> {
  const { default: excel } = await import('exceljs');
  const book = new excel.Workbook();
  const sheet = book.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ title, width }) => ({ header: title, width, style: { numFmt: title === '行数' ? '0' : '@' } }));
  sheet.getRow(1).font = { bold: true };
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } };
  for (const name of names) sheet.addRow(columns.map(({ value }) => value(name)));
  const words = Object.values(wordOf).join(',');
  columns.forEach(({ title }, index) => {
    if (!['裁决', '终端编码', '备注'].includes(title)) return;
    for (let row = 1; row <= names.length + 1; row += 1) {
      const cell = sheet.getCell(row, index + 1);
      cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFF2CC' } };
      if (title === '裁决' && row > 1) cell.dataValidation = { type: 'list', allowBlank: true, formulae: [`"${words}"`] };
    }
  });
  const help = book.addWorksheet('说明');
  help.getColumn(1).width = 110;
  for (const line of instructions) help.addRow([line]);
  await saveWorkbook(book, path, options);
}

/** The rows that a person filled in, by the titles of the columns. Rows left empty are not among them. */
export async function readNameEdits(path: string): Promise<{ edits: NameEdit[]; problems: Message[] }> {
  const { readSheets } = await import('../../read-sheets.js');
  const sheets = await readSheets(path);
  const sheet = sheets.find(({ name }) => name === sheetName) ?? sheets.find(({ titles }) => titles.includes('原始名称编号'));
  const places = new Map(sheet?.titles.map((title, index) => [title, index]));
  const missing = ['原始名称编号', '裁决', '终端编码'].filter((title) => !places.has(title));
  if (!sheet || missing.length > 0)
    throw new HubError('config', message('desk.columns-missing', { file: path, columns: missing.join('、') }));

  const edits: NameEdit[] = [];
  const problems: Message[] = [];
  for (const { rowNo: row, cells } of sheet.rows) {
    const at = (title: string) => (places.has(title) ? (cells[places.get(title)!] ?? '') : null);
    const word = at('裁决') ?? '';
    const terminalCode = at('终端编码') ?? '';
    if (word === '' && terminalCode === '') continue;
    const verdict = word === '' ? 'link' : verdictOf(word);
    if (verdict === null) {
      problems.push(message('match.unknown-verdict', { row, value: word, expected: Object.values(wordOf).join('、') }));
      continue;
    }
    edits.push({
      ...{ row, rawNameId: at('原始名称编号') ?? '', seenName: at('原始名称'), seenDecisionId: at('裁决号') },
      ...{ verdict, terminalCode, note: at('备注') ?? '' },
    });
  }
  return { edits, problems };
}

function verdictOf(word: string): PersonVerdict | null {
  const found = Object.entries(wordOf).find(([verdict, chinese]) => chinese === word || verdict === word.toLowerCase());
  return (found?.[0] as PersonVerdict | undefined) ?? null;
}

function stateWord({ verdict, byPerson }: NameAtStake): string {
  if (verdict === '') return '待配对';
  if (verdict === 'auto') return byPerson ? '已关联（人工）' : '已关联';
  if (verdict === 'review') return '待裁决';
  if (verdict === 'suggest') return '有建议';
  return wordOf[verdict as PersonVerdict] ?? verdict;
}
