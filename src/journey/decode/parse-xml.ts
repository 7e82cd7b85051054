import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { asBroken, refuse } from './refuse.js';

export interface XmlEvents {
  /** Names come without their namespace prefix. */
  readonly open: (name: string, attributes: ReadonlyMap<string, string>) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
}

/**
 * Feeds text to a strict parser and stops after every chunk, so that rows can leave in between. Entities of the sender's own
 * making are not expanded but refused; a document that ends early is half-written.
 */
export function* parseXml(chunks: Iterable<string>, events: XmlEvents, name: string): Generator<void> {
  const parser = new SaxesParser({ xmlns: false });
  let fault: Error | null = null;
  let depth = 0;
  let ending = false;
  parser.on('error', (error) => {
    fault ??= error;
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    const attributes = new Map<string, string>();
    for (const [key, value] of Object.entries(tag.attributes as Record<string, string | SaxesAttributeNS>)) {
      if (!key.startsWith('xmlns')) attributes.set(local(key), String(value));
    }
    events.open(local(tag.name), attributes);
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    events.close(local(tag.name));
  });
  parser.on('text', events.text);
  parser.on('cdata', events.text);

  const check = () => {
    if (fault === null) return;
    if (ending && depth > 0) throw refuse('decode.half-written', { name, detail: 'XML' }, fault);
    throw asBroken(name, fault);
  };
  for (const chunk of chunks) {
    parser.write(chunk);
    check();
    yield;
  }
  ending = true;
  parser.close();
  check();
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
