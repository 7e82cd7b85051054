import type { Hub } from '../../../app/hub.js';
import { findSource, type Source } from '../../../db/source-store.js';
import type { Connector } from '../../../journey/collect/connector.js';
import { HubError } from '../../../model/hub-error.js';
import { message } from '../../../model/message.js';

/** A saved source that is a portal, with its connector and checked settings. */
export async function portalSource(hub: Hub, code: string): Promise<{ source: Source; connector: Connector; settings: unknown }> {
  const source = await findSource(hub.database, { code });
  if (!source) throw new HubError('config', message('hub.unknown-source', { source: code }));
  if (source.connector !== 'portal')
    throw new HubError('config', message('portal.not-a-portal', { source: code, connector: source.connector }));
  const connector = hub.connectors.get('portal')!;
  return { source, connector, settings: connector.settings.parse(source.settings) };
}
