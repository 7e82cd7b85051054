import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text as textOf } from 'node:stream/consumers';
import type { AskNow } from '../../../journey/collect/source-memory.js';
import type { Screen } from '../../screen.js';

/** Asks the person at the keyboard, with the picture in a file beside; a pipe is taken as the answer. '' means not now. */
export function askNow({ text, note }: Screen, imagePath: string | undefined, signal: AbortSignal): AskNow {
  return async ({ kind, prompt, image }) => {
    const words = [text(`portal.kind-${kind}`), prompt].filter(Boolean).join('，');
    if (image) {
      const path = imagePath ?? `portal-question.${endingOf(image.type)}`;
      await writeFile(path, image.bytes);
      note(text('portal.image-saved', { path }));
    }
    if (!process.stdin.isTTY) return (await textOf(process.stdin)).split(/\r?\n/u)[0]?.trim() || null;
    const keyboard = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return (await keyboard.question(text('portal.ask', { what: words }), { signal })).trim() || null;
    } finally {
      keyboard.close();
    }
  };
}

/** The usual ending of a picture or page; `bin` for anything else. */
export function endingOf(type: string): string {
  const [, ending] = /^(?:image|text)\/(png|gif|jpe?g|bmp|webp|html)\b/iu.exec(type) ?? [];
  return ending?.toLowerCase() ?? 'bin';
}
