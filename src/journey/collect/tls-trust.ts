import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';
import type { SourceIo } from './connector.js';
import { secretOf } from './secret-of.js';

/**
 * TLS options that trust the public authorities or, with `ca` (a PEM text or a reference to one), exactly what it holds. A server that
 * shows the very certificate that was pinned is believed under any host name; self-signed ones rarely carry the right name.
 */
export async function tlsTrust(ca: string | undefined, host: string, io: SourceIo): Promise<ConnectionOptions> {
  if (ca === undefined) return { servername: servername(host) };
  const pem = ca.includes('-----BEGIN') ? ca : await secretOf(ca, 'ca', io);
  const pinned = new Set(certificatesIn(pem, io.source).map((certificate) => certificate.fingerprint256));
  return {
    ca: pem,
    servername: servername(host),
    checkServerIdentity: (name, shown) => (pinned.has(shown.fingerprint256) ? undefined : checkServerIdentity(name, shown)),
  };
}

function certificatesIn(pem: string, source: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('no certificate');
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new HubError('config', message('connect.ca-unreadable', { source }));
  }
}

/** SNI carries names only, never addresses. */
function servername(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}
