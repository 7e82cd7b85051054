import iconv from 'iconv-lite';
import type { Day } from '../../src/model/line.js';
import { type SampleDistributor, sampleDistributors } from './distributors.js';
import type { DayBooks, FlowRow, Lot, Mistake } from './flow-rows.js';
import { personName } from './person-name.js';
import { type SampleProduct, sampleProducts } from './products.js';
import type { SeededRandom } from './seeded-random.js';
import { spellCustomer } from './spell-customer.js';
import { nameKey, type SampleTerminal } from './terminals.js';

/** Which terminal (or which distributor, for a transfer) a sender's spelling means: what a matcher should find out. */
export interface NameTruth {
  readonly distributor: string;
  readonly rawName: string;
  readonly means: { readonly terminal: string } | { readonly distributor: string };
}

export interface Books {
  readonly days: readonly DayBooks[];
  readonly names: readonly NameTruth[];
}

interface Holding {
  readonly product: SampleProduct;
  readonly lot: Lot;
  quantity: number;
}

type Party = FlowRow['party'];

/**
 * The books of one distributor over the days: what he sold, bought and had left. They balance: stock of a day = stock of the
 * day before + bought - sold, per product and lot, mistakes included.
 */
export function keepBooks(
  distributor: SampleDistributor,
  terminals: readonly SampleTerminal[],
  days: readonly Day[],
  random: SeededRandom,
): Books {
  const { customers, names } = customersOf(distributor, terminals, random);
  const salesmen = Array.from({ length: 5 }, () => personName(random));
  const holdings = openingStock(random);
  let documents = 0;

  const draft = (kind: FlowRow['kind'], day: Day, party: Party, { product, lot }: Holding, quantity: number): FlowRow => {
    documents++;
    return {
      kind,
      day,
      docNo: `${{ sale: 'XS', purchase: 'CG', stock: 'KC' }[kind]}${day.replaceAll('-', '')}${String(documents).padStart(5, '0')}`,
      docLine: 1,
      party,
      product,
      lot,
      quantity,
      unitCents: kind === 'sale' ? Math.round(product.priceCents * 1.12) : product.priceCents,
      salesman: random.pick(salesmen),
      remark: quantity < 0 ? '退货' : '',
      mistake: null,
      isVoid: false,
    };
  };

  const keepDay = (day: Day): DayBooks => {
    const purchases: FlowRow[] = [];
    for (let count = random.between(24, 36); count > 0; count--) {
      const holding = random.pick(holdings);
      const quantity = holding.product.packFactor * random.between(1, 8);
      holding.quantity += quantity;
      purchases.push(draft('purchase', day, factory(holding.product), holding, quantity));
    }
    const sales: FlowRow[] = [];
    while (sales.length < distributor.salesRows) {
      const holding = random.pick(holdings);
      const quantity = quantityToSell(holding, random);
      if (quantity === 0) continue;
      const row = draft('sale', day, random.pickEarly(customers), holding, quantity);
      const times = random.chance(0.006) ? 2 : 1;
      for (let copy = 0; copy < times && holding.quantity >= quantity; copy++) {
        holding.quantity -= quantity;
        sales.push(row);
      }
    }
    if (distributor.shape === 'json') for (let count = 6; count > 0; count--) sales.push({ ...random.pick(sales), isVoid: true });
    const stock = holdings.filter(({ quantity }) => quantity > 0).map((holding) => draft('stock', day, nobody, holding, holding.quantity));
    return {
      distributor,
      day,
      rows: {
        sale: sales.map((row) => slip(row, distributor, random)),
        purchase: purchases.map((row) => slip(row, distributor, random)),
        stock,
      },
    };
  };
  return { days: days.map(keepDay), names };
}

/** Most sales are a few boxes; a large one is a whole number of cases; a return brings some back. */
function quantityToSell({ product, quantity }: Holding, random: SeededRandom): number {
  if (random.chance(0.018)) return -random.between(1, 6);
  const wanted = random.chance(0.12) ? product.packFactor * random.between(1, 2) : random.between(1, 30);
  return wanted <= quantity ? wanted : 0;
}

/** About one row in two hundred holds a clerk's mistake. A numeric DBF column refuses text by itself. */
function slip(row: FlowRow, { shape }: SampleDistributor, random: SeededRandom): FlowRow {
  if (row.isVoid || !random.chance(0.006)) return row;
  const mistakes: Mistake[] = ['unreadable-date'];
  if (row.kind === 'sale') mistakes.push('missing-customer');
  if (shape !== 'dbf') mistakes.push('text-in-quantity');
  return { ...row, mistake: random.pick(mistakes) };
}

function openingStock(random: SeededRandom): Holding[] {
  return sampleProducts
    .filter(() => random.chance(0.8))
    .flatMap((product) =>
      Array.from({ length: random.between(2, 6) }, () => ({
        product,
        lot: composeLot(random),
        quantity: product.packFactor * random.between(2, 9),
      })),
    );
}

function composeLot(random: SeededRandom): Lot {
  const year = random.pick([2025, 2026]);
  const month = random.between(1, year === 2026 ? 10 : 12);
  const two = (value: number): string => String(value).padStart(2, '0');
  const serial = `${String(year).slice(2)}${two(month)}${two(random.between(1, 28))}`;
  const lotNo = random.chance(0.06) ? `${serial}/${random.between(1, 4)}` : random.chance(0.06) ? `0${serial.slice(1)}` : serial;
  return {
    lotNo,
    madeOn: `${year}-${two(month)}-${two(random.between(1, 28))}`,
    expiresOn: `${year + random.pick([2, 3])}-${two(month)}-${two(random.between(1, 28))}`,
  };
}

/**
 * The customers in the sender's own spelling, best first. A spelling that could mean another terminal of the list is given up
 * for the exact name, so that the truth is one answer; two distributors of other provinces buy now and then.
 */
function customersOf(
  distributor: SampleDistributor,
  terminals: readonly SampleTerminal[],
  random: SeededRandom,
): { customers: Party[]; names: NameTruth[] } {
  const ours = terminals.filter(({ province }) => province === distributor.province);
  const meanings = new Map(ours.map(({ id, name }) => [nameKey(name), id]));
  const names: NameTruth[] = [];
  const customers: Party[] = [];
  const admit = (rawName: string, means: NameTruth['means'], about: Partial<Party>): void => {
    if (names.some((known) => known.rawName === rawName)) return;
    const serial = String(customers.length + 1);
    names.push({ distributor: distributor.code, rawName: rawName.trim(), means });
    customers.push({
      code: `${distributor.code.slice(1)}${serial.padStart(5, '0')}`,
      name: rawName,
      address: '',
      city: '',
      county: '',
      licence: `91${distributor.code.slice(1)}00${serial.padStart(5, '0')}${String(7000000 + customers.length * 37)}`,
      ...about,
    });
  };

  for (const terminal of ours) {
    for (let spellings = random.chance(0.08) ? 2 : 1; spellings > 0; spellings--) {
      const spelled = asWritten(spellCustomer(terminal, random), distributor);
      const other = meanings.get(nameKey(spelled));
      const rawName = other === undefined || other === terminal.id ? spelled : asWritten(terminal.name, distributor);
      meanings.set(nameKey(rawName), terminal.id);
      admit(rawName, { terminal: terminal.id }, { address: terminal.address, city: terminal.city, county: terminal.county });
    }
  }
  for (const { code, name, city } of [1, 2].map(() => random.pick(sampleDistributors)).filter(({ code }) => code !== distributor.code))
    admit(name, { distributor: code }, { city });
  return { customers: shuffled(customers, random), names };
}

/** A DBF program knows GBK only and writes a question mark for what lies beyond. */
const asWritten = (name: string, { shape }: SampleDistributor): string =>
  shape === 'dbf' ? iconv.decode(iconv.encode(name, 'gbk'), 'gbk') : name;

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  return list
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const nobody: Party = { code: '', name: '', address: '', city: '', county: '', licence: '' };
const factory = ({ manufacturer }: SampleProduct): Party => ({ ...nobody, code: '000001', name: manufacturer });
