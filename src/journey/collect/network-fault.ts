import { HubError } from '../../model/hub-error.js';
import { message } from '../../model/message.js';

/** Where a fault happened, for its message. `hide` lists the secrets in use: a server may echo what we sent it. */
export interface FarPlace {
  readonly source: string;
  readonly where: string;
  readonly hide: readonly string[];
}

/**
 * The fault behind an error of a socket, of TLS or of a client library that we know nothing better about: TLS trust is a wrong setting,
 * everything else is worth another try. A HubError passes unchanged. The original is not kept as `cause`: it may carry secrets.
 */
export function networkFault(error: unknown, place: FarPlace): HubError {
  if (error instanceof HubError) return error;
  const cause = causeOf(error, place.hide);
  const code = codeOf(error);
  const values = { source: place.source, where: place.where, cause };
  if (TLS_TRUST.has(code)) return new HubError('config', message('connect.certificate-refused', values));
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return new HubError('config', message('connect.tls-failed', values));
  return new HubError('transient', message('connect.unreachable', values));
}

/** What an error says, in one line and without secrets. */
export function causeOf(error: unknown, hide: readonly string[]): string {
  const text = error instanceof Error ? error.message || codeOf(error) || error.name : String(error);
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return hide.filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '***'), line);
}

export function cancelled(place: Omit<FarPlace, 'hide'>): HubError {
  return new HubError('transient', message('connect.cancelled', { source: place.source, where: place.where }));
}

const TLS_TRUST = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
