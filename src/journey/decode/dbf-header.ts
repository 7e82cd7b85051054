/** One column of a DBF file; `offset` counts from the start of the record, whose first byte is the deletion mark. */
export interface DbfField {
  readonly nameBytes: Buffer;
  readonly type: string;
  readonly offset: number;
  readonly size: number;
}

export interface DbfHeader {
  readonly recordCount: number;
  readonly headerBytes: number;
  readonly recordBytes: number;
  readonly fields: readonly DbfField[];
  /** The language driver byte: which code page the writer claims. */
  readonly language: number;
}

const versions = new Set([0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8c, 0x8e, 0xcb, 0xf5, 0xfb]);
const types = 'CNFDLMIBYTGPVQ0+@O';

export function isDbfHeader(head: Buffer): boolean {
  return readDbfHeader(head) !== null;
}

/**
 * The header of a DBF file, or null when the bytes are something else. The first byte alone proves nothing, so the whole
 * structure has to hold: a possible date, known field types, and field widths that add up to the record's.
 */
export function readDbfHeader(head: Buffer): DbfHeader | null {
  if (head.length < 65 || !versions.has(head[0]!) || head[2]! > 12 || head[3]! > 31) return null;
  const headerBytes = head.readUInt16LE(8);
  const recordBytes = head.readUInt16LE(10);
  if (headerBytes < 65 || headerBytes > head.length || recordBytes < 2) return null;

  const fields = readFields(head, headerBytes, (low) => low);
  const total = (all: readonly DbfField[]) => all.reduce((sum, field) => sum + field.size, 1);
  if (fields === null) return null;
  // Clipper keeps the high byte of a long text's width where the decimals of a number are.
  const wide =
    total(fields) === recordBytes ? fields : readFields(head, headerBytes, (low, high, type) => (type === 'C' ? low + high * 256 : low));
  if (wide === null || total(wide) !== recordBytes) return null;
  return { recordCount: head.readUInt32LE(4), headerBytes, recordBytes, fields: wide, language: head[29]! };
}

function readFields(head: Buffer, headerBytes: number, width: (low: number, high: number, type: string) => number): DbfField[] | null {
  const fields: DbfField[] = [];
  let offset = 1;
  for (let at = 32; at < headerBytes; at += 32) {
    if (head[at] === 0x0d) return fields.length > 0 ? fields : null;
    if (at + 32 > headerBytes) return null;
    const type = String.fromCharCode(head[at + 11]!);
    const size = width(head[at + 16]!, head[at + 17]!, type);
    if (!types.includes(type) || size === 0 || head[at] === 0) return null;
    const name = head.subarray(at, at + 11);
    const end = name.indexOf(0);
    fields.push({ nameBytes: end < 0 ? name : name.subarray(0, end), type, offset, size });
    offset += size;
  }
  return null;
}
