import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeErp } from '../../connectors/database/fake.js';
import { startFakeRecords as startFinance } from '../../connectors/http/fake.js';
import type { NewSource } from '../../src/db/source-store.js';
import { sampleProducts } from '../sample-night/products.js';
import type { SampleNight } from '../sample-night/sample-night.js';
import type { Senders } from './start-senders.js';

/** Two distributors that let us read their systems: D15 its ERP's database, D14 a finance system by its interface (金蝶). What they sold the day before the first night. */
export interface SampleSystems {
  readonly sources: readonly NewSource[];
  readonly addresses: Senders['addresses'];
  stop(): Promise<void>;
}

const day = '2026-11-19';
const database = 'huiliu_demo_u8';
const rest = { hints: {}, expects: {}, enabled: true };

/** The ERP is a database beside the hub's own, on the same server, with an account that may only read. */
export async function startSampleSystems(night: SampleNight, hubUrl: string, folder: string): Promise<SampleSystems> {
  const erp = await startFakeErp({ postgresUrl: hubUrl }, database);
  try {
    await erp.run(
      'create table sale (d date, no text, line int, customer text, product text, spec text, unit text, lot text, qty numeric, amount numeric)',
    );
    const rows = customersOf(night, 'D15').map((customer, at) => {
      const product = sampleProducts[at % 3]!;
      const qty = 5 * ((at % 6) + 1);
      const texts = [`XS${1000 + at}`, customer, product.genericName, product.spec, '盒', `E${2_600_200 + at}`].map(
        (text) => `'${text.replaceAll("'", "''")}'`,
      );
      const [no, name, ...others] = texts;
      return `(date '${day}', ${no}, 1, ${name}, ${others.join(', ')}, ${qty}, ${(product.priceCents * qty) / 100})`;
    });
    await erp.run(`insert into sale (d, no, line, customer, product, spec, unit, lot, qty, amount) values ${rows.join(', ')}`);
    const finance = await startFinance();
    await finance.put(
      day,
      customersOf(night, 'D14').map((customer, at) => ({ id: `CK${String(at).padStart(4, '0')}`, customer, qty: `${2 * (at % 9) + 1}` })),
    );
    const [erpSecret, financeSecret] = [Object.values(erp.secrets)[0]!, Object.values(finance.secrets)[0]!];
    const sql = `select d as 销售日期, no as 销售单号, line as 行号, customer as 客户名称, product as 商品名称, spec as 规格, unit as 单位, lot as 批号, qty as 数量,
                        amount as 金额 from sale where d = date '${day}'`;
    const [product] = sampleProducts;
    const { feeds, ...settings } = finance.settings as { feeds: object[] };
    return {
      sources: [
        {
          ...{
            code: 'd15-erp',
            title: 'D15（进销存数据库）',
            sender: 'D15',
            connector: 'database',
            layouts: ['demo-erp'],
            constants: {},
            ...rest,
          },
          settings: {
            ...erp.settings,
            password: await kept(join(folder, 'erp-password'), erpSecret),
            feeds: [{ name: 'sale', per: 'all', sql, order_by: ['销售单号', '行号'] }],
          },
        },
        {
          ...{ code: 'd14-finance', title: 'D14（财务系统接口）', sender: 'D14', connector: 'http', layouts: ['demo-finance'], ...rest },
          constants: { product_name: product!.genericName, spec: product!.spec, unit: '盒' },
          settings: {
            ...{ ...settings, password: await kept(join(folder, 'finance-password'), financeSecret) },
            // Always the same day, whenever the demonstration runs: the same bytes.
            feeds: [
              {
                ...feeds[0],
                fields: ['销售日期', '单据编号', '客户名称', '数量'],
                per: 'all',
                filter: `FDate>='${day}' and FDate<'2026-11-20'`,
              },
            ],
          },
        },
      ],
      addresses: [
        { kind: 'erp', address: `postgres://127.0.0.1:${erp.port}/${database}`, user: String(erp.settings['user']), password: erpSecret },
        { kind: 'finance', address: String(settings['base_url' as keyof typeof settings]), user: 'huiliu', password: financeSecret },
      ],
      async stop() {
        await finance.stop();
        await erp.stop();
      },
    };
  } catch (error) {
    await erp.stop();
    throw error;
  }
}

async function kept(path: string, secret: string): Promise<string> {
  await rm(path, { force: true });
  await writeFile(path, `${secret}\n`, { mode: 0o600 });
  return `file:${path}`;
}

function customersOf({ names }: SampleNight, sender: string): string[] {
  return names.flatMap(({ distributor, means, rawName }) => (distributor === sender && 'terminal' in means ? [rawName] : [])).slice(0, 30);
}
