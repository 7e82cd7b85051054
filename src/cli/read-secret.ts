import { text as textOf } from 'node:stream/consumers';

/** A line from the keyboard without echo, or all of a pipe; the line end is cut. '' when nothing came. */
export async function readSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return (await textOf(stdin)).replace(/\r?\n$/u, '');
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      stdin.on('data', (chunk: Buffer) => {
        for (const char of chunk.toString()) {
          if (char === '\r' || char === '\n') return resolve(typed);
          if (char === '\u0003' || char === '\u0004') return reject(new Error('interrupted'));
          typed = char === '\u007f' || char === '\b' ? typed.slice(0, -1) : typed + char;
        }
      });
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stdin.removeAllListeners('data');
    stderr.write('\n');
  }
}
