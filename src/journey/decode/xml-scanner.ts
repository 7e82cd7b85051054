const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const longestToken = 8_000_000;

/** `name` comes without its namespace prefix; `attributes` is the raw text behind the name, read by `attributeOf`. */
export interface XmlHandler {
  readonly open: (name: string, attributes: string) => void;
  readonly close: (name: string) => void;
  /** Text as written: entities are still in it (`xmlText`), and it may come in pieces. */
  readonly text: (raw: string) => void;
}

/**
 * Cuts machine-written XML into tags and text, chunk by chunk: what a worksheet needs and a tenth of the time of a
 * general parser. No document type is accepted, so no entity can expand.
 */
export class XmlScanner {
  private rest = '';
  private depth = 0;
  private seen = false;

  constructor(private readonly handler: XmlHandler) {}

  /** True when everything that was opened is closed again: a document cut short is not. */
  get complete(): boolean {
    return this.seen && this.depth === 0 && this.rest.trim() === '';
  }

  write(chunk: string): void {
    const text = this.rest === '' ? chunk : this.rest + chunk;
    const { handler } = this;
    let at = 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag < 0) break;
      if (tag > at && this.depth > 0) handler.text(text.slice(at, tag));
      at = tag;
      const first = text.charCodeAt(tag + 1);
      if (first === 33 || first === 63 || Number.isNaN(first)) {
        const end = this.special(text, tag);
        if (end < 0) break;
        at = end;
        continue;
      }
      const end = tagEnd(text, tag + 1);
      if (end < 0) break;
      if (first === 47) {
        this.depth -= 1;
        handler.close(localName(text, tag + 2, end));
      } else {
        const selfClosing = text.charCodeAt(end - 1) === 47;
        const last = selfClosing ? end - 1 : end;
        let nameEnd = tag + 1;
        while (nameEnd < last && text.charCodeAt(nameEnd) > 32) nameEnd += 1;
        const name = localName(text, tag + 1, nameEnd);
        this.seen = true;
        handler.open(name, nameEnd < last ? text.slice(nameEnd, last) : '');
        if (selfClosing) handler.close(name);
        else this.depth += 1;
      }
      at = end + 1;
    }
    this.rest = at < text.length ? text.slice(at) : '';
    if (this.rest.length > longestToken) throw new Error('a single text of many million characters');
  }

  /** Passes comments and instructions, hands on CDATA; returns where it ends, -1 when the end has not come yet. */
  private special(text: string, at: number): number {
    if (text.startsWith('<?', at)) return after(text, '?>', at);
    if (text.startsWith('<!--', at)) return after(text, '-->', at);
    if (text.startsWith('<![CDATA[', at)) {
      const end = after(text, ']]>', at);
      if (end > 0) this.handler.text(text.slice(at + 9, end - 3).replaceAll('&', '&amp;'));
      return end;
    }
    if (text.length - at < 9) return -1;
    throw new Error('a document type declaration');
  }
}

function after(text: string, what: string, at: number): number {
  const end = text.indexOf(what, at);
  return end < 0 ? -1 : end + what.length;
}

/** Where the tag ends; a '>' within quotes does not end it. */
function tagEnd(text: string, from: number): number {
  let end = text.indexOf('>', from);
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== 34 && code !== 39) continue;
    at = text.indexOf(code === 34 ? '"' : "'", at + 1);
    if (at < 0) return -1;
    if (at > end) end = text.indexOf('>', at);
  }
  return end;
}

function localName(text: string, from: number, to: number): string {
  let start = from;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 58) start = at + 1;
    if (code <= 32) return text.slice(start, at);
  }
  return text.slice(start, to);
}

/** The value of an attribute by its full name (prefix included), undefined when it is not there. */
export function attributeOf(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    if (at > 0 && attributes.charCodeAt(at - 1) > 32) continue;
    let equals = at + name.length;
    while (attributes.charCodeAt(equals) <= 32) equals += 1;
    if (attributes[equals] !== '=') continue;
    let open = equals + 1;
    while (attributes.charCodeAt(open) <= 32) open += 1;
    const quote = attributes[open];
    if (quote !== '"' && quote !== "'") continue;
    return xmlText(attributes.slice(open + 1, attributes.indexOf(quote, open + 1)));
  }
  return undefined;
}

export function xmlText(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(#x?[0-9a-f]+|\w+);/gi, (_, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
    const character = entities[name];
    if (character === undefined) throw new Error(`the undefined entity &${name};`);
    return character;
  });
}
