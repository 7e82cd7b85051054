import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/**
 * Streams COPY text into a table (`flow.line`, `incoming (id, name)`) and says how many rows arrived. A connection that breaks at any
 * moment, also before the first byte, is an error of this call: listened to from the start, because nobody's is the end of the process.
 */
export async function copyInto(client: pg.Client, into: string, text: Readable): Promise<number> {
  const target = client.query(copyFrom(`copy ${into} from stdin`));
  const broken = new Promise<never>((_, reject) => target.once('error', reject));
  broken.catch(() => undefined);
  target.on('error', () => undefined);
  await Promise.race([pipeline(text, target), broken]);
  return target.rowCount;
}
