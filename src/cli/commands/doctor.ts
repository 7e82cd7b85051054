import type { Command } from 'commander';
import { readLayouts } from '../../app/read-layouts.js';
import { HubError } from '../../model/hub-error.js';
import { renderMessage } from '../../model/message.js';
import { type Check, fail, ok } from '../doctor/check.js';
import { checkDatabase } from '../doctor/check-database.js';
import { checkMachine } from '../doctor/check-machine.js';
import { checkSchedule } from '../doctor/check-schedule.js';
import { checkSources } from '../doctor/check-sources.js';
import { checkStore } from '../doctor/check-store.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { textWidth, wrapTo } from '../text-width.js';

/** `huiliu doctor`: looks at everything and changes nothing; each line says what to do. */
export function registerDoctorCommand(program: Command, { screen, settings, onEnd }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language, width } = screen;
  program
    .command('doctor')
    .description(text('doctor.about'))
    .action(async () => {
      const checks: Check[] = [...(await checkMachine(settings, text)), await checkLayouts()];
      const found = await checkDatabase(settings, screen);
      onEnd(() => found.close());
      checks.push(...found.checks);
      if (found.database && found.isMigrated)
        checks.push(
          await checkStore(settings, found.database, text),
          ...(await checkSources(settings, found.database, { text, language })),
          ...(await checkSchedule(found.database, text)),
        );
      const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
      const counts = { ok: count('ok'), warn: count('warn'), fail: count('fail') };
      finish(counts.fail > 0 ? exitCode.fault : counts.warn > 0 ? exitCode.attention : exitCode.ok);
      screen.answer({ checks, ...counts }, () => [...checks.flatMap(show), '', text('doctor.summary', counts)]);
    });

  async function checkLayouts(): Promise<Check> {
    try {
      const { layouts } = await readLayouts(settings.mappingFolders);
      return ok(text('doctor.layouts'), text('doctor.layouts-found', { count: layouts.size }));
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return fail(text('doctor.layouts'), renderMessage(error.told, language), text('doctor.layouts-todo'));
    }
  }

  function show({ check, state, found, todo }: Check): string[] {
    const sign = { ok: '✓', warn: '!', fail: '✗' }[state];
    const head = `${sign} ${text(`doctor.${state}`)}  ${check}`;
    const indent = ' '.repeat(26);
    const body = [...wrapTo(found, width - 26), ...(todo ? wrapTo(`→ ${todo}`, width - 26) : [])];
    return body.map((line, at) => (at === 0 ? head + ' '.repeat(Math.max(2, 26 - textWidth(head))) + line : indent + line));
  }
}
