import type { AlikeTerminal } from '../../../app/find-alike.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';
import { percent } from './queue.js';

/** A terminal that may be there already is only made when a person says why it is another one. */
export function refuseAlike(alike: readonly AlikeTerminal[], { anyway, note }: { readonly anyway: boolean; readonly note: string }): void {
  if (alike.length === 0) return;
  const found = alike.map(({ code, name, p }) => `${code} ${name}（${percent(p).trim()}）`).join('、');
  if (!anyway) throw new HubError('config', message('match.terminal-alike', { found }));
  if (note === '') throw new HubError('config', message('match.reason-missing'));
}
