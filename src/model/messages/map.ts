/** Turning rows into flow lines by a layout. */
export const mapMessages = {
  'map.unknown-header': {
    zh: '{part}：找不到版式 {layout} 要求的表头。整份交付件已挂起，并附上建议版式。',
    en: '{part}: the header that layout {layout} needs was not found. The delivery is held with a proposal attached.',
  },
  'map.no-layout': {
    zh: '{part}：来源的版式（{layout}）都不适用于此文件名或工作表名。整份交付件已挂起，并附上建议版式；请修改版式的 match，或为来源增加版式。',
    en: '{part}: none of the layouts of this source ({layout}) is meant for this file or sheet name. The delivery is held with a proposal attached; change `match`, or give the source another layout.',
  },
  'map.missing-column': {
    zh: '{part} 第 {row} 行是表头，但缺少版式 {layout} 必需的列：{columns}。整份交付件已挂起；请核对发送方是否改了表头，再修改版式或请其重发。',
    en: '{part}: row {row} is the header, but columns that layout {layout} requires are missing: {columns}. The delivery is held; see whether the sender changed the header, then change the layout or ask for the file again.',
  },
  'map.unknown-column': {
    zh: '{part} 第 {row} 行表头中有版式 {layout} 不认识的列：{columns}。整份交付件已挂起；请在版式的 columns 或 ignore 中写明这些列（附建议版式）。',
    en: '{part}: the header in row {row} has columns that layout {layout} does not know: {columns}. The delivery is held; name them under `columns` or `ignore` (a proposal is attached).',
  },
  'map.ambiguous-column': {
    zh: '{part} 第 {row} 行表头中同名的列出现多次：{columns}。整份交付件已挂起；请在版式 {layout} 中用“标题#2”写明取第几列。',
    en: '{part}: the header in row {row} repeats columns that are needed: {columns}. The delivery is held; say which one in layout {layout} as "title#2".',
  },
  'map.missing-constant': {
    zh: '{part}：版式 {layout} 的常量 {columns} 在标题行、表名、文件名或来源设置中没有找到。整份交付件已挂起；请修改版式的 constants。',
    en: '{part}: the constants {columns} of layout {layout} were not found in the title rows, sheet, file name or source. The delivery is held; change `constants`.',
  },
  'map.unknown-kind': {
    zh: '{part}：版式 {layout} 无法从文件名或表名判断这是销售、采购还是库存。整份交付件已挂起；请补充版式的 kind.patterns。',
    en: '{part}: layout {layout} cannot tell from the names whether these are sales, purchases or stock. The delivery is held; extend `kind.patterns`.',
  },
  'map.unknown-entity': {
    zh: '{part}：从工作表名看不出这是哪一类资料（客户、联系人、合同 …）。整份文件未导入；请把工作表改名为资料的名称（见 huiliu history template），或为它写一份版式，然后重新导入。',
    en: '{part}: the name of the sheet does not say which records these are (customers, contacts, contracts ...). The file is not loaded; name the sheet after its records (see huiliu history template) or write a layout for it, then import it again.',
  },
  'map.unknown-entity-file': {
    zh: '{part}：从文件名看不出这是哪一类资料（客户、联系人、合同 …）。整份文件未导入；请把文件改名，以资料的名称开头（如 客户.csv，见 huiliu history template），或为它写一份版式，然后重新 preview。',
    en: '{part}: the name of the file does not say which records these are (customers, contacts, contracts ...). It is not loaded; let its name begin with that of its records (such as 客户.csv, see huiliu history template) or write a layout for it, then preview it again.',
  },
  'map.second-table': {
    zh: '第 {row} 行是另一张表的表头（{titles}），从它起到本表表头再次出现为止的行未导入：一张工作表只放一张表。请把它移到单独的工作表（以资料命名，如“联系人”）后重新导入。',
    en: 'Row {row} is the header of another table ({titles}); it and what follows until the header of this one stands again are not loaded: one table per sheet. Move it to a sheet of its own, named after its records, and import it again.',
  },
  'map.unknown-row-kind': {
    zh: '“{column}”为“{value}”，版式没有写明它属于销售、采购还是库存。请在 kind.values 中补充后重放本行。',
    en: '"{column}" is "{value}", and the layout does not say which kind of line that is. Add it to `kind.values` and replay the row.',
  },
  'map.yaml-invalid': {
    zh: '{file} 有误：{problems}。未加载；请改正后重试。',
    en: '{file} is wrong: {problems}. It was not loaded; correct it and try again.',
  },
} as const;
