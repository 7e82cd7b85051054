import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import type { Connector, SourceIo } from '../../src/journey/collect/connector.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { runTap } from './run-tap.js';
import { type SingerSettings, singerSettings } from './settings.js';
import { type SpooledRun, spoolStreams } from './spool-streams.js';

/**
 * Any Singer tap as a source. Listing runs the tap to its end into a folder of ours; each stream it had records of is an object. The tap's
 * state rides along with the objects and is kept when all of them are acknowledged: after they are in the ledger.
 */
const singer: Connector<SingerSettings> = {
  name: 'singer',
  settings: singerSettings as unknown as z.ZodType<SingerSettings>,
  secrets: [],

  async check(settings, io) {
    const said: Buffer[] = [];
    if (!settings.discover) return;
    for await (const line of runTap(settings, io, 'discover', null)) said.push(line);
    try {
      JSON.parse(Buffer.concat(said.flatMap((line) => [line, Buffer.from('\n')])).toString('utf8'));
    } catch {
      throw new HubError(
        'source-data',
        message('connect.tap-said', { source: io.source, tap: settings.tap, line: 1, cause: 'no catalog' }),
      );
    }
  },

  async *list(settings, io) {
    await this.close?.(settings, io);
    const before = (await io.bookmark?.read()) ?? null;
    // What is said from one state on is one document: asked again from there, it takes the place of what was said before.
    const from = createHash('sha256')
      .update(before ?? '')
      .digest('hex')
      .slice(0, 8);
    const run = await spoolStreams(runTap(settings, io, 'sync', before), settings, io, from);
    io.session.set('singer', run);
    const { streams, state } = run;
    if (streams.length === 0 && state !== null && state !== before) await io.bookmark?.keep(state);
    for (const { stream, byteCount, sha256 } of streams) {
      const name = `${stream.replaceAll(/[/\\\p{Cc}]/gu, '_')}_${from}.ndjson`;
      const about = {
        stream,
        of: String(streams.length),
        run: sha256Of(streams.map((one) => one.sha256).join()),
        ...(state !== null && { state }),
      };
      yield { locator: `${stream}@${from}`, name, byteCount, sentAt: io.now(), ready: true, frozen: true, fingerprint: sha256, about };
    }
  },

  async *fetch(observed, _settings, io) {
    const run = io.session.get('singer') as SpooledRun | undefined;
    const found = run?.streams.find(({ stream }) => stream === observed.about['stream']);
    if (!found) throw new HubError('transient', message('connect.cancelled', { source: io.source, where: observed.name }));
    yield* createReadStream(found.path, { signal: io.signal });
  },

  async ack({ about }, _settings, io) {
    const { state, of, run = '', stream = '' } = about;
    if (state === undefined) return;
    const key = `acknowledged:${run}`;
    const streams = (io.session.get(key) as Set<string> | undefined) ?? new Set();
    io.session.set(key, streams.add(stream));
    if (streams.size === Number(of)) await io.bookmark?.keep(state);
  },

  async close(_settings, io: SourceIo) {
    await (io.session.get('singer') as SpooledRun | undefined)?.remove();
    io.session.delete('singer');
  },
};
export default singer;

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
