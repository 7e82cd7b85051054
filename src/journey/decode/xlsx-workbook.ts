import { posix } from 'node:path';
import { attributeOf, XmlScanner } from './xml-scanner.js';

export interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly target: string }[];
  readonly sharedStrings: string;
  readonly styles: string;
  readonly is1904: boolean;
}

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly target: string;
}

/** Finds the sheets in the order of their tabs, and the parts they share. Member names come without a leading slash. */
export async function readWorkbook(textOf: (member: string) => AsyncIterable<string>): Promise<Workbook> {
  const roots = await readRelations(textOf('_rels/.rels'), '');
  const path = roots.find((relation) => relation.type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  const folder = posix.dirname(path);
  const relations = await readRelations(textOf(`${folder}/_rels/${posix.basename(path)}.rels`), folder);
  const byType = (type: string) => relations.find((relation) => relation.type.endsWith(`/${type}`))?.target;

  const sheets: { name: string; target: string }[] = [];
  let is1904 = false;
  await scan(textOf(path), (name, attributes) => {
    if (name === 'workbookPr') is1904 = ['1', 'true'].includes(attributeOf(attributes, 'date1904') ?? '');
    if (name !== 'sheet') return;
    const id = /\bid\s*=\s*["']([^"']+)/.exec(attributes.replace(/\bsheetId\s*=/, ''))?.[1];
    const relation = relations.find((candidate) => candidate.id === id);
    // Chart and dialogue sheets have no cells.
    if (relation !== undefined && !relation.type.endsWith('/worksheet')) return;
    const target = relation?.target ?? `${folder}/worksheets/sheet${sheets.length + 1}.xml`;
    sheets.push({ name: attributeOf(attributes, 'name') ?? `Sheet${sheets.length + 1}`, target });
  });
  return {
    sheets,
    sharedStrings: byType('sharedStrings') ?? `${folder}/sharedStrings.xml`,
    styles: byType('styles') ?? `${folder}/styles.xml`,
    is1904,
  };
}

async function readRelations(chunks: AsyncIterable<string>, folder: string): Promise<Relation[]> {
  const relations: Relation[] = [];
  await scan(chunks, (name, attributes) => {
    if (name !== 'Relationship') return;
    const target = (attributeOf(attributes, 'Target') ?? '').replaceAll('\\', '/');
    relations.push({
      id: attributeOf(attributes, 'Id') ?? '',
      type: attributeOf(attributes, 'Type') ?? '',
      target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
    });
  });
  return relations;
}

async function scan(chunks: AsyncIterable<string>, open: (name: string, attributes: string) => void): Promise<void> {
  const scanner = new XmlScanner({ open, close: () => {}, text: () => {} });
  for await (const chunk of chunks) scanner.write(chunk);
}
