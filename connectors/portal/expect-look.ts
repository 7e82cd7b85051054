import { createHash } from 'node:crypto';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import type { Evidence } from '../../src/journey/collect/source-memory.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';

/**
 * Compares how a page looks with how it looked when it was agreed to. The first look stands; another one stops everything, with the
 * page kept for a person. `recipe` is the part of the recipe that leads here: when that changes, the page is met anew.
 */
export async function expectLook(
  place: string,
  recipe: unknown,
  lines: readonly string[],
  evidence: () => Promise<Evidence>,
  io: SourceIo,
): Promise<void> {
  if (!io.memory) return;
  const key = `${place}#${createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 8)}`;
  const known = await io.memory.readLook(key);
  if (known === null) return io.memory.approveFirstLook(key, lines);
  const gone = known.filter((line) => !lines.includes(line));
  const added = lines.filter((line) => !known.includes(line));
  const isMoved = gone.length + added.length === 0 && lines.join('\n') !== known.join('\n');
  if (gone.length + added.length === 0 && !isMoved) return io.memory.looksAsAgreed(key);
  await io.memory.holdLook(key, lines, await evidence());
  const shown = (list: readonly string[]) => (list.length === 0 ? (isMoved ? '↕' : '—') : list.slice(0, 8).join(' | '));
  throw new HubError('config', message('portal.page-changed', { source: io.source, place, gone: shown(gone), added: shown(added) }));
}

/** Lines of a form without fields whose names change by themselves (`*` stands for anything). */
export function withoutChanging(lines: readonly string[], changing: readonly string[]): string[] {
  const patterns = changing.map(
    (one) =>
      new RegExp(
        `^${one
          .split('*')
          .map((part) => part.replace(/[\\^$.+?()[\]{}|]/gu, '\\$&'))
          .join('.*')}$`,
        'u',
      ),
  );
  return lines.filter((line) => !patterns.some((pattern) => pattern.test(line.split(' ')[1] ?? '')));
}
