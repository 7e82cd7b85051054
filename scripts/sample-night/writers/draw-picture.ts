import { crc32, deflateSync } from 'node:zlib';

/** A small PNG that looks like a scanned table: what some clerks send with the name of a workbook. */
export function drawPicture(): Buffer {
  const [width, height] = [240, 160];
  const lines = Array.from({ length: height }, (_, y) => {
    const pixels = Array.from({ length: width }, (_, x) => (x % 60 === 0 || y % 20 === 0 ? 0 : 250));
    return Buffer.from([0, ...pixels]);
  });
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
