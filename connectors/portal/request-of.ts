import { fillIn, fillInAll, type Values } from '../../src/journey/collect/fill-in.js';
import type { Page } from './page.js';
import { encodePairs } from './page.js';
import type { Ask, PortalSite } from './portal-site.js';
import type { PortalSettings, RequestSettings } from './settings.js';

/** A request of the recipe with its values filled in. Its texts are written in the charset of the page before, as a browser does. */
export function requestOf(
  request: RequestSettings,
  values: Values,
  { base }: Pick<PortalSite, 'base'>,
  { charset: usual }: Pick<PortalSettings, 'charset'>,
  before?: Page,
): Ask {
  const { path, method, query = {}, form, headers = {} } = typeof request === 'string' ? { path: request } : request;
  const charset = before?.charset ?? usual ?? 'utf-8';
  const [plainPath = '', written] = path.split('?', 2);
  const encode = (name: string, value: string) => encodePairs([[name, value]], charset);
  const inPath = fillIn(
    plainPath,
    mapValues(values, (value) => encode('', value).slice(1).replaceAll('+', '%20')),
  );
  const inQuery = [
    ...(written === undefined
      ? []
      : [
          fillIn(
            written,
            mapValues(values, (value) => encode('', value).slice(1)),
          ),
        ]),
    ...Object.entries(fillInAll(query, values)).map(([name, value]) => encode(name, value)),
  ].join('&');
  const url = new URL(`${base.pathname.replace(/\/$/u, '')}${inPath}${inQuery === '' ? '' : `?${inQuery}`}`, base);
  return {
    ...{ url, method: method ?? (form ? 'POST' : 'GET'), charset, headers: fillInAll(headers, values) },
    ...(form && { pairs: Object.entries(fillInAll(form, values)) }),
    ...(before && { referer: before.url.href }),
  };
}

function mapValues(values: Values, map: (value: string) => string): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(String(value))]));
}
