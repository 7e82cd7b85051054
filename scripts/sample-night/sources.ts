import type { DecodeHints } from '../../src/journey/decode/decode-event.js';
import { columnsOf, type SampleDistributor, type Shape, sampleDistributors } from './distributors.js';
import { parseColumns } from './table.js';
import { fixedWidthsOf } from './writers/write-fixed.js';

/** A source of the sample night without its address and credentials: those are known once the servers have started. */
export interface SampleSource {
  readonly code: string;
  readonly title: string;
  /** The code of the distributor. */
  readonly sender: string;
  readonly connector: SampleDistributor['connector'];
  /** The FTP server must speak TLS. */
  readonly secure: boolean;
  /** Where its files lie below the root of the server or drop folder, '' for mail. */
  readonly folder: string;
  /** The only sender a mail source listens to, '' for the others. */
  readonly from: string;
  readonly layouts: readonly string[];
  readonly hints: DecodeHints;
  readonly constants: Readonly<Record<string, string>>;
}

const layoutsOf: Readonly<Record<Shape, readonly string[]>> = {
  'csv-gb18030': ['demo-files'],
  'tsv-gbk': ['demo-files'],
  'xlsx-two-level': ['demo-two-level'],
  'zip-of-csv': ['demo-files'],
  'xls-three-sheets': ['demo-sheets'],
  'html-named-xls': ['demo-files'],
  dbf: ['demo-dbf'],
  json: ['demo-web-service'],
  'xlsx-three-sheets': ['demo-sheets'],
  'xlsx-sheet-per-product': ['demo-product-sheets', 'demo-name-and-spec'],
  'csv-utf8-bom': ['demo-files'],
  'zip-of-xls-product-in-title': ['demo-product-title', 'demo-files'],
  xml: ['demo-files'],
  'fixed-width': ['demo-fixed-width'],
  'xlsx-serial-dates': ['demo-files'],
  'xlsx-plain': ['demo-files'],
};

/** The sources of the sample night, and D01 once more by mail. */
export const sampleSources: readonly SampleSource[] = sampleDistributors.flatMap((distributor) => {
  const source = describe(distributor);
  const again: SampleSource = { ...source, code: `${source.code}-mail`, connector: 'mail', folder: '', from: addressOf(distributor.code) };
  return distributor.code === 'D01' ? [source, again] : [source];
});

function describe({ code, name, connector, shape }: SampleDistributor): SampleSource {
  return {
    code,
    title: name,
    sender: code,
    connector,
    secure: code === 'D04',
    folder: folderOf({ name, connector }),
    from: connector === 'mail' ? addressOf(code) : '',
    layouts: layoutsOf[shape],
    hints:
      shape === 'fixed-width' ? { fixedWidths: fixedWidthsOf({ columns: parseColumns(columnsOf[code]!.sale) }), encoding: 'gb18030' } : {},
    constants: { distributor_name: name },
  };
}

/** Where a sender puts his files. */
export function folderOf({ name, connector }: Pick<SampleDistributor, 'name' | 'connector'>): string {
  return connector === 'mail' ? '' : connector === 'folder' ? name : 'outbox';
}

/** The mail address a sender writes from. */
export function addressOf(code: string): string {
  return `flow@${code.toLowerCase()}.example`;
}
