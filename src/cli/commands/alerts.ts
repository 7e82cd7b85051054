import type { Command } from 'commander';
import { z } from 'zod';
import { type AlertChannel, channelSchema } from '../../alerts/channel.js';
import type { Notice } from '../../alerts/notice.js';
import { sendAlert } from '../../alerts/send-alert.js';
import { resolveSecret } from '../../app/resolve-secret.js';
import { secretStoreOf } from '../../app/secrets/secret-store-of.js';
import { listUnsent } from '../../db/alert-store.js';
import { ackIncident, listChannels, listIncidents, saveChannels } from '../../db/incident-store.js';
import { HubError } from '../../model/hub-error.js';
import { message, renderMessage } from '../../model/message.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseCount } from '../parse-count.js';
import { readYamlFile } from '../read-yaml-file.js';
import { wrapTo } from '../text-width.js';

/** `huiliu alerts import|list|test|ack`: whom the hub tells, what is wrong now, and what could not be delivered. */
export function registerAlertsCommand(program: Command, { screen, settings, openHub }: Invocation, finish: (code: ExitCode) => void): void {
  const { text, language, width } = screen;
  const alerts = program.command('alerts').description(text('alerts.about'));

  alerts
    .command('import')
    .description(text('alerts.import.about'))
    .argument('<file>', text('alerts.arg-file'))
    .action(async (file: string) => {
      const schema = z.strictObject({ channels: z.array(channelSchema).min(1) });
      const { channels } = (await readYamlFile(file, schema, 'alert.channels-invalid')).data;
      await saveChannels((await openHub()).database, channels, actor());
      const codes = channels.map(({ code }) => code);
      screen.answer({ saved: codes }, () => [text('alerts.saved', { codes: codes.join(', ') }), text('alerts.next-test')]);
    });

  alerts
    .command('list')
    .description(text('alerts.list.about'))
    .option('--days <count>', text('alerts.opt-days'), parseCount, 3)
    .action(async ({ days }: { days: number }) => {
      const { database } = await openHub();
      const [incidents, unsent, channels] = [await listIncidents(database, days), await listUnsent(database), await listChannels(database)];
      const open = incidents.filter(({ recoveredAt }) => recoveredAt === null);
      if (open.some(({ ackedBy }) => ackedBy === null) || unsent.some(({ state }) => state === 'failed')) finish(exitCode.attention);
      screen.answer({ incidents, unsent, channels: channels.map(({ settings: _, ...channel }) => channel) }, () => [
        ...(incidents.length === 0 ? [text('alerts.none')] : incidents.flatMap(showIncident)),
        ...(unsent.length > 0 ? ['', text('alerts.unsent', { count: unsent.length })] : []),
        ...unsent.flatMap((one) => [
          `  ${one.channel}  #${one.incident ?? '-'}  ${text(one.state === 'failed' ? 'alerts.given-up' : 'alerts.again-at', { at: shanghaiMoment(one.dueAt), attempt: one.attempt })}`,
          ...(one.told ? wrapTo(renderMessage(one.told, language), width - 4).map((line) => `    ${line}`) : []),
        ]),
        '',
        channels.length === 0
          ? text('alerts.no-channels')
          : text('alerts.channels', { codes: channels.map(({ code, kind }) => `${code} (${kind})`).join(', ') }),
      ]);
    });

  alerts
    .command('test')
    .description(text('alerts.test.about'))
    .argument('[channels...]', text('alerts.arg-channels'))
    .action(async (given: string[]) => {
      const { database } = await openHub();
      const channels = await listChannels(database);
      const secrets = secretStoreOf(settings, database);
      const unknown = given.find((code) => !channels.some((channel) => channel.code === code));
      if (unknown ?? channels.length === 0) throw new HubError('config', message('alert.no-channel', { channel: unknown ?? '' }));
      const results: Awaited<ReturnType<typeof test>>[] = [];
      for (const channel of channels.filter(({ code }) => given.length === 0 || given.includes(code)))
        results.push(await test(channel, (reference) => resolveSecret(reference, secrets)));
      if (results.some(({ works }) => !works)) finish(exitCode.usage);
      screen.answer({ tested: results }, () => results.flatMap(({ told }) => wrapTo(told, width)));
    });

  alerts
    .command('ack')
    .description(text('alerts.ack.about'))
    .argument('<incident>', text('alerts.arg-incident'))
    .option('--note <text>', text('missing.opt-note'), '')
    .action(async (incident: string, { note }: { note: string }) => {
      const known = /^\d{1,18}$/u.test(incident) && (await ackIncident((await openHub()).database, incident, actor(), note));
      if (!known) throw new HubError('config', message('alert.no-incident', { incident }));
      screen.answer({ acked: incident, note }, () => [text('alerts.acked', { incident })]);
    });

  async function test(channel: AlertChannel, secret: (reference: string) => Promise<string>) {
    const moment = new Date();
    const notice: Notice = {
      occasion: 'test',
      incident: null,
      severity: 'warning',
      told: message('alert.test'),
      members: [],
      openedAt: moment.toISOString(),
      recoveredAt: null,
    };
    try {
      await sendAlert(channel, { id: `test-${moment.getTime()}`, notice }, secret);
      return { channel: channel.code, works: true, told: text('alerts.tested', { code: channel.code }) };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return { channel: channel.code, works: false, code: error.told.code, told: renderMessage(error.told, language) };
    }
  }

  function showIncident(one: Awaited<ReturnType<typeof listIncidents>>[number]): string[] {
    const state = one.recoveredAt
      ? text('alerts.recovered', { at: shanghaiMoment(one.recoveredAt) })
      : one.ackedBy
        ? text('alerts.acked-by', { by: one.ackedBy, note: one.note })
        : text('alerts.open');
    const members = one.members.slice(0, 10).join(' · ') + (one.members.length > 10 ? ` … (${one.members.length})` : '');
    return [
      `#${one.id}  ${text(`alerts.${one.severity}`)}  ${text('alerts.since', { at: shanghaiMoment(one.openedAt) })}  ${state}`.trimEnd(),
      ...wrapTo(renderMessage(one.told, language), width - 4).map((line) => `    ${line}`),
      ...(members ? wrapTo(members, width - 4).map((line) => `    ${line}`) : []),
    ];
  }
}
