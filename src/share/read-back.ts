import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { originalText } from '../model/safe-text.js';
import type { RecordImage } from './change.js';
import { type Parity, ParitySum } from './parity-of.js';

/** The columns of a snapshot before its attributes, called as in the views: contracts and customers have a `status` of their own. */
export const imageColumns = ['no', 'record_status', 'survivor_no'] as const;

/** What somebody who reads a snapshot's csv holds: proves that the file says what the master says. */
export async function readBack(path: string, into = new ParitySum()): Promise<Parity> {
  const rows = createReadStream(path).pipe(parse({ bom: true, columns: true }));
  for await (const row of rows as AsyncIterable<Record<string, string>>) into.add(imageOf(row));
  return into.parity;
}

function imageOf(row: Readonly<Record<string, string>>): Pick<RecordImage, 'no' | 'status' | 'survivor' | 'fields'> {
  const { no, record_status: status, survivor_no: survivor, ...rest } = row;
  const fields = Object.fromEntries(Object.entries(rest).flatMap(([name, value]) => (value === '' ? [] : [[name, originalText(value)]])));
  return { no: no!, status: status as RecordImage['status'], ...(survivor && { survivor }), fields };
}
