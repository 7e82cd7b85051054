import iconv from 'iconv-lite';

/**
 * A value of the far database as exact text. Drivers are told to hand over text; what still comes as something else is written
 * without loss. Trailing blanks of fixed-width columns and dates of only zeros mean nothing and go.
 */
export function cellText(value: unknown, legacyText: 'gbk' | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return zeroDate.test(value) ? '' : (legacyText ? asGbk(value) : value).trimEnd();
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? ''
      : value
          .toISOString()
          .replace('T', ' ')
          .replace(/(\.000)?Z$/u, '');
  if (value instanceof Uint8Array)
    return legacyText ? iconv.decode(Buffer.from(value), 'gbk').trimEnd() : Buffer.from(value).toString('hex');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as number | bigint | boolean);
}

const zeroDate = /^0000-00-00(?:[ T]00:00:00(?:\.0+)?)?$/u;

// The server took each GBK byte for a latin1 character, which with MySQL is Windows' latin1 plus five bytes kept as they are.
function asGbk(text: string): string {
  if (!/[\u0080-\uffff]/u.test(text)) return text;
  const bytes = Buffer.from([...text].map((char) => byteOf.get(char) ?? char.charCodeAt(0)));
  return [...text].every((char) => byteOf.has(char) || char.charCodeAt(0) < 0x80) ? iconv.decode(bytes, 'gbk') : text;
}

const byteOf = new Map<string, number>();
for (let byte = 0x80; byte <= 0xff; byte++) {
  const char = iconv.decode(Buffer.from([byte]), 'win1252');
  byteOf.set(String.fromCharCode(byte), byte);
  if (char !== '\ufffd') byteOf.set(char, byte);
}
