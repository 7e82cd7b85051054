/** Whom a collection asks: `host` or `host:port` of its settings, or of their address; '' when it asks nobody (a folder). */
export function hostOf(settings: unknown): string {
  if (typeof settings !== 'object' || settings === null) return '';
  const { host, port, url, base_url } = settings as { host?: unknown; port?: unknown; url?: unknown; base_url?: unknown };
  if (typeof host === 'string') return typeof port === 'number' ? `${host.toLowerCase()}:${port}` : host.toLowerCase();
  const address = url ?? base_url;
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).host : '';
}
