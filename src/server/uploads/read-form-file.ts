import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { BadRequestException } from '@nestjs/common';
import busboy from 'busboy';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** The file of a form as it streams in; `byteCount` is known when it has ended. */
export interface FormFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  byteCount(): number;
}

/** The first file of a multipart form. Throws `source-data` from within the bytes when there are more of them than `byteLimit`. */
export function readFormFile(
  request: Readable & { readonly headers: Readonly<Record<string, string | undefined>> },
  byteLimit: number,
): Promise<FormFile> {
  return new Promise((resolve, reject) => {
    const refuse = () => {
      request.resume();
      reject(new BadRequestException(message('upload.no-file', {})));
    };
    try {
      const limits = { files: 1, fields: 5, parts: 6, fieldSize: 1000, headerPairs: 50, fileSize: byteLimit };
      const form = busboy({ headers: request.headers as IncomingHttpHeaders, limits, defParamCharset: 'utf8' });
      form.once('file', (_field, file, { filename = '' }) => {
        if (filename === '') {
          file.resume();
          return refuse();
        }
        let count = 0;
        resolve({ name: filename, bytes: bytesOf(file, (size) => (count += size)), byteCount: () => count });
      });
      form.once('error', refuse);
      form.once('close', refuse);
      request.once('aborted', () => form.destroy(new Error('given up')));
      request.pipe(form);
    } catch {
      refuse();
    }
  });

  async function* bytesOf(file: Readable & { truncated?: boolean }, onBytes: (size: number) => void): AsyncGenerator<Uint8Array> {
    for await (const chunk of file) {
      onBytes((chunk as Uint8Array).byteLength);
      yield chunk as Uint8Array;
    }
    if (file.truncated) throw new HubError('source-data', message('upload.too-large', { limit: Math.floor(byteLimit / 1024 ** 2) }));
  }
}
