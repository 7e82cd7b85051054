import { createReadStream, existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { findSource } from '../../db/source-store.js';
import {
  addUploadLink,
  findUpload,
  listUploadLinks,
  listUploads,
  revokeUploadLink,
  type Upload,
  type UploadLink,
} from '../../db/upload-store.js';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import { shanghaiMoment } from '../../model/shanghai-moment.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { exitCodeOf } from '../exit-code-of.js';
import { expected } from '../expected.js';
import type { Invocation } from '../invocation.js';
import { actor } from '../open-command-context.js';
import { parseCount } from '../parse-count.js';
import { parseDay } from '../parse-day.js';
import { showProgress } from '../show-progress.js';
import { showNext, showReport } from '../show-report.js';
import { showTable } from '../show-table.js';
import { showUpload } from '../show-upload.js';
import { WrongUsage } from '../wrong-usage.js';

const largestFile = 2 * 1024 ** 3;

interface Sending {
  readonly source: string;
  readonly reason: string;
  readonly by?: string;
  readonly days?: { from: string; to: string };
  readonly yes?: boolean;
}

/** `huiliu upload ...`: a file that a person hands in is compared with what came by itself, and takes effect when somebody takes it. */
export function registerUploadCommand(
  program: Command,
  { screen, settings, openHub, signal }: Invocation,
  finish: (code: ExitCode) => void,
): void {
  const { text, width } = screen;
  const upload = program.command('upload').description(text('upload.about'));

  upload
    .command('send', { isDefault: true })
    .description(text('upload.send.about'))
    .argument('<file>', text('upload.arg-file'))
    .requiredOption('--source <code>', text('upload.opt-source'))
    .requiredOption('--reason <text>', text('upload.opt-reason'), filled)
    .option('--by <name>', text('upload.opt-by'), filled)
    .option('--days <from..to>', text('upload.opt-days'), days)
    .option('--yes', text('upload.opt-yes'))
    .action(async (path: string, { source, reason, by = actor(), days: about, yes = false }: Sending) => {
      if (!existsSync(path)) throw new WrongUsage('import.no-file', { path });
      const hub = await openHub();
      const order = { source, reason, by, name: basename(path), days: about ?? null, address: '', linkId: null, signal };
      const received = await hub.receiveUpload({ ...order, way: 'cli', byteLimit: largestFile, bytes: createReadStream(path) });
      if (yes) return take(received.id, by, reason, received);
      finish(exitCode.attention);
      screen.answer(received, () => [...showUpload(received, screen), '', ...waits(received)]);
    });

  upload
    .command('list')
    .description(text('upload.list.about'))
    .option('--waiting', text('upload.opt-waiting'))
    .option('--limit <count>', text('upload.opt-limit'), parseCount, 50)
    .action(async ({ waiting = false, limit }: { waiting?: boolean; limit: number }) => {
      const uploads = await listUploads((await openHub()).database, { waiting, limit });
      screen.answer({ uploads }, () => (uploads.length === 0 ? [text('upload.none')] : table(uploads)));
    });

  upload
    .command('show')
    .description(text('upload.show.about'))
    .argument('<id>', text('upload.arg-id'))
    .action(async (id: string) => {
      const found = /^\d{1,18}$/u.test(id) ? await findUpload((await openHub()).database, id) : null;
      if (!found) throw new HubError('config', message('upload.unknown', { id }));
      screen.answer(found, () => [...showUpload(found, screen), ...(found.state === 'waiting' ? ['', ...waits(found)] : [])]);
    });

  upload
    .command('take')
    .description(text('upload.take.about'))
    .argument('<id>', text('upload.arg-id'))
    .option('--why <text>', text('upload.opt-why'), '')
    .option('--yes', text('upload.opt-yes'))
    .action(async (id: string, { why, yes = false }: { why: string; yes?: boolean }) => {
      if (yes) return take(id, actor(), why, null);
      const found = /^\d{1,18}$/u.test(id) ? await findUpload((await openHub()).database, id) : null;
      if (!found) throw new HubError('config', message('upload.unknown', { id }));
      screen.answer(found, () => [...showUpload(found, screen), '', text('upload.would-take', { id })]);
    });

  upload
    .command('refuse')
    .description(text('upload.refuse.about'))
    .argument('<id>', text('upload.arg-id'))
    .requiredOption('--why <text>', text('upload.opt-why'), filled)
    .action(async (id: string, { why }: { why: string }) => {
      await (await openHub()).refuseUpload({ id, by: actor(), why });
      screen.answer({ id, state: 'refused' }, () => [text('upload.refused', { id })]);
    });

  upload
    .command('link')
    .description(text('upload.link.about'))
    .requiredOption('--source <code>', text('upload.opt-source'))
    .requiredOption('--reason <text>', text('upload.opt-reason'), filled)
    .requiredOption('--for <name>', text('upload.opt-for'), filled)
    .option('--days <n>', text('upload.opt-link-days'), upTo(60), 7)
    .option('--mb <n>', text('upload.opt-mb'), upTo(512), 50)
    .option('--base <url>', text('upload.opt-base'), address)
    .action(async (given: { source: string; reason: string; for: string; days: number; mb: number; base?: string }) => {
      const { database } = await openHub();
      const source = await findSource(database, { code: given.source });
      if (!source) throw new HubError('config', message('hub.unknown-source', { source: given.source }));
      const expiresAt = new Date(Date.now() + given.days * 86_400_000);
      const order = {
        sourceId: source.id,
        meantFor: given.for,
        reason: given.reason,
        by: actor(),
        expiresAt,
        byteLimit: given.mb * 1024 ** 2,
      };
      const { id, token } = await addUploadLink(database, order);
      const url = `${given.base ?? `http://${settings.host}:${settings.port}`}/u/${token}`;
      screen.answer({ id, url, expiresAt }, () => [
        text('upload.link-made', { id, for: given.for, until: shanghaiMoment(expiresAt), mb: given.mb }),
        url,
      ]);
    });

  upload
    .command('links')
    .description(text('upload.links.about'))
    .action(async () => {
      const links = await listUploadLinks((await openHub()).database);
      const columns = ['id', 'for', 'until'] as const;
      screen.answer({ links }, () =>
        links.length === 0
          ? [text('upload.link-none')]
          : showTable(
              [
                ...columns.map((column) => ({ title: text(`upload.col-${column}`) })),
                { title: text('report.col-source') },
                { title: text('upload.state') },
              ],
              links.map((link) => [
                link.id,
                link.meantFor,
                shanghaiMoment(link.expiresAt),
                link.source,
                text(`upload.link-${stateOf(link)}`),
              ]),
              { width },
            ),
      );
    });

  upload
    .command('revoke')
    .description(text('upload.revoke.about'))
    .argument('<id>', text('upload.arg-link'), parseCount)
    .option('--yes', text('upload.opt-yes'))
    .action(async (id: number, { yes = false }: { yes?: boolean }) => {
      const { database } = await openHub();
      const link = (await listUploadLinks(database)).find((one) => one.id === id && stateOf(one) === 'open');
      if (!link || (yes && !(await revokeUploadLink(database, id, actor())))) throw new WrongUsage('upload.unknown-link', { id });
      screen.answer({ id, revoked: yes }, () => [text(yes ? 'upload.revoked' : 'upload.revoke-preview', { id, for: link.meantFor })]);
    });

  async function take(id: string, by: string, why: string, shown: Upload | null): Promise<void> {
    const hub = await openHub();
    const progress = showProgress(hub, screen);
    try {
      const report = await hub.takeUpload({ id, by, why, signal });
      progress.stop();
      finish(exitCodeOf(report));
      const answer = shown ? { upload: shown, report } : report;
      screen.answer(answer, () => [...(shown ? [...showUpload(shown, screen), ''] : []), ...showReport(report, screen)]);
    } finally {
      progress.stop();
    }
  }

  function waits({ id }: Upload): string[] {
    const commands = [
      [`huiliu upload take ${id} --yes`, text('upload.take-hint')],
      [`huiliu upload refuse ${id} --why "…"`, text('upload.refuse-hint')],
    ] as const;
    return [text('upload.waits', { id }), ...showNext(commands, screen)];
  }

  function table(uploads: readonly Upload[]): string[] {
    const columns = [
      { title: text('upload.col-id'), align: 'right' as const },
      { title: text('report.col-source') },
      { title: text('upload.col-name'), shrinks: true },
      { title: text('upload.by') },
      { title: text('upload.col-at') },
      { title: text('upload.state') },
    ];
    return showTable(
      columns,
      uploads.map((one) => [one.id, one.source, one.name, one.by, shanghaiMoment(one.uploadedAt), text(`upload.state-${one.state}`)]),
      { width },
    );
  }

  function days(given: string): { from: string; to: string } {
    const [from = '', to = from] = given.split('..');
    const range = { from: parseDay(from), to: parseDay(to) };
    if (range.from > range.to) throw expected('expected.days');
    return range;
  }
}

function stateOf({ isUsed, isRevoked, expiresAt }: UploadLink): 'open' | 'used' | 'revoked' | 'over' {
  if (isUsed) return 'used';
  if (isRevoked) return 'revoked';
  return expiresAt > new Date() ? 'open' : 'over';
}

function filled(given: string): string {
  if (given.trim() === '') throw expected('expected.text');
  return given.trim();
}

function upTo(most: number): (given: string) => number {
  return (given) => {
    const value = Number(given);
    if (!Number.isInteger(value) || value < 1 || value > most) throw expected('expected.number', { least: 1, most, example: most });
    return value;
  };
}

function address(given: string): string {
  if (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/u.test(given)) throw expected('expected.address');
  return given.replace(/\/$/u, '');
}
