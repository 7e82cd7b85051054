import type { SourceIo } from '../../src/journey/collect/connector.js';
import { HubError } from '../../src/model/hub-error.js';
import { message } from '../../src/model/message.js';
import { isHtml, type Page, saidBy } from './page.js';
import type { PortalSession } from './portal-session.js';
import type { Feed } from './settings.js';

/**
 * The bytes of a download. A web page in its place (a login form, an error) is no file, whatever its name ends with; a table saved as
 * `.xls` is HTML too, so for `xls` a page counts as a file when it is a table and nothing else.
 */
export async function expectFile(page: Page, { as }: NonNullable<Feed['download']>, session: PortalSession, io: SourceIo): Promise<Buffer> {
  session.expectInside(page);
  const magic = magics[as];
  const isRight = magic === undefined ? !isHtml(page) : magic.some((one) => page.bytes.subarray(0, one.length).equals(one));
  const isTableAsXls = as === 'xls' && isHtml(page) && isOnlyTable(page);
  const isTextAsXls = as === 'xls' && !isHtml(page) && page.bytes.includes(9);
  if (page.bytes.length > 0 && (isRight || isTableAsXls || isTextAsXls)) return page.bytes;
  const told = { source: io.source, where: session.site.place.where, expected: as, cause: saidBy(page, session.site.place.hide) };
  throw new HubError('source-data', message('portal.page-instead-of-file', told));
}

function isOnlyTable(page: Page): boolean {
  const $ = page.$();
  const hasRows = $('table tr')
    .toArray()
    .some((row) => $(row).children('td,th').length >= 2);
  return hasRows && $('form,input,iframe,frame').length === 0;
}

const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const zip = Buffer.from('504b0304', 'hex');
/** What files begin with; kinds without an entry only must not be web pages. */
const magics: Partial<Record<NonNullable<Feed['download']>['as'], readonly Buffer[]>> = {
  xls: [ole, Buffer.from('0908', 'hex'), zip, Buffer.from('<?xml'), Buffer.from('\uFEFF<?xml')],
  xlsx: [zip, ole],
  zip: [zip, Buffer.from('504b0506', 'hex')],
};
