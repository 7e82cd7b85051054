import type { FarDatabase } from '../../connectors/database/far-database.js';
import type { DatabaseSettings } from '../../connectors/database/settings.js';
import type { SourceIo } from '../journey/collect/connector.js';
import { HubError } from '../model/hub-error.js';
import { message } from '../model/message.js';
import { type AgentHome, type LocalSettings, readSecret } from './agent-home.js';
import type { AgentLog } from './agent-log.js';

/** One reading session at the database, opened when the first task wants it and again when the line broke. */
export interface ReadingSession {
  open(): Promise<{ readonly far: FarDatabase; readonly settings: DatabaseSettings }>;
  close(): void;
}

export function createReadingSession(given: {
  readonly home: AgentHome;
  readonly local: LocalSettings;
  readonly signal: AbortSignal;
  readonly log: Pick<AgentLog, 'hide'>;
}): ReadingSession {
  let far: FarDatabase | null = null;
  return {
    async open() {
      const settings = given.local.database;
      if (!settings) throw new HubError('config', message('agent.no-database', { path: given.home.path('agent.yaml') }));
      if (!far || far.isOver()) far = await connect(settings);
      return { far, settings };
    },
    close: () => far?.close(),
  };

  async function connect(settings: DatabaseSettings): Promise<FarDatabase> {
    // Loaded when it is needed: enrolling and asking for the status do without drivers.
    const { openFarDatabase } = await import('../../connectors/database/far-database.js');
    const secret = async (reference: string) => {
      const value = await readSecret(reference);
      given.log.hide(value);
      return value;
    };
    const io: SourceIo = { source: 'agent', secret, now: () => new Date(), signal: given.signal, session: new Map() };
    return openFarDatabase(settings, io);
  }
}
