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

  /** An entity by its code, by its Chinese name or by a part of that: 合同, 联系人. */
  function entityOf(word: string): EntityKind {
    if (isEntityKind(word)) return word;
    const all = [...entityDefinitions().values()];
    const fit = [all.find(({ zh }) => zh === word), all.find(({ zh }) => zh.startsWith(word)), all.find(({ zh }) => zh.includes(word))];
    const found = fit.find((one) => one !== undefined);
    if (found && word !== '') return found.entity;
    const choices = screen.language === 'zh' ? all.map(({ zh }) => zh).join('、') : entityKinds.join(', ');
    throw expected('expected.one-of', { choices });
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
