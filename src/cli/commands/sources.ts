import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { Hub } from '../../app/hub.js';
import { findSource, listSources, type Source, switchSources } from '../../db/source-store.js';
import { HubError } from '../../model/hub-error.js';
import { type Message, message, renderMessage } from '../../model/message.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { expected } from '../expected.js';
import type { Invocation } from '../invocation.js';
import { knownTo } from '../known.js';
import { checkSource, parseSourceFile } from '../parse-source-file.js';
import { readTextFile } from '../read-text-file.js';
import { showTable } from '../show-table.js';
import { yamlValue } from '../yaml-value.js';

/** `huiliu sources ...`: whom we collect from, by which way and in which layouts. */
export function registerSourcesCommand(program: Command, { screen, openHub, signal }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language } = screen;
  const sources = program.command('sources').description(text('sources.about'));

  sources
    .command('list')
    .description(text('sources.list.about'))
    .action(async () => {
      const list = await listSources((await openHub()).database);
      screen.answer({ sources: list }, () => (list.length === 0 ? [text('sources.none')] : table(list)));
    });

  sources
    .command('show')
    .description(text('sources.show.about'))
    .argument('<code>', text('sources.arg-code'))
    .action(async (code: string) => {
      const { id: _, ...source } = await existing(await openHub(), code);
      screen.answer(source, () => [stringify({ sources: [source] }, { lineWidth: 0 }).trimEnd()]);
    });

  sources
    .command('add')
    .description(text('sources.add.about'))
    .argument('<code>', text('sources.arg-code'))
    .requiredOption('--connector <kind>', text('sources.opt-connector'))
    .requiredOption('--sender <code>', text('sources.opt-sender'))
    .requiredOption('--layout <code...>', text('sources.opt-layout'))
    .option('--set <key=value...>', text('sources.opt-set'), setting, {})
    .option('--title <text>', text('sources.opt-title'), '')
    .action(async (code: string, options: { connector: string; sender: string; layout: string[]; set: object; title: string }) => {
      const hub = await openHub();
      const { connector, sender, layout, set, title } = options;
      const raw = { code, title, sender, connector, settings: set, layouts: layout };
      const { source, mistakes } = await checkSource(raw, await knownTo(hub));
      if (!source) throw invalid(code, mistakes);
      await hub.saveSource(source);
      screen.answer({ saved: [code] }, () => [text('sources.saved', { count: 1, codes: code })]);
    });

  sources
    .command('import')
    .description(text('sources.import.about'))
    .argument('<file>', text('sources.arg-file'))
    .option('--check', text('sources.opt-check'))
    .action(async (file: string, { check }: { check?: true }) => {
      const yamlText = await readTextFile(file);
      const hub = await openHub();
      const list = await parseSourceFile(yamlText, file, await knownTo(hub));
      const codes = list.map(({ code }) => code);
      if (!check) for (const source of list) await hub.saveSource(source);
      screen.answer(check ? { checked: codes } : { saved: codes }, () => [
        check ? text('sources.checked', { count: codes.length }) : text('sources.saved', { count: codes.length, codes: codes.join(', ') }),
      ]);
    });

  sources
    .command('test')
    .description(text('sources.test.about'))
    .argument('[codes...]', text('sources.arg-codes-all'))
    .action(async (given: string[]) => {
      const hub = await openHub();
      const codes = given.length > 0 ? given : (await listSources(hub.database)).filter(({ enabled }) => enabled).map(({ code }) => code);
      for (const code of codes) await existing(hub, code);
      const results: Awaited<ReturnType<typeof test>>[] = [];
      for (const code of codes) {
        signal.throwIfAborted();
        results.push(await test(hub, code));
      }
      const worst = results
        .map(({ exit }) => exit)
        .reduce<ExitCode>((a, b) => (a === exitCode.ok || b === exitCode.usage ? b : a), exitCode.ok);
      finish(worst);
      screen.answer({ tested: results.map(({ exit: _, ...result }) => result) }, () => results.map(({ told }) => told));
    });

  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    sources
      .command(name)
      .description(text(`sources.${name}.about`))
      .argument('<codes...>', text('sources.arg-codes'))
      .action(async (codes: string[]) => {
        const hub = await openHub();
        for (const code of codes) await existing(hub, code);
        await switchSources(hub.database, codes, enabled);
        screen.answer({ [`${name}d`]: codes }, () => [text(`sources.${name}d`, { codes: codes.join(', ') })]);
      });
  }

  async function test(hub: Hub, code: string) {
    const startedAt = performance.now();
    try {
      await hub.testSource(code);
      const milliseconds = Math.round(performance.now() - startedAt);
      return { source: code, works: true, milliseconds, told: text('sources.tested-ok', { code, milliseconds }), exit: exitCode.ok };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      const { errorClass, told } = error;
      const exit: ExitCode = errorClass === 'config' || errorClass === 'auth' ? exitCode.usage : exitCode.fault;
      return { source: code, works: false, class: errorClass, code: told.code, told: renderMessage(told, language), exit };
    }
  }

  function table(list: readonly Source[]): string[] {
    const columns = [
      { title: text('sources.col-code') },
      { title: text('sources.col-title'), shrinks: true },
      { title: text('sources.col-sender') },
      { title: text('sources.col-connector') },
      { title: text('sources.col-layouts'), shrinks: true },
      { title: text('sources.col-state') },
    ];
    const rows = list.map((one) => [
      one.code,
      one.title,
      one.sender,
      one.connector,
      one.layouts.join(', '),
      text(one.enabled ? 'sources.on' : 'sources.off'),
    ]);
    return showTable(columns, rows, screen);
  }
}

async function existing(hub: Hub, code: string): Promise<Source> {
  const source = await findSource(hub.database, { code });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
  return source;
}

/** `--set port=2121`: the value is read as YAML, so that numbers and lists keep their types. */
function setting(given: string, before: Record<string, unknown>): Record<string, unknown> {
  const at = given.indexOf('=');
  if (at < 1) throw expected('expected.setting');
  return { ...before, [given.slice(0, at)]: yamlValue(given.slice(at + 1)) };
}

function invalid(source: string, problems: readonly Message[]): HubError {
  return new HubError('config', message('hub.source-invalid', { source, problems }));
}
