import { addDays } from '../../model/add-days.js';
import type { Row } from '../../model/row.js';
import type { PartStart } from '../decode/decode-event.js';
import type { MapContext } from './compile-layout.js';
import type { Layout, LayoutConstant } from './layout.js';

/** What the layout's constants say for this part; `missing` names those whose pattern was not found. */
export function readConstants(
  layout: Layout,
  titleRows: readonly Row[],
  part: PartStart,
  context: MapContext,
): { readonly values: Readonly<Record<string, string>>; readonly missing: readonly string[] } {
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [field, constant] of Object.entries(layout.constants)) {
    const value = readConstant(constant, titleRows, part, context);
    if (value === null) missing.push(field);
    else values[field] = value;
  }
  return { values, missing };
}

function readConstant(constant: LayoutConstant, titleRows: readonly Row[], part: PartStart, context: MapContext): string | null {
  if (typeof constant === 'string') return constant;
  switch (constant.from) {
    case 'source':
      return context.constants[constant.key] ?? null;
    case 'sent_on':
      return addDays(context.sentOn, constant.days);
    case 'title':
      return firstMatch(
        constant.match,
        titleRows.map((row) => row.cells.filter((cell) => cell !== '').join(' ')),
      );
    case 'sheet':
      return firstMatch(constant.match, [part.sheet ?? '']);
    case 'file_name':
      return firstMatch(constant.match, [part.fileName, context.fileName]);
    case 'path':
      return firstMatch(constant.match, [context.archivePath ?? '', part.path]);
  }
}

/** Tries each text as written, then with full-width letters made narrow. */
function firstMatch(pattern: string, texts: readonly string[]): string | null {
  const expression = new RegExp(pattern, 'u');
  for (const text of [...texts, ...texts.map((one) => one.normalize('NFKC'))]) {
    const value = expression.exec(text)?.groups?.['value']?.trim();
    if (value) return value;
  }
  return null;
}
