import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { readLayouts } from '../../app/read-layouts.js';
import { checkLayout, type LayoutCheck } from '../../journey/map/check-layout.js';
import { kindsOf, type Layout } from '../../journey/map/layout.js';
import { parseLayout } from '../../journey/map/parse-layout.js';
import type { Proposal } from '../../journey/map/proposal.js';
import { suggestLayout } from '../../journey/map/suggest-layout.js';
import { allKinds } from '../../model/kind.js';
import { renderMessage } from '../../model/message.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { type ReadParts, readParts } from '../read-parts.js';
import { saveFile } from '../save-file.js';
import { showFacts } from '../show-facts.js';
import { showFindings } from '../show-report.js';
import { showTable } from '../show-table.js';
import { wrapTo } from '../text-width.js';
import { wordOf } from '../word-of.js';
import { WrongUsage } from '../wrong-usage.js';

const rowsToSuggestBy = 200;
const rowsToCheck = 200_000;

/** `huiliu layout ...`: works on a file alone; neither database nor source is needed. */
export function registerLayoutCommand(program: Command, { screen, settings }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language, width } = screen;
  const layout = program.command('layout').description(text('layout.about'));

  layout
    .command('list')
    .description(text('layout.list.about'))
    .action(async () => {
      const { layouts } = await readLayouts(settings.mappingFolders);
      const list = [...layouts.values()].map((one) => ({ layout: one.layout, title: one.title, kinds: kindsOf(one) }));
      const columns = [
        { title: text('layout.col-code') },
        { title: text('layout.col-title'), shrinks: true },
        { title: text('layout.col-kind') },
      ];
      screen.answer({ layouts: list }, () =>
        showTable(
          columns,
          list.map((one) => [one.layout, one.title, one.kinds.map((kind) => wordOf('kind', kind, text)).join(', ')]),
          { width },
        ),
      );
    });

  layout
    .command('suggest')
    .description(text('layout.suggest.about'))
    .argument('<file>', text('layout.arg-file'))
    .option('--sheet <name>', text('layout.opt-sheet'))
    .addOption(new Option('--kind <kind>', text('layout.opt-kind')).choices(allKinds))
    .option('--out <file>', text('layout.opt-out'))
    .action(async (file: string, { sheet, kind, out }: { sheet?: string; kind?: string; out?: string }) => {
      const { dictionary } = await readLayouts(settings.mappingFolders);
      const read = await readParts(file, { rowLimit: rowsToSuggestBy, only: sheet });
      const proposals = read.parts
        .filter(({ rows }) => rows.length > 0)
        .map(({ part, rows }) => ({ part: part.path, ...suggestLayout(part, rows, dictionary, read.sentOn) }))
        .filter((one) => kind === undefined || one.kind === kind);
      if (proposals.length === 0) finish(exitCode.attention);
      if (out !== undefined && proposals[0]) {
        await saveFile(out, proposals[0].yaml, { force: true });
        screen.note(text('layout.written', { path: out }));
      }
      if (proposals.some(({ preview }) => preview === null)) finish(exitCode.attention);
      screen.answer({ proposals, skipped: read.skipped }, () => [
        ...(proposals.length === 0 ? [text('layout.nothing')] : proposals.flatMap((one) => [...showProposal(one), ''])),
        ...showSkipped(read),
      ]);
    });

  layout
    .command('check')
    .description(text('layout.check.about'))
    .argument('<file>', text('layout.arg-file'))
    .requiredOption('--layout <layout>', text('layout.opt-layout'))
    .option('--sheet <name>', text('layout.opt-sheet'))
    .action(async (file: string, { layout: wanted, sheet }: { layout: string; sheet?: string }) => {
      const { layouts, dictionary } = await readLayouts(settings.mappingFolders);
      const chosen = await findLayout(wanted, layouts);
      const read = await readParts(file, { rowLimit: rowsToCheck, only: sheet });
      const context = { fileName: basename(file), sentOn: read.sentOn, constants: {} };
      const check = checkLayout(chosen, dictionary, read.parts, context);
      const fits = check.parts.length > 0 && check.parts.every(({ findings, counts }) => findings.length === 0 && !counts['quarantined']);
      finish(fits ? exitCode.ok : exitCode.attention);
      screen.answer({ layout: chosen.layout, fits, ...check, skipped: read.skipped }, () => [
        ...showCheck(check),
        ...showSkipped(read),
        text(fits ? 'layout.fits' : 'layout.fits-not'),
      ]);
    });

  function showProposal(one: Proposal & { readonly part: string }): string[] {
    const columns = [
      { title: text('layout.col-column') },
      { title: text('layout.col-field') },
      { title: text('layout.col-confidence'), align: 'right' as const },
      { title: text('layout.col-evidence'), shrinks: true },
    ];
    const rows = one.columns.map(({ title, field, confidence, evidence }) => [
      title,
      field ?? '?',
      `${Math.round(confidence * 100)}%`,
      evidence.join('; '),
    ]);
    return [
      one.part,
      ...showFacts([
        [text('layout.col-kind'), `${wordOf('kind', one.kind, text)}  ${one.kindEvidence.join('; ')}`],
        [text('layout.header-rows'), one.headerRows.join(', ')],
      ]),
      '',
      ...showTable(columns, rows, { width }),
      '',
      one.yaml.trimEnd(),
      ...(one.preview ? ['', text('layout.first-rows'), ...showPreview(one.preview)] : []),
    ];
  }

  function showCheck(check: LayoutCheck): string[] {
    return check.parts.flatMap(({ part, findings, counts, issues }) => [
      part,
      ...Object.entries(counts).map(
        ([fate, rows]) => `  ${wordOf('fate', wordOf('rule', fate, text), text)}  ${rows.toLocaleString('en-US')}`,
      ),
      ...showFindings(findings, screen).map((line) => `  ${line}`),
      ...issues.flatMap(({ rowNo, issue }) =>
        wrapTo(`${rowNo}: ${renderMessage(issue.told, language)}`, width - 2).map((line) => `  ${line}`),
      ),
      ...showPreview({ parts: check.parts.filter((one) => one.part === part) }),
      '',
    ]);
  }

  function showPreview({ parts }: LayoutCheck): string[] {
    return parts.flatMap(({ preview }) => {
      const fields = [...new Set(preview.flatMap((row) => Object.keys(row.fields)))];
      const columns = [{ title: '#', align: 'right' as const }, ...fields.map((field) => ({ title: field, shrinks: true }))];
      return preview.length === 0
        ? []
        : showTable(
            columns,
            preview.slice(0, 5).map((row) => [row.rowNo, ...fields.map((field) => row.fields[field] ?? '')]),
            { width },
          );
    });
  }

  function showSkipped({ skipped }: ReadParts): string[] {
    return skipped.map(({ path, reason }) => text('layout.skipped', { path, reason: renderMessage(reason, language) }));
  }
}

/** A layout by its code, or from a YAML file that is not in a mappings folder yet. */
async function findLayout(wanted: string, layouts: ReadonlyMap<string, Layout>): Promise<Layout> {
  const known = layouts.get(wanted);
  if (known) return known;
  if (existsSync(wanted)) return parseLayout(await readFile(wanted, 'utf8'), wanted);
  throw new WrongUsage('layout.unknown', { layout: wanted, known: [...layouts.keys()].join(', ') });
}
