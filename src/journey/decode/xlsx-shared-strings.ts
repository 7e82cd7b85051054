import { refuse } from './refuse.js';
import { XmlScanner, xmlText } from './xml-scanner.js';

/** About 128 MB in memory; a workbook beyond it is better sent as csv. */
const maxChars = 64_000_000;

/** Collects the text of `<si>` or `<is>`: rich text runs are joined, phonetic hints (`rPh`) are not text. */
export class RichText {
  private text = '';
  private inText = false;
  private phonetic = 0;

  begin(): void {
    this.text = '';
  }

  open(name: string): void {
    if (name === 't') this.inText = true;
    else if (name === 'rPh') this.phonetic += 1;
  }

  close(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.phonetic -= 1;
  }

  add(raw: string): void {
    if (this.inText && this.phonetic === 0) this.text += raw;
  }

  end(): string {
    return cellText(this.text);
  }
}

/** Resolves entities and `_x000D_`, the way OOXML writes characters that XML cannot hold. */
export function cellText(raw: string): string {
  const text = xmlText(raw);
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The strings that cells point at by number. */
export async function readSharedStrings(chunks: AsyncIterable<string>, name: string): Promise<string[]> {
  const strings: string[] = [];
  const rich = new RichText();
  let chars = 0;
  const scanner = new XmlScanner({
    open: (tag) => (tag === 'si' ? rich.begin() : rich.open(tag)),
    close: (tag) => {
      if (tag !== 'si') return rich.close(tag);
      const text = rich.end();
      chars += text.length + 16;
      if (chars > maxChars) throw refuse('decode.too-much-text', { name, limit: maxChars });
      strings.push(text);
    },
    text: (raw) => rich.add(raw),
  });
  for await (const chunk of chunks) scanner.write(chunk);
  if (!scanner.complete) throw new Error('sharedStrings.xml is cut short');
  return strings;
}
