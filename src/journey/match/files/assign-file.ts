import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CustomerCodes } from '../decide/assign-batch.js';
import type { Answered } from './answered.js';

const batchSize = 2000;

/**
 * Looks at the answers of a whole file together by customer code, without holding them: they wait in the file `spoolPath`, which is
 * gone when the last is handed on. The order of the file's lines changes no answer.
 */
export async function* assignFile(batches: AsyncIterable<readonly Answered[]>, spoolPath: string): AsyncGenerator<Answered[]> {
  const codes = new CustomerCodes();
  try {
    const spool = createWriteStream(spoolPath);
    for await (const batch of batches) {
      for (const one of batch) codes.see(one.code, one);
      if (!spool.write(batch.map(lineOf).join(''))) await once(spool, 'drain');
    }
    spool.end();
    await once(spool, 'finish');
    let ready: Answered[] = [];
    for await (const line of createInterface({ input: createReadStream(spoolPath) })) {
      const one = JSON.parse(line) as Answered;
      ready.push(codes.assign(one.code, one));
      if (ready.length < batchSize) continue;
      yield ready;
      ready = [];
    }
    yield ready;
  } finally {
    rmSync(spoolPath, { force: true });
  }
}

/** One line, also to a reader that takes Unicode's own line ends for ones. */
function lineOf(one: Answered): string {
  return `${JSON.stringify(one).replace(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
}
