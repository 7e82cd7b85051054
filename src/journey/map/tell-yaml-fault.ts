import { type Document, isCollection, isScalar, type LineCounter, visit, type YAMLParseError } from 'yaml';
import { type Message, message } from '../../model/message.js';
import { namesSecret } from '../../model/names-secret.js';
import { shownText } from '../../model/shown-text.js';

/** What the parser found, and where in the text. */
export type YamlFault = Pick<YAMLParseError, 'code' | 'message' | 'pos'>;

/**
 * One fault of YAML that a person wrote, with line, column and the line itself. The parser's English goes into the sentence only where we
 * have no words of our own for its code.
 */
export function tellYamlFault(fault: YamlFault, text: string, document: Document, lines: LineCounter): Message {
  const { at, problem } = judge(fault, text, document);
  const { line, col: column } = lines.linePos(at);
  return message('yaml.at', { line, column, problem, text: shown(lineAt(text, at), column) });
}

/** An alias of nothing: usually a value that begins with `*` and is not in quotes. */
export function unknownAlias(document: Document): YamlFault | null {
  let fault: YamlFault | null = null;
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document)) return undefined;
      fault = { code: 'BAD_ALIAS', message: `Unresolved alias ${node.source}`, pos: [node.range![0], node.range![1]] };
      return visit.BREAK;
    },
  });
  return fault;
}

interface Verdict {
  readonly at: number;
  readonly problem: Message;
}

function judge({ code, message: words, pos: [at] }: YamlFault, text: string, document: Document): Verdict {
  const here = (problem: Message): Verdict => ({ at, problem });
  switch (code) {
    case 'BAD_INDENT': {
      const closing = /end with a ([\]}])/u.exec(words)?.[1];
      if (!closing) return here(message('yaml.indent'));
      const opening = closing === ']' ? '[' : '{';
      return {
        at: openedBefore(at, document, (node) => isCollection(node) && text[node.range![0]] === opening),
        problem: message('yaml.bracket', { opening, closing }),
      };
    }
    case 'TAB_AS_INDENT':
      return here(message('yaml.tab'));
    case 'DUPLICATE_KEY':
      return here(message('yaml.twice', { key: wordAt(text, at, /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]+)/u) }));
    case 'MISSING_CHAR': {
      const quote = /closing (["'])quote/u.exec(words)?.[1];
      if (quote)
        return {
          at: openedBefore(at, document, (node) => isScalar(node) && text[node.range![0]] === quote),
          problem: message('yaml.quote', { quote }),
        };
      if (words.startsWith('Sequence item without')) return here(message('yaml.indent'));
      if (words.includes('followed by map values')) return here(message('yaml.colon'));
      return here(words.includes('Missing ,') ? message('yaml.comma') : theirWords(words));
    }
    case 'BLOCK_IN_FLOW':
      return here(message('yaml.comma'));
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return here(message('yaml.colon'));
    case 'BLOCK_AS_IMPLICIT_KEY':
      return here(message(words.startsWith('Nested mappings') ? 'yaml.colon-inside' : 'yaml.indent'));
    case 'BAD_SCALAR_START':
    case 'BAD_ALIAS':
      return here(message('yaml.start', { mark: shownText(text[at] ?? '') }));
    case 'BAD_DQ_ESCAPE':
      return here(message('yaml.escape'));
    case 'MULTIPLE_DOCS':
      return here(message('yaml.documents'));
    case 'UNEXPECTED_TOKEN': {
      const found = isSecret(lineAt(text, at)) ? '…' : wordAt(text, at, /^(?:[[\]{},]|[^\s,[\]{}]+)/u);
      return here(found === '' ? theirWords(words) : message('yaml.unexpected', { found }));
    }
    default:
      return here(theirWords(words));
  }
}

const theirWords = (words: string): Message => message('yaml.broken', { cause: words });

/** Where the last such node begins before the fault: what is not closed is found at the end of the text, and mended where it was opened. */
function openedBefore(at: number, document: Document, isIt: (node: unknown) => boolean): number {
  let from = at;
  visit(document, {
    Node(_, node) {
      if (node.range && node.range[0] < at && node.range[1] >= at && isIt(node)) from = node.range[0];
    },
  });
  return from;
}

function wordAt(text: string, at: number, word: RegExp): string {
  const found = (word.exec(text.slice(at, at + 200))?.[0] ?? '').trim();
  return shownText(found.length > 40 ? `${found.slice(0, 40)}…` : found);
}

function lineAt(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1).split(/\r?\n/u, 1)[0]!;
}

// `key: {` and the like: each word before a colon counts, not only the first of the line.
const isSecret = (line: string): boolean => (line.match(/[\p{L}\p{N}_-]+(?=["']?\s*[:：=])/gu) ?? []).some(namesSecret);

/** At most 80 characters of a line around a column, tabs made visible. Of a line that may hold a secret only the first key is shown. */
function shown(line: string, column: number): string {
  if (isSecret(line)) return shownText(line.replace(/[:：=].*/su, ': …').slice(0, 80));
  const from = Math.max(0, Math.min(column - 40, line.length - 79));
  const part = shownText(
    line
      .slice(from, from + 80)
      .trimEnd()
      .replaceAll('\t', '⇥'),
  );
  return `${from > 0 ? '…' : ''}${part}${from + 80 < line.length ? '…' : ''}`;
}
