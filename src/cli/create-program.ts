import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { createQuarantineMapper } from '../app/map-quarantined.js';
import { readLayouts } from '../app/read-layouts.js';
import { defaultDecodeLimits } from '../journey/decode/decode.js';
import { readRows } from '../journey/decode/read-rows.js';
import { compileLayout } from '../journey/map/compile-layout.js';
import { registerAgentCommand } from './commands/agent.js';
import { registerAgentsCommand } from './commands/agents.js';
import { registerAlertsCommand } from './commands/alerts.js';
import { registerCalendarCommand } from './commands/calendar.js';
import { registerCheckCommand } from './commands/check.js';
import { registerCustomerCommand } from './commands/customer/customer.js';
import { registerDeliveriesCommand } from './commands/deliveries.js';
import { registerDoctorCommand } from './commands/doctor.js';
import { registerDrillCommand } from './commands/drill.js';
import { registerFiguresCommand } from './commands/figures/figures.js';
import { registerHistoryCommand } from './commands/history/history.js';
import { registerImportCommand } from './commands/import.js';
import { registerInitCommand } from './commands/init.js';
import { registerKeysCommand } from './commands/keys.js';
import { registerLayoutCommand } from './commands/layout.js';
import { registerMatchCommand } from './commands/match.js';
import { registerMissingCommand } from './commands/missing.js';
import { registerNamesCommand } from './commands/names/names.js';
import { registerPortalCommand } from './commands/portal/portal.js';
import { registerRetentionCommand } from './commands/retention.js';
import { registerRunCommand } from './commands/run.js';
import { registerScheduleCommand } from './commands/schedule.js';
import { registerSecretsCommand } from './commands/secrets.js';
import { registerServeCommands } from './commands/serve.js';
import { registerShareCommand } from './commands/share.js';
import { registerSourcesCommand } from './commands/sources.js';
import { registerStatusCommand } from './commands/status.js';
import { registerUploadCommand } from './commands/upload.js';
import type { ExitCode } from './exit-code.js';
import type { Invocation } from './invocation.js';
import { registerModelCommands } from './model-commands.js';
import { openCommandContext } from './open-command-context.js';
import { projectFolder } from './project-folder.js';
import { registerQuarantineCommand } from './quarantine-command.js';
import { cliTexts, type Text, type TextKey } from './text.js';
import { textWidth } from './text-width.js';
import { type ReadStoredRows, registerTraceCommand } from './trace-command.js';

/** All commands. `finish` is told how the process is to end; a command that says nothing has ended well. */
export function createProgram(invocation: Invocation, finish: (code: ExitCode) => void): Command {
  const { text, width } = invocation.screen;
  const desk = { text, width, open: () => openCommandContext(invocation), finish };
  const readStored: ReadStoredRows = (file, hints, partPath, rowNos) => readRows(file, hints, defaultDecodeLimits, partPath, rowNos);
  const program = new Command('huiliu');
  program
    .description(text('help.about'))
    .version(versionOf(), '-V, --version', text('help.option-version'))
    .option('--json', text('help.option-json'))
    .addOption(new Option('--lang <zh|en>', text('help.option-lang')).choices(['zh', 'en']))
    .option('--home <folder>', text('help.option-home'))
    .addHelpText('after', () => `\n${text('help.exit-codes')}`);

  registerInitCommand(program, invocation);
  registerSourcesCommand(program, invocation, finish);
  registerRunCommand(program, invocation, finish);
  registerImportCommand(program, invocation, finish);
  registerHistoryCommand(program, invocation, finish, desk);
  registerUploadCommand(program, invocation, finish);
  registerStatusCommand(program, invocation, finish);
  registerMissingCommand(program, invocation, finish);
  registerScheduleCommand(program, invocation);
  registerCalendarCommand(program, invocation, finish);
  registerAlertsCommand(program, invocation, finish);
  registerDeliveriesCommand(program, invocation, finish);
  registerLayoutCommand(program, invocation, finish);
  registerModelCommands(registerMatchCommand(program, invocation), desk, { note: invocation.screen.note, signal: invocation.signal });
  registerNamesCommand(program, desk);
  registerCustomerCommand(program, desk);
  registerQuarantineCommand(program, desk, async ({ database, landing }) => {
    const { layouts, dictionary } = await readLayouts(invocation.settings.mappingFolders);
    const compile = (codes: readonly string[]) =>
      codes.flatMap((code) => layouts.get(code) ?? []).map((one) => compileLayout(one, dictionary));
    return createQuarantineMapper({ database, landing, compile, readRows: readStored });
  });
  registerPortalCommand(program, invocation, finish);
  registerTraceCommand(program, desk, readStored);
  registerFiguresCommand(program, desk);
  registerServeCommands(program, invocation);
  registerKeysCommand(program, invocation);
  registerSecretsCommand(program, invocation);
  registerAgentsCommand(program, invocation, finish);
  registerAgentCommand(program, invocation, finish);
  registerShareCommand(program, invocation, finish);
  registerDoctorCommand(program, invocation, finish);
  registerCheckCommand(program, invocation, finish);
  registerDrillCommand(program, invocation, finish);
  registerRetentionCommand(program, invocation);

  speak(program, text, width);
  return program;
}

/** Settings that subcommands made before do not inherit by themselves: language of the help, no exit, no English faults. */
function speak(command: Command, text: Text, width: number): void {
  command
    .helpOption('-h, --help', text('help.option-help'))
    .exitOverride()
    .configureOutput({ outputError: () => undefined, getOutHelpWidth: () => width, getErrHelpWidth: () => width })
    .configureHelp({
      showGlobalOptions: true,
      displayWidth: textWidth,
      styleTitle: (title) => (`help.${title}` in cliTexts ? text(`help.${title}` as TextKey) : title),
      optionDescription: (option) =>
        option.argChoices || !isWord(option.defaultValue)
          ? option.description
          : `${option.description} (${text('help.default')} ${String(option.defaultValue)})`,
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', text('help.command-help'));
  for (const child of command.commands) speak(child, text, width);
}

/** A default worth telling: not a switch that is off, an empty text or a collection to be filled. */
const isWord = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && value !== '');

function versionOf(): string {
  return (JSON.parse(readFileSync(join(projectFolder(), 'package.json'), 'utf8')) as { version: string }).version;
}
