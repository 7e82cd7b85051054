import type { MessageEnvelopeObject, MessageStructureObject } from 'imapflow';

/** One leaf of a mail that a sender may have meant to send us. Section names are those of IMAP FETCH. */
export interface Attachment {
  /** The section that holds the encoded bytes. */
  readonly body: string;
  /** The section that holds its header lines, raw; `header` is the header of the mail itself. */
  readonly header: string;
  readonly type: string;
  readonly encoding: string;
  /** Encoded size in bytes, as the server counts it. */
  readonly byteCount: number;
  /** The forwarded mails it is wrapped in, outermost first. */
  readonly forwarded: readonly MessageEnvelopeObject[];
}

/** Lists what a mail carries, also inside forwarded mails. Left out by rule: the text, inline pictures, signatures, receipts. */
export function findAttachments(structure: MessageStructureObject): Attachment[] {
  return [...leaves(structure, { wrapper: null, forwarded: [], isRelated: false })];
}

interface Surroundings {
  /** The forwarded mail whose top this node is. */
  readonly wrapper: MessageStructureObject | null;
  readonly forwarded: readonly MessageEnvelopeObject[];
  /** Inside multipart/related: whatever is there belongs to the text. */
  readonly isRelated: boolean;
}

function* leaves(node: MessageStructureObject, around: Surroundings): Generator<Attachment> {
  const isMail = node.type === 'message/rfc822';
  if (node.childNodes) {
    if (around.forwarded.length > MOST_FORWARDS) return;
    const forwarded = isMail && node.envelope ? [...around.forwarded, node.envelope] : around.forwarded;
    const isRelated = node.type === 'multipart/related' || (around.isRelated && !isMail);
    for (const child of node.childNodes) yield* leaves(child, { wrapper: isMail ? node : null, forwarded, isRelated });
    return;
  }
  if (isPartOfTheText(node, around.isRelated)) return;
  yield {
    ...sectionsOf(node, around.wrapper),
    type: node.type,
    encoding: node.encoding ?? '7bit',
    byteCount: node.size ?? 0,
    forwarded: around.forwarded,
  };
}

/** A mail without parts is its own attachment; the sections of a forwarded one lie one level below its wrapper. */
function sectionsOf(node: MessageStructureObject, wrapper: MessageStructureObject | null): Pick<Attachment, 'body' | 'header'> {
  if (wrapper?.part !== undefined) return { body: `${wrapper.part}.1`, header: `${wrapper.part}.header` };
  if (node.part === undefined) return { body: '1', header: 'header' };
  return { body: node.part, header: `${node.part}.mime` };
}

function isPartOfTheText(node: MessageStructureObject, isRelated: boolean): boolean {
  const isAttached = node.disposition === 'attachment';
  const isNamed = [node.dispositionParameters, node.parameters].some((given) =>
    Object.keys(given ?? {}).some((key) => /^(file)?name/.test(key)),
  );
  if (NEVER_DATA.has(node.type)) return true;
  if (node.type.startsWith('image/')) return !isAttached || isRelated;
  if (node.type === 'text/plain' || node.type === 'text/html') return !isAttached && !isNamed;
  return false;
}

const MOST_FORWARDS = 10;

const NEVER_DATA = new Set([
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'message/delivery-status',
  'message/disposition-notification',
  'text/calendar',
  'text/rfc822-headers',
]);
