import excel, { type Cell, type Workbook, type Worksheet } from 'exceljs';
import type { EntityDefinition, EntityField } from '../../../master/entity-definition.js';

/** Sheets that hold no data; `history-template` skips them by these names. */
const helpSheet = '填写说明';
const choiceSheet = '选项';
/** The title of the first column, and the word that marks the row that shows how. */
const exampleTitle = '示例';
const rowsToFill = 20_000;

/**
 * A workbook to be filled in: a sheet for each entity with its columns, what each one wants as a note, lists to choose from, and an
 * example row that is left out at the import. It is read by the layout `history-template`.
 */
export function makeTemplate(entities: readonly EntityDefinition[]): Workbook {
  const book = new excel.Workbook();
  addHelp(book, entities);
  const lists = createLists(book, entities);
  for (const entity of entities) addSheet(book, entity, lists);
  // Last, so that whoever opens the workbook sees the sheets first.
  lists.finish();
  return book;
}

function addSheet(book: Workbook, entity: EntityDefinition, lists: Lists): void {
  const sheet = book.addWorksheet(entity.zh, { views: [{ state: 'frozen', xSplit: 1, ySplit: 1 }] });
  const fields = Object.entries(entity.fields);
  sheet.columns = [
    { header: exampleTitle, width: 6 },
    // Text throughout: a spreadsheet's own numbers keep 15 digits, and lose leading zeros.
    ...fields.map(([, { zh, required, type }]) => ({
      header: required ? `${zh}*` : zh,
      width: Math.min(30, Math.max(12, zh.length * 2 + 4)),
      style: { numFmt: type === 'decimal' || type === 'integer' ? 'General' : '@' },
    })),
  ];
  const example = sheet.addRow([exampleTitle, ...fields.map(([field]) => entity.example[field] ?? '')]);
  example.font = { italic: true, color: { argb: 'FF7F7F7F' } };
  example.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } };
  const either = eitherOf(entity);
  for (const [index, [field, about]] of fields.entries()) {
    const title = sheet.getCell(1, index + 2);
    title.font = { bold: true, ...(about.required && { color: { argb: 'FFC00000' } }) };
    title.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: about.required || either.has(field) ? 'FFFFF2CC' : 'FFDDEBF7' } };
    note(title, [...describe(about), ...(either.get(field) ?? []), ...exampleOf(entity, field)]);
    const choice = lists.rangeOf(entity, field) ?? (about.type === 'boolean' ? '"是,否"' : null);
    if (choice !== null) allowOnly(sheet, index + 2, choice, !about.open);
  }
  sheet.getCell(1, 1).note = '标有“示例”的行不会导入。正式填写的行，此列留空。';
}

function note(cell: Cell, lines: readonly string[]): void {
  cell.note = { texts: [{ text: lines.join('\n') }], margins: { insetmode: 'auto' } };
}

function allowOnly(sheet: Worksheet, column: number, list: string, isStrict: boolean): void {
  const letter = sheet.getColumn(column).letter;
  // exceljs knows ranges of validations, its types do not.
  const { dataValidations } = sheet as Worksheet & { dataValidations: { add(range: string, validation: object): void } };
  dataValidations.add(`${letter}2:${letter}${rowsToFill}`, {
    type: 'list',
    allowBlank: true,
    formulae: [list],
    showErrorMessage: true,
    errorStyle: isStrict ? 'stop' : 'warning',
    errorTitle: '不在可选值之内',
    error: isStrict ? '请从下拉列表中选择。' : '建议从下拉列表中选择；确实不在其中时可以继续。',
  });
}

interface Lists {
  /** The cells that hold the choices of a field, as a formula; null when it has none. */
  rangeOf(entity: EntityDefinition, field: string): string | null;
  finish(): void;
}

/** A list in a formula may have 255 characters only, so the choices stand on a sheet of their own. */
function createLists(book: Workbook, entities: readonly EntityDefinition[]): Lists {
  const ranges = new Map<string, string>();
  const columns: string[][] = [];
  for (const { entity, zh, fields } of entities) {
    for (const [field, { choices, zh: title }] of Object.entries(fields)) {
      if (!choices) continue;
      const words = Object.values(choices).map(([first]) => first!);
      columns.push([`${zh} ${title}`, ...words]);
      const letter = columnLetter(columns.length);
      ranges.set(`${entity}.${field}`, `${choiceSheet}!$${letter}$2:$${letter}$${words.length + 1}`);
    }
  }
  return {
    rangeOf: ({ entity }, field) => ranges.get(`${entity}.${field}`) ?? null,
    finish() {
      const sheet = book.addWorksheet(choiceSheet, { state: 'hidden' });
      for (const [index, words] of columns.entries()) sheet.getColumn(index + 1).values = words;
    },
  };
}

function columnLetter(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? columnLetter(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26));
}

/** Fields of which at least one must be filled: the columns behind a reference that the entity needs. */
function eitherOf({ references, fields }: EntityDefinition): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (const { required, code, name } of Object.values(references)) {
    const both = [code, name].filter((field) => field !== undefined);
    const titles = both.map((field) => `“${fields[field]!.zh}”`);
    if (required) for (const field of both) lines.set(field, [both.length > 1 ? `${titles.join('与')}至少填一项` : '必填']);
  }
  return lines;
}

const typeWords: Readonly<Record<EntityField['type'], string>> = {
  text: '文字',
  code: '编号，按文本填写，保留前面的零',
  date: '日期，如 2019-03-05',
  moment: '时间，如 2019-03-05 14:30:00',
  decimal: '数字，不带单位',
  percent: '百分数，如 13% 或 13',
  integer: '整数',
  boolean: '是 或 否',
  choice: '从下拉列表选择',
  phone: '电话，如 025-83106666',
  mobile: '11 位手机号',
  email: '电子邮箱',
  postcode: '6 位邮政编码',
  credit_code: '18 位统一社会信用代码，会核对校验位',
};

function describe(field: EntityField): string[] {
  return [
    ...(field.required ? ['必填'] : []),
    typeWords[field.type],
    ...(field.note ? [field.note] : []),
    ...(field.choices
      ? [
          `可选：${Object.values(field.choices)
            .map(([first]) => first)
            .join('、')}`,
        ]
      : []),
    ...(field.titles.length > 0 ? [`表头也可写作：${field.titles.slice(0, 6).join('、')}`] : []),
  ];
}

const exampleOf = ({ example }: EntityDefinition, field: string): string[] => (example[field] ? [`例：${example[field]}`] : []);

function addHelp(book: Workbook, entities: readonly EntityDefinition[]): void {
  const sheet = book.addWorksheet(helpSheet);
  sheet.getColumn(1).width = 110;
  const lines = [
    '历史资料导入模板',
    '',
    '一、每类资料一张工作表，表名和表头请勿改动；不需要的列可以留空或删除，列的顺序可以调整，不需要的工作表可以删除。',
    '二、红字带 * 的列必填；黄底的列中，批注写明“至少填一项”的，填其中一项即可。鼠标停在表头上可看到每列的要求。',
    '三、标有“示例”的灰色行不会导入，可以保留。',
    '四、编号、电话、信用代码请保持文本格式，否则 Excel 会丢失前面的零和第 15 位以后的数字。',
    '五、先后顺序不限：联系人、合同等先于客户导入时会先等待，客户到了自动补上。',
    '六、导入：huiliu history preview 文件.xlsx 先查看识别结果，再依次 check（检查）、diff（差异）、commit（导入）；result 取回带结果的原表；undo 可整批撤销。',
    '',
    `本文件包含：${entities.map(({ zh }) => zh).join('、')}`,
  ];
  for (const line of lines) sheet.addRow([line]);
  sheet.getRow(1).font = { bold: true, size: 14 };
}
