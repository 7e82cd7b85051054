import { message } from '../../model/message.js';
import type { DecodeEvent } from './decode-event.js';
import type { DecodeTask } from './decode-task.js';
import type { Zip, ZipMember } from './open-zip.js';
import { PartRows } from './part-rows.js';
import { asBroken, refuse } from './refuse.js';
import { readSharedStrings } from './xlsx-shared-strings.js';
import { SheetReader } from './xlsx-sheet.js';
import { readStyles } from './xlsx-styles.js';
import { readWorkbook, type Workbook } from './xlsx-workbook.js';

/**
 * Reads a workbook sheet by sheet, hidden sheets included, rows as their XML unpacks: only the shared strings are held
 * in memory, up to a limit. Sheets without a value are passed over with a note.
 */
export async function* decodeXlsx(task: DecodeTask, zip: Zip): AsyncGenerator<DecodeEvent> {
  const { path } = task;
  const members = new Map(zip.members.toReversed().map((member) => [member.name.toLowerCase().replace(/^\//, ''), member]));
  try {
    const workbook = await readWorkbook((name) => textOf(members.get(name.toLowerCase())));
    const strings = members.get(workbook.sharedStrings.toLowerCase());
    const styles = members.get(workbook.styles.toLowerCase());
    const context = {
      strings: strings === undefined ? [] : await readSharedStrings(textOf(strings), path),
      styles: styles === undefined ? [] : await readStyles(textOf(styles)),
      is1904: workbook.is1904,
      checkColumn: (row: number, columns: number) => {
        const limit = task.limits.cellsPerRow;
        if (columns > limit) throw refuse('decode.too-many-cells', { name: path, row, actual: columns, limit });
      },
    };
    yield* decodeSheets(task, workbook, members, context);
  } catch (error) {
    throw asBroken(path, error);
  }
}

async function* decodeSheets(
  task: DecodeTask,
  workbook: Workbook,
  members: ReadonlyMap<string, ZipMember>,
  context: ConstructorParameters<typeof SheetReader>[0],
): AsyncGenerator<DecodeEvent> {
  for (const sheet of workbook.sheets) {
    const path = `${task.path}#${sheet.name}`;
    const member = members.get(sheet.target.toLowerCase());
    if (member === undefined) throw new Error(`sheet ${sheet.name} is missing`);
    const out = new PartRows(task, {
      path,
      fileName: task.fileName,
      sheet: sheet.name,
      media: 'xlsx',
      encoding: null,
      ...(workbook.is1904 && { is1904: true }),
    });
    const reader = new SheetReader(context, (rowNo, cells) => {
      if (cells.length > 0) out.addChecked(rowNo, cells);
    });
    for await (const text of textOf(member)) {
      reader.write(text);
      if (out.full) yield* out.flush();
    }
    reader.end();
    yield* out.end();
    if (!out.started) yield { type: 'skipped', path, reason: message('decode.skipped-no-rows', { name: path }) };
  }
}

async function* textOf(member: ZipMember | undefined): AsyncGenerator<string> {
  if (member === undefined) return;
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  for await (const chunk of member.chunks()) {
    decoder ??= new TextDecoder(chunk[0] === 0xff ? 'utf-16le' : chunk[0] === 0xfe ? 'utf-16be' : 'utf-8', { fatal: true });
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? '';
}
