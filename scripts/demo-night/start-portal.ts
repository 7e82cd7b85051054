import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SaleRow, startAspPortal } from '../../connectors/portal/fakes/asp-portal.js';
import type { NewSource } from '../../src/db/source-store.js';
import { sampleProducts } from '../sample-night/products.js';
import type { SampleNight } from '../sample-night/sample-night.js';

/** The query portal of D16: what it sold the day before the first night, in GBK, product by product and page by page. */
export interface SamplePortal {
  readonly source: NewSource;
  readonly address: { readonly kind: string; readonly address: string; readonly user: string; readonly password: string };
  stop(): Promise<void>;
}

const sender = 'D16';
const day = '2026-11-19';

export async function startSamplePortal(night: SampleNight, folder: string): Promise<SamplePortal> {
  const far = await startAspPortal({ rows: rowsOf(night) });
  const passwordFile = join(folder, 'portal-password');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${far.state.password}\n`, { mode: 0o600 });
  const { feeds, ...settings } = far.settings as { feeds: { each: object; steps: object[]; table: object; name: string }[] };
  const { each, table } = feeds[0]!;
  // Always the same day, whenever the demonstration runs: the same bytes.
  const steps = [{ open: '/query.asp' }, { submit: { fields: { txtFrom: day, txtTo: day, ddlProduct: '{product}' }, press: 'btnQuery' } }];
  return {
    source: {
      ...{ code: 'd16-portal', title: '沪汇清（门户）', sender, connector: 'portal', layouts: ['demo-portal'] },
      settings: {
        ...{ ...settings, password: `file:${passwordFile}` },
        feeds: [{ name: 'sale', per: 'all', each, steps, table: { ...table, add: { 品种: '{product_text}' } } }],
      },
      ...{ hints: {}, constants: {}, expects: {}, enabled: true },
    },
    address: { kind: 'portal', address: `${far.url}/login.asp`, user: '商业01', password: far.state.password },
    stop: far.stop,
  };
}

function rowsOf({ names }: SampleNight): SaleRow[] {
  const customers = names.filter(({ distributor, means }) => distributor === sender && 'terminal' in means).slice(0, 40);
  return customers.map(({ rawName }, at): SaleRow => {
    const product = sampleProducts[at % 3]!;
    const qty = 10 * ((at % 7) + 1);
    return {
      ...{ day, customer: rawName, product: `${product.genericName} ${product.spec}`, lot: `P${2_600_100 + at}` },
      ...{ qty: String(qty), amount: String((product.priceCents * qty) / 100) },
    };
  });
}
