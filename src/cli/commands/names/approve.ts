import type { Command } from 'commander';
import { findAlike } from '../../../app/find-alike.js';
import { matchNames } from '../../../db/names/match-names.js';
import { approveRequest, listRequests, previewApproval, type TerminalFields } from '../../../db/names/terminal-requests.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import type { CommandContext } from '../../command-context.js';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { withContext } from '../../with-context.js';
import { refuseAlike } from './refuse-alike.js';
import { showImpact } from './show-impact.js';

interface Options {
  readonly name?: string;
  readonly type?: string;
  readonly place?: string;
  readonly address?: string;
  readonly anyway: boolean;
  readonly note: string;
  readonly yes: boolean;
}

/** `huiliu names approve`: makes the terminal of a request and links its names, unless the master may have it already. */
export function addApprove(names: Command, { text, width, open }: Desk): void {
  names
    .command('approve')
    .description(text('names.approve.about'))
    .argument('<request>', text('names.arg-request'))
    .option('--name <name>', text('names.opt-name'))
    .option('--type <type>', text('names.opt-type'))
    .option('--place <province/city/county>', text('names.opt-place'))
    .option('--address <address>', text('names.opt-address'))
    .option('--anyway', text('names.opt-anyway'), false)
    .option('--note <text>', text('names.opt-note'), '')
    .option('--yes', text('desk.opt-yes'), false)
    .action((id: string, options: Options) => withContext(open, (context) => approve(context, id, options)));

  async function approve(context: CommandContext, id: string, options: Options): Promise<void> {
    const { database, matcher, actor } = context;
    const [request] = /^\d{1,18}$/.test(id) ? await listRequests(database, { id }) : [];
    if (!request) throw new HubError('config', message('match.unknown-request', { request: id }));
    const given = givenFields(options);
    const alike = await findAlike(database, matcher, { ...request.fields, ...given });
    refuseAlike(alike, options);
    const result = options.yes
      ? await approveRequest(database, id, given, actor, options.note)
      : await previewApproval(database, id, given);
    const followed = options.yes ? await matchNames(database, { actor, matcher: null, follows: result.batchId }) : null;
    if (context.json) return context.printJson({ request: id, written: options.yes, ...result, alike, followed: followed?.auto ?? 0 });
    const { name, type, province, city, county, address } = { ...request.fields, ...given };
    context.print(
      `${options.yes ? result.code : text('names.new-code')}  ${name}  ${[type, province + city + county, address].filter(Boolean).join('  ')}`,
    );
    for (const line of showImpact(result, text, width)) context.print(line);
    if (options.yes) context.print(text('names.written', { batch: result.batchId, followed: grouped(followed?.auto ?? 0) }));
    else context.print(text('desk.preview', { command: `huiliu names approve ${id} … --yes` }));
  }
}

function givenFields({ name, type, place, address }: Options): Partial<TerminalFields> {
  const [province = '', city = '', county = ''] = (place ?? '').split('/');
  return {
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    ...(place !== undefined && { province, city, county }),
    ...(address !== undefined && { address }),
  };
}
