/** Turning bytes into rows. `{name}` is the file as the sender called it, or the path of a part inside it. */
export const decodeMessages = {
  'decode.empty-file': {
    zh: '{name}：文件为空（0 字节），没有可导入的数据。请联系发送方重发。',
    en: '{name}: the file is empty (0 bytes). Ask the sender to send it again.',
  },
  'decode.half-written': {
    zh: '{name}：文件不完整（{detail}），应是发送中断或尚未写完。整份交付件未导入，请发送方重发。',
    en: '{name}: the file is cut short ({detail}); it was still being written, or sending broke off. Nothing was loaded; ask for it again.',
  },
  'decode.broken': {
    zh: '{name}：文件内容损坏，无法读取（{detail}）。整份交付件未导入，请发送方重新导出。',
    en: '{name}: the file is damaged and cannot be read ({detail}). Nothing was loaded; ask the sender to export it again.',
  },
  'decode.encrypted': {
    zh: '{name}：文件设有密码，无法读取。请发送方去掉密码后重发。',
    en: '{name}: the file is protected by a password. Ask the sender to remove it and send the file again.',
  },
  'decode.not-a-table': {
    zh: '{name}：这其实是{what}，不是数据表。请发送方改发 Excel、CSV 或 DBF。',
    en: '{name}: this is really {what}, not a table. Ask the sender for Excel, CSV or DBF.',
  },
  'decode.unknown-binary': {
    zh: '{name}：无法识别的二进制文件（开头字节 {bytes}）。请发送方改发 Excel、CSV 或 DBF。',
    en: '{name}: binary data of no known kind (it begins with {bytes}). Ask the sender for Excel, CSV or DBF.',
  },
  'decode.no-table': {
    zh: '{name}：里面没有任何数据行（{detail}）。请核对发送方是否导出了空表。',
    en: '{name}: there is not a single row in it ({detail}). Check whether the sender exported an empty table.',
  },
  'decode.unreadable-text': {
    zh: '{name}：第 {line} 行（第 {offset} 字节处）既不是有效的 UTF-8，也不是有效的 {tried}，字节为 {bytes}。为避免乱码，整份交付件未导入；请发送方重新导出，或在来源设置中指定编码。',
    en: '{name}: line {line} (byte {offset}) is neither valid UTF-8 nor valid {tried}: bytes {bytes}. Nothing was loaded, so that no character is lost; ask for a new export or set the encoding of the source.',
  },
  'decode.nul-hole': {
    zh: '{name}：第 {line} 行起有一整段空字节（至少 {count} 个），数据没有写到磁盘上。整份交付件未导入，请发送方重发。',
    en: '{name}: from line {line} on there is a hole of at least {count} NUL bytes where data was never written. Nothing was loaded; ask for it again.',
  },
  'decode.nul-dropped': {
    zh: '{name}：去掉了 {count} 个空字符（NUL），首个在第 {line} 行；其余内容不变。',
    en: '{name}: {count} NUL characters were dropped, the first in line {line}; everything else is unchanged.',
  },
  'decode.bad-character': {
    zh: '{name}：第 {row} 行第 {column} 列含有不成对的代理字符，无法保存。整份交付件未导入，请发送方更正该单元格。',
    en: '{name}: row {row}, column {column} holds half a character (an unpaired surrogate), which cannot be stored. Nothing was loaded; ask the sender to correct the cell.',
  },
  'decode.stray-quotes': {
    zh: '{name}：有 {count} 行的引号不成对，已按原文逐行读取（首个在第 {line} 行）。请核对这些行的内容。',
    en: '{name}: {count} lines have quotes that do not pair up and were read literally (the first is line {line}). Check these rows.',
  },
  'decode.half-characters': {
    zh: '{name}：有 {count} 个字段在字段宽度处截断了半个汉字，半个字已去掉（首个在第 {row} 行，字段 {field}）。',
    en: '{name}: in {count} fields the width cuts a character in half; the half was dropped (first in row {row}, field {field}).',
  },
  'decode.memo-missing': {
    zh: '{name}：备注字段 {fields} 的内容在另一个文件（.fpt/.dbt）里，未随交付件发送，已按空值读取。',
    en: '{name}: the memo fields {fields} are kept in a second file (.fpt/.dbt) that was not sent; they are read as empty.',
  },
  'decode.file-too-large': {
    zh: '{name}：文件有 {actual} 字节，超过上限 {limit} 字节。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: the file has {actual} bytes, more than the limit of {limit}. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.unpacked-too-large': {
    zh: '{name}：解压后超过上限 {limit} 字节。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: it unpacks to more than the limit of {limit} bytes. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.too-many-entries': {
    zh: '{name}：压缩包内有 {actual} 个以上文件，超过上限 {limit} 个。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: the archive holds {actual} or more files, the limit is {limit}. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.too-many-rows': {
    zh: '{name}：行数超过上限 {limit} 行。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: it has more than {limit} rows. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.too-many-cells': {
    zh: '{name}：第 {row} 行有 {actual} 列，超过上限 {limit} 列。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: row {row} has {actual} cells, more than the limit of {limit}. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.cell-too-long': {
    zh: '{name}：第 {row} 行有单元格长 {actual} 个字符，超过上限 {limit}。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: row {row} has a cell of {actual} characters, more than the limit of {limit}. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.line-too-long': {
    zh: '{name}：有一行超过 {limit} 个字符，不像数据表。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: one line has more than {limit} characters, which is no table. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.too-much-text': {
    zh: '{name}：共享文本（sharedStrings）超过上限 {limit} 个字符。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: its shared strings exceed the limit of {limit} characters. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.json-too-large': {
    zh: '{name}：JSON 文件有 {actual} 字节，超过上限 {limit} 字节；每行一条记录的 NDJSON 不受此限。已停止读取，整份交付件未导入。若属正常，请让管理员调高上限，或请发送方拆分文件。',
    en: '{name}: the JSON file has {actual} bytes, more than the limit of {limit}; NDJSON, one record per line, has no such limit. Reading stopped and nothing was loaded. If this is normal, raise the limit or ask for smaller files.',
  },
  'decode.bomb': {
    zh: '{name}：解压后是压缩前的 {ratio} 倍以上（上限 {limit} 倍），疑似压缩炸弹，已拒收。',
    en: '{name}: it unpacks to more than {ratio} times its size (limit {limit}), like a zip bomb. It is refused.',
  },
  'decode.too-deep': {
    zh: '{name}：压缩包套了 {depth} 层以上。请发送方直接发送数据文件。',
    en: '{name}: archives are nested more than {depth} deep. Ask the sender for the data files themselves.',
  },
  'decode.unsupported-compression': {
    zh: '{name}：压缩方式 {method} 不受支持。请发送方用普通 zip 重新压缩。',
    en: '{name}: compression method {method} is not supported. Ask the sender for an ordinary zip.',
  },
  'decode.record-path': {
    zh: '{name}：找不到记录（{detail}）。请在来源设置中用 recordPath 指明记录所在的路径。',
    en: '{name}: the records cannot be told ({detail}). Name their path as recordPath in the settings of the source.',
  },
  'decode.skipped-not-a-table': {
    zh: '{name}：是{what}，不是数据表，已跳过。',
    en: '{name}: skipped, it is {what} and not a table.',
  },
  'decode.skipped-no-rows': {
    zh: '{name}：没有数据行，已跳过。',
    en: '{name}: skipped, it has no rows.',
  },
} as const;
