import type { AgentInbox, ArrivedUnit } from '../../src/journey/collect/agent-inbox.js';
import type { Connector, Observed, SourceIo } from '../../src/journey/collect/connector.js';
import { pullHeadLine } from '../../src/journey/decode/pull-head.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { type AgentSettings, agentSettings } from './settings.js';
import { fileNameOf } from './unit.js';

/** A program of ours at the distributor sends what it reads there; here is only what has arrived. Each branch, day and kind is a file. */
const agent: Connector<AgentSettings> = {
  name: 'agent',
  settings: agentSettings,
  secrets: [],

  async check(_settings, io) {
    await inboxOf(io).pending();
  },

  async *list(_settings, io) {
    for (const unit of await inboxOf(io).pending()) yield observed(unit);
  },

  async *fetch(seen, _settings, io) {
    const inbox = inboxOf(io);
    const head = await inbox.head(seen.locator, seen.fingerprint);
    if (!head) throw gone(seen, io);
    // The first line is ours to write: rows of an agent speak for the day they were sent as, and for no other.
    const { columns, asked, day, task, kind, branch } = head;
    const covers = { from: day, to: day };
    yield Buffer.from(pullHeadLine({ columns, covers, asked: { task, kind, ...(branch !== '' && { branch }), ...asked } }));
    yield* inbox.rows(seen.locator, seen.fingerprint);
  },

  async ack(seen, _settings, io) {
    await inboxOf(io).landed(seen.locator, seen.fingerprint);
  },
};
export default agent;

function observed({ locator, version, receivedAt, byteCount, head }: ArrivedUnit): Observed {
  return {
    locator,
    name: fileNameOf(head),
    byteCount: null,
    // When we received it, by our clock: a later version was received later, so business order follows the versions.
    sentAt: receivedAt,
    ready: true,
    frozen: true,
    fingerprint: version,
    about: { task: head.task, day: head.day, bytes: String(byteCount), version, ...(head.branch !== '' && { branch: head.branch }) },
  };
}

function inboxOf({ inbox, source }: SourceIo): AgentInbox {
  if (!inbox) throw new HubError('bug', message('connect.unexpected', { source, name: 'agent', cause: 'no inbox' }));
  return inbox;
}

function gone(seen: Observed, { source }: SourceIo): HubError {
  return new HubError('transient', message('connect.vanished', { source, where: 'agent', name: seen.name, cause: seen.fingerprint }));
}
