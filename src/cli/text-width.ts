import stringWidth from 'string-width';

/** How many terminal columns a text takes: Chinese letters take two, colour codes none. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Cuts to at most `width` columns; what was cut shows as `…`. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const letter of text) {
    if (textWidth(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Breaks a text into lines of at most `width` columns, wherever they end: for codes and names that have no spaces. */
export function foldTo(text: string, width: number): string[] {
  const lines = [''];
  for (const letter of text) {
    if (textWidth(lines.at(-1)! + letter) > width) lines.push('');
    lines[lines.length - 1] += letter;
  }
  return lines;
}

/** Breaks a text into lines of at most `width` columns: at spaces where there are some, anywhere in Chinese. */
export function wrapTo(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const piece of paragraph.match(/[ ]*[!-~À-ɏ]+|[^!-~À-ɏ]/gu) ?? []) {
      const hangs = /^[，。；：、！？）」》”]$/u.test(piece);
      if (line !== '' && textWidth(line + piece) > width && !hangs) {
        lines.push(line.trimEnd());
        line = piece.trimStart();
      } else line += piece;
    }
    lines.push(line.trimEnd());
  }
  return lines;
}
