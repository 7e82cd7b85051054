import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHub } from '../src/app/open-hub.js';
import { readSettings } from '../src/app/settings.js';
import { goldenDigest } from '../src/db/master/golden-digest.js';
import { project } from './bench-hub.js';
import type { BenchOptions, BenchResult } from './bench-result.js';
import { round } from './measure-night.js';
import { processorTime, spent } from './processor-time.js';
import { scratchFolder } from './scratch-folder.js';

/** One import of ten files, 500,000 rows at scale 1, contacts before their customers; then all of it taken back. The bar: 50,000 rows a minute on two cores. */
export async function benchHistoryImport({ scale, say }: BenchOptions): Promise<BenchResult> {
  const folder = scratchFolder('history-import');
  const mappings = join(folder, 'mappings');
  mkdirSync(mappings);
  writeFileSync(join(mappings, 'bench-history.yaml'), layoutText);
  const hub = await openHub(readSettings({ ...process.env, HUILIU_HOME: join(folder, 'home'), HUILIU_MAPPINGS: mappings }, project));
  try {
    const { paths, rows } = writeFiles(folder, scale);
    const before = await goldenDigest(hub.database);
    const { id } = await hub.history.receive({ paths, system: 'bench', layouts: ['bench-history'], by: 'bench' });
    const from = await processorTime(hub);
    const startedAt = performance.now();
    const report = await hub.history.commit(id, 'bench');
    const seconds = (performance.now() - startedAt) / 1000;
    const processor = spent(from, await processorTime(hub));
    say(
      `${rows} rows in ${round(seconds)} s: ${Math.round((rows / seconds) * 60)} rows a minute; ${JSON.stringify(processor)} s of processor time`,
    );
    const undoneAt = performance.now();
    await hub.history.undo(id, 'bench');
    const undoSeconds = (performance.now() - undoneAt) / 1000;
    const isExact = (await goldenDigest(hub.database)) === before;
    say(`undone in ${round(undoSeconds)} s, exactly: ${isExact}`);
    return {
      bench: 'history-import',
      ratio: null,
      rowsPerSecond: Math.round(rows / seconds),
      rowsPerMinute: Math.round((rows / seconds) * 60),
      peakRssMb: Math.round(Math.max(process.resourceUsage().maxRSS / 1024, hub.peakChildRssBytes() / 1024 / 1024)),
      seconds: round(seconds),
      processorSeconds: processor,
      undoSeconds: round(undoSeconds),
      isUndoExact: isExact,
      rows: report.totals,
    };
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const layoutText = `layout: bench-history
title: bench
kind:
  by: file_name
  patterns: { contact: [b_contact.*], customer: [b_customer.*], product: [b_product.*], contract: [b_contract.*], authorisation: [b_authorisation.*],
    order: [b_order.*], prospect: [b_prospect.*], feedback_person: [b_person.*], feedback: [b_feedback.*], contact_event: [b_event.*] }
match: { file_name: 'b_*' }
dictionary: true
window_days: 36500
document: file
`;

/** Rows at scale 1, and the row of a number. Each refers to customers by code or by name, one in a hundred to one that never comes. */
const files: Record<string, readonly [rows: number, titles: string, row: (at: number, customers: number) => string]> = {
  'b_contact.csv': [
    80_000,
    '单位编码,单位名称,姓名,手机,职务',
    (at, n) => `${at % 2 ? codeOf(at, n) : ''},${nameOf(at, n)},联系人${at},138${pad(at, 8)},主任`,
  ],
  'b_product.csv': [5_000, '产品编码,通用名,规格,单位', (at) => `P${at},某药${at},${at % 90}mg,盒`],
  'b_customer.csv': [
    100_000,
    '客户编码,客户名称,客户类别,省份,城市,地址,电话,建档日期',
    (at) => `C${at},${customerName(at)},医院,江苏省,南京市,某路${at}号,025-8${pad(at, 7)},2006-03-0${1 + (at % 9)}`,
  ],
  'b_contract.csv': [
    50_000,
    '合同编号,签约单位,签订日期,合同金额,到期日期',
    (at, n) => `HT${at},${nameOf(at, n)},2010-01-0${1 + (at % 9)},${at}.50,2012-12-31`,
  ],
  'b_authorisation.csv': [
    20_000,
    '授权编号,客户编码,产品编码,授权区域,截止日期',
    (at, n) => `SQ${at},${codeOf(at, n)},P${at % 200},江苏省,2020-12-31`,
  ],
  'b_order.csv': [
    150_000,
    '订单编号,行号,客户编码,订单日期,产品编码,数量,单价,金额',
    (at, n) =>
      `DD${Math.floor(at / 3)},${1 + (at % 3)},${codeOf(at, n)},2015-05-0${1 + (at % 9)},P${at % 200},${at % 50},2.5,${(at % 50) * 2.5}`,
  ],
  'b_prospect.csv': [15_000, '名称,联系人,电话,预计金额', (at) => `潜在客户${at},某人,139${pad(at, 8)},${at}`],
  'b_person.csv': [20_000, '单位名称,姓名,电话', (at, n) => `${nameOf(at, n)},反馈人${at},137${pad(at, 8)}`],
  'b_feedback.csv': [
    20_000,
    '反馈编号,单位名称,反馈人,反馈内容,反馈日期',
    (at, n) => `FK${at},${nameOf(at, n)},反馈人${at},询问用法${at},2016-06-0${1 + (at % 9)}`,
  ],
  'b_event.csv': [40_000, '客户编码,联系日期,联系方式,主题', (at, n) => `${codeOf(at, n)},2017-07-0${1 + (at % 9)},电话,事由${at}`],
};

const pad = (at: number, digits: number): string => String(at).padStart(digits, '0');
const customerName = (at: number): string => `某市第${at}人民医院`;
const isLost = (at: number): boolean => at % 100 === 99;
const nameOf = (at: number, customers: number): string => (isLost(at) ? `查无此院${at}` : customerName(at % customers));
const codeOf = (at: number, customers: number): string => (isLost(at) ? `X${at}` : `C${at % customers}`);

function writeFiles(folder: string, scale: number): { paths: string[]; rows: number } {
  const customers = Math.max(10, Math.round(100_000 * scale));
  let total = 0;
  const paths = Object.entries(files).map(([name, [rows, titles, row]]) => {
    const count = Math.max(10, Math.round(rows * scale));
    total += count;
    const path = join(folder, name);
    writeFileSync(path, `${titles}\n${Array.from({ length: count }, (_, at) => row(at, customers)).join('\n')}\n`);
    return path;
  });
  return { paths, rows: total };
}
