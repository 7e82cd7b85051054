import { createCipheriv, createHash } from 'node:crypto';
import * as XLSX from 'xlsx';

/**
 * A workbook locked with a password as Excel 2007 does it ([MS-OFFCRYPTO] 2.3.4: AES-128, SHA-1, 50,000 rounds): really
 * encrypted, in a compound file. The salt is fixed so that the bytes are.
 */
export function encryptWorkbook(workbook: Buffer, password: string): Buffer {
  const salt = sha1(Buffer.from('huiliu sample night')).subarray(0, 16);
  const key = keyOf(password, salt);
  const encrypt = (bytes: Buffer): Buffer => {
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    return Buffer.concat([cipher.update(padded(bytes)), cipher.final()]);
  };
  const verifier = sha1(salt).subarray(0, 16);

  const provider = Buffer.from('Microsoft Enhanced RSA and AES Cryptographic Provider\0', 'utf16le');
  const header = Buffer.alloc(32);
  for (const [index, value] of [0x24, 0, 0x660e, 0x8004, 128, 0x18, 0, 0].entries()) header.writeUInt32LE(value, index * 4);
  const start = Buffer.alloc(12);
  start.writeUInt16LE(4, 0);
  start.writeUInt16LE(2, 2);
  start.writeUInt32LE(0x24, 4);
  start.writeUInt32LE(header.length + provider.length, 8);
  const info = Buffer.concat([start, header, provider, uint32(16), salt, encrypt(verifier), uint32(20), encrypt(sha1(verifier))]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(workbook.length));

  const file = XLSX.CFB.utils.cfb_new();
  XLSX.CFB.utils.cfb_add(file, '/EncryptionInfo', info);
  XLSX.CFB.utils.cfb_add(file, '/EncryptedPackage', Buffer.concat([size, encrypt(workbook)]));
  XLSX.CFB.utils.cfb_del(file, '/\u0001Sh33tJ5');
  return Buffer.from(XLSX.CFB.write(file, { type: 'buffer' }) as Buffer);
}

function keyOf(password: string, salt: Buffer): Buffer {
  let hash = sha1(Buffer.concat([salt, Buffer.from(password, 'utf16le')]));
  for (let round = 0; round < 50_000; round++) hash = sha1(Buffer.concat([uint32(round), hash]));
  hash = sha1(Buffer.concat([hash, uint32(0)]));
  const block = Buffer.alloc(64, 0x36);
  for (const [index, byte] of hash.entries()) block[index]! ^= byte;
  return sha1(block).subarray(0, 16);
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
