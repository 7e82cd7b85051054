import { crc32, deflateRawSync } from 'node:zlib';
import iconv from 'iconv-lite';

/**
 * A zip as Chinese Windows makes it: member names in GBK with no flag or extra field that says so. Libraries add the
 * Unicode name beside it, which would hide the very thing a reader must cope with.
 */
export function writeZip(members: readonly { readonly name: string; readonly bytes: Buffer }[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of members) {
    const nameBytes = iconv.encode(name, 'gbk');
    const packed = deflateRawSync(bytes);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(noonOfTheFirstDay, 6);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(bytes.length, 18);
    about.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, nameBytes, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), about, place, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

/** 2026-11-20 12:00 in DOS time (low half) and date (high half). */
const noonOfTheFirstDay = ((((2026 - 1980) << 9) | (11 << 5) | 20) << 16) | (12 << 11);
