import type { Command } from 'commander';
import { entityDefinition, entityDefinitions } from '../../../journey/map/entity-definitions.js';
import { type EntityKind, entityKinds, isEntityKind } from '../../../model/kind.js';
import { expected } from '../../expected.js';
import type { Invocation } from '../../invocation.js';
import { saveWorkbook } from '../../save-workbook.js';

/** `huiliu history template [ENTITY...]`: needs neither hub nor database. */
export function addTemplate(history: Command, { screen }: Invocation): void {
  const { text } = screen;
  history
    .command('template')
    .description(text('history.template.about'))
    .argument('[entity...]', text('history.arg-entity'), (word: string, earlier: EntityKind[] = []) => [...earlier, entityOf(word)])
    .option('--out <file>', text('history.opt-out'), '历史资料模板.xlsx')
    .option('--force', text('desk.opt-force'), false)
    .action(async (kinds: EntityKind[], { out, force }: { out: string; force: boolean }) => {
      const wanted = new Set(kinds.length > 0 ? kinds : historyKinds);
      const entities = entityKinds.filter((kind) => wanted.has(kind)).map((kind) => entityDefinition(kind)!);
      const { makeTemplate } = await import('./template-workbook.js'); // its library is large, and `up` needs none of it
      await saveWorkbook(makeTemplate(entities), out, { force });
      const sheets = entities.map(({ entity, zh, fields }) => ({ entity, sheet: zh, columns: Object.keys(fields).length }));
      screen.answer({ file: out, sheets }, () => [
        text('history.template-written', { file: out, sheets: sheets.map(({ sheet }) => sheet).join('、') }),
        text('history.next-preview', { file: out }),
      ]);
    });

  /** An entity by its code or by its Chinese name. */
  function entityOf(word: string): EntityKind {
    if (isEntityKind(word)) return word;
    for (const { entity, zh } of entityDefinitions().values()) if (zh === word || zh.startsWith(word)) return entity;
    throw expected('expected.one-of', { choices: entityKinds.join(', ') });
  }
}

/** What is imported before go-live; the rest comes from OA and finance. */
const historyKinds: readonly EntityKind[] = [
  'customer',
  'contact',
  'contract',
  'product',
  'authorisation',
  'order',
  'prospect',
  'feedback_person',
  'feedback',
  'contact_event',
];
