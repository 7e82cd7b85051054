import iconv from 'iconv-lite';
import * as XLSX from 'xlsx';
import { creditCodeCheck } from '../../src/master/checks/check-credit-code.js';
import type { SampleMaster } from './master.js';
import { personName } from './person-name.js';
import { type SeededRandom, seededRandom } from './seeded-random.js';

/** A file of an old system, of OA or of finance. `system` is whose codes it has. */
export interface HistoryFile {
  readonly system: 'crm2008' | 'oa' | 'finance';
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly sentAt: string;
}

type Rows = (readonly string[])[];

/**
 * Twenty years of workbooks and a day of OA and finance, with the oddities of the trade: other codes in each system, titles of each decade,
 * dates in four forms, names with spaces, contacts before their customers, wrong check digits, telephone numbers that are none, customers and
 * suppliers with one code, voided documents. The same on every machine.
 */
export function writeHistoryFiles(master: SampleMaster): HistoryFile[] {
  const random = seededRandom(2008);
  const { terminals, distributors, products } = master;
  const hospitals = terminals.filter(({ kind }) => kind === 'hospital').slice(0, 40);
  const old = hospitals.map((terminal, index) => ({
    ...terminal,
    code: `C-${String(index + 1).padStart(4, '0')}`,
    by: personName(random),
  }));
  const contracts = distributors.map((distributor, index) => ({ ...distributor, no: `HT-2025-${String(index + 1).padStart(3, '0')}` }));
  const goods = products.slice(0, 8);
  return [
    // The contracts and contacts come before the customers that they name.
    workbook('crm2008', '合同台账2004-2015.xlsx', '2026-11-01T01:00:00Z', {
      合同台账: [
        ['协议编号', '协议名称', '签约单位', '签订时间', '合同总额', '到期时间', '执行状态'],
        ...old.map(({ name }, index) => [
          `XY${2004 + (index % 12)}-${index + 1}`,
          '药品购销协议',
          index % 7 === 0 ? ` ${name.slice(0, 2)} ${name.slice(2)}` : name,
          oldDate(random, 2004 + (index % 12)),
          index % 5 === 0 ? `${random.between(10, 90)},000.00` : String(random.between(10_000, 90_000)),
          oldDate(random, 2005 + (index % 12)),
          '已到期',
        ]),
        ['合计', '', '', '', '', '', ''],
      ],
    }),
    workbook('crm2008', '客户通讯录.xlsx', '2026-11-01T02:00:00Z', {
      联系人: [
        ['单位编码', '单位', '姓名', '职称', '科室', '办公电话', '移动电话', '出生日期'],
        ...old.map(({ code, name, by }, index) => [
          ...[
            index % 3 === 0 ? '' : code,
            name,
            by,
            '主任',
            '药剂科',
            index % 9 === 0 ? '同上' : `0${random.between(21, 29)}-8${random.between(1_000_000, 9_999_999)}`,
          ],
          ...[
            index % 8 === 0 ? `1380000${random.between(100, 999)}` : `138${random.between(10_000_000, 99_999_999)}`,
            index % 6 === 0 ? '不详' : oldDate(random, 1965 + (index % 20)),
          ],
        ]),
      ],
      拜访记录: [
        ['拜访单位', '拜访对象', '拜访时间', '拜访方式', '目的', '拜访内容'],
        ...old
          .slice(0, 25)
          .map(({ name, by }, index) => [
            name,
            by,
            oldDate(random, 2012 + (index % 4)),
            index % 2 ? '上门' : '电话',
            '续签',
            '客户同意续签',
          ]),
      ],
    }),
    workbook('crm2008', '客户档案.xlsx', '2026-11-01T03:00:00Z', {
      客户档案: [
        ['客户编码', '客户全称', '客户性质', '省', '地市', '单位地址', '社会信用代码', '电话号码', '建档时间'],
        ...old.map(({ code, name, province, city, address }, index) => [
          ...[code, name, '医院', province, city, address, creditCode(random, index % 10 === 3)],
          ...[
            index % 11 === 0 ? '无' : `0${random.between(21, 29)}-8${random.between(1_000_000, 9_999_999)}`,
            oldDate(random, 2004 + (index % 8)),
          ],
        ]),
        ['C-0001', old[0]?.name ?? '', '医院', old[0]?.province ?? '', old[0]?.city ?? '', '新院区', '', '', '2015-06-01'],
      ],
    }),
    text('oa', 'oa_部门.csv', '2026-11-19T22:00:00Z', [
      ['部门编码', '部门名称', '上级部门编码'],
      ['D01', '营销中心', ''],
      ['D02', '华南大区', 'D01'],
      ['D03', '华东大区', 'D01'],
    ]),
    text('oa', 'oa_人员.csv', '2026-11-19T22:01:00Z', [
      ['工号', '员工姓名', '部门编码', '岗位名称', '手机号码'],
      ...Array.from({ length: 12 }, (_, index) => [
        `E${100 + index}`,
        personName(random),
        `D0${1 + (index % 3)}`,
        '商务代表',
        `139${random.between(10_000_000, 99_999_999)}`,
      ]),
    ]),
    text('oa', 'oa_合同.csv', '2026-11-19T22:02:00Z', [
      ['合同编号', '合同名称', '客户编码', '签约客户', '签订日期', '生效日期', '到期日期', '合同金额', '审批状态', '修改时间'],
      ...contracts.map(({ no, code, name }, index) => [
        ...[no, '2026年度经销协议', `OA${code}`, name, '2025-12-20', '2026-01-01', '2026-12-31', `${random.between(200, 900)}0000.00`],
        ...[index % 6 === 5 ? '作废' : '已审核', `2025-12-2${index % 10} 10:00:00`],
      ]),
    ]),
    text('oa', 'oa_往来单位.csv', '2026-11-19T22:03:00Z', [
      ['单位编码', '单位名称', '单位类型', '省份', '城市', '付款条件', '最后修改时间'],
      ...distributors.map(({ code, name, province, city }) => [
        `OA${code}`,
        name,
        '商业公司',
        province,
        city,
        '月结60天',
        '2026-10-08 09:30:00',
      ]),
    ]),
    text('finance', 'fin_客户.csv', '2026-11-19T23:00:00Z', [
      ['客户编码', '客户名称', '客户类别', '省份', '税号', '开户行', '信用额度', '更新时间'],
      ...distributors.map(({ name, province }, index) => [
        ...[
          financeCode(index),
          index % 5 === 4 ? name.replace('有限公司', '有限责任公司') : name,
          '商业',
          province,
          creditCode(random, false),
          '示例银行',
          `${random.between(1, 5)}000000`,
          '2026-11-01 08:00:00',
        ],
      ]),
    ]),
    text('finance', 'fin_供应商.csv', '2026-11-19T23:01:00Z', [
      ['供应商编码', '供应商名称', '省份'],
      ...Array.from({ length: 5 }, (_, index) => [financeCode(index), `示例包装材料第${'一二三四五'[index]}厂`, '浙江省']),
    ]),
    ...ledger(random, master, goods),
  ];
}

/** Shipments, invoices, receivables and receipts that belong together, to the cent; the lines of one are those of the next. */
function ledger(random: SeededRandom, { distributors }: SampleMaster, goods: SampleMaster['products']): HistoryFile[] {
  const lines = distributors.flatMap((distributor, index) =>
    Array.from({ length: 4 }, (_, at) => {
      const product = goods[(index + at) % goods.length]!;
      const quantity = random.between(1, 20) * product.packFactor;
      return {
        code: financeCode(index),
        name: distributor.name,
        at,
        no: `2611${String(index * 4 + at + 1).padStart(4, '0')}`,
        product,
        quantity,
        cents: quantity * product.priceCents,
      };
    }),
  );
  const money = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const day = (at: number): string => `2026-11-0${1 + at}`;
  const changed = (at: number): string => `${day(at)} 18:00:00`;
  return [
    text('finance', 'fin_发货.csv', '2026-11-19T23:02:00Z', [
      [
        '发货单号',
        '行id',
        '单据日期',
        '客户编码',
        '客户名称',
        '存货编码',
        '存货名称',
        '规格型号',
        '批号',
        '数量',
        '单位',
        '含税单价',
        '价税合计',
        '修改时间',
        '作废标志',
      ],
      ...lines.map(({ code, name, no, at, product, quantity, cents }) => [
        ...[`FH${no}`, '1', day(at), code, name, product.id, product.genericName, product.spec, `L${no}`, String(quantity), product.unit],
        ...[money(product.priceCents), money(cents), changed(at), at === 3 ? '1' : '0'],
      ]),
    ]),
    text('finance', 'fin_发票.csv', '2026-11-19T23:03:00Z', [
      ['发票号码', '行id', '开票日期', '客户编码', '客户名称', '发货单号', '存货编码', '数量', '价税合计', '修改时间'],
      ...lines.map(({ code, name, no, at, product, quantity, cents }) => [
        `26440000000000${no}`,
        '1',
        day(at),
        code,
        name,
        `FH${no}`,
        product.id,
        String(quantity),
        money(cents),
        changed(at),
      ]),
    ]),
    text('finance', 'fin_应收.csv', '2026-11-19T23:04:00Z', [
      ['应收单号', '单据日期', '到期日', '客户编码', '往来单位', '应收金额', '未收金额', '修改时间'],
      ...lines.map(({ code, name, no, at, cents }) => [
        `YS${no}`,
        day(at),
        `2027-01-0${1 + at}`,
        code,
        name,
        money(cents),
        money(at % 2 ? 0 : cents),
        changed(at),
      ]),
    ]),
    text('finance', 'fin_收款.csv', '2026-11-19T23:05:00Z', [
      ['收款单号', '收款日期', '客户编码', '付款单位', '收款金额', '结算方式', '修改时间'],
      ...lines
        .filter(({ at }) => at % 2 === 1)
        .map(({ code, name, no, at, cents }) => [
          `SK${no}`,
          day(at),
          code,
          name,
          money(cents),
          at === 1 ? '电汇' : '银行承兑',
          changed(at),
        ]),
    ]),
    text('finance', 'fin_账期.csv', '2026-11-19T23:06:00Z', [
      ['客户编码', '客户名称', '授信额度', '信用天数', '生效日期'],
      ...distributors.map(({ name }, index) => [financeCode(index), name, `${random.between(1, 5)}000000`, '60', '2026-01-01']),
    ]),
  ];
}

const financeCode = (index: number): string => String(index + 1).padStart(5, '0');

function oldDate(random: SeededRandom, year: number): string {
  const [month, day] = [random.between(1, 12), random.between(1, 28)];
  const two = (number: number): string => String(number).padStart(2, '0');
  return random.pick([
    `${year}-${two(month)}-${two(day)}`,
    `${year}.${month}.${day}`,
    `${year}年${month}月${day}日`,
    `${year}${two(month)}${two(day)}`,
  ]);
}

const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** An invented code of a public institution whose last place is right, or just not. */
function creditCode(random: SeededRandom, isWrong: boolean): string {
  const start = `12440000${Array.from({ length: 9 }, () => letters[random.between(0, 30)]).join('')}`;
  const check = creditCodeCheck(start);
  return start + (isWrong ? letters[(letters.indexOf(check) + 1) % 31] : check);
}

function workbook(system: HistoryFile['system'], fileName: string, sentAt: string, sheets: Record<string, Rows>): HistoryFile {
  const book = Object.assign(XLSX.utils.book_new(), { SSF: { 0: 'General' } });
  for (const [sheet, rows] of Object.entries(sheets)) {
    const cells = rows.map((row) => row.map((cell) => cell || null));
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells), sheet);
  }
  const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true, bookSST: true }) as Buffer;
  return { system, fileName, bytes, sentAt };
}

/** As OA and finance systems export: comma separated, GB18030. */
function text(system: HistoryFile['system'], fileName: string, sentAt: string, rows: Rows): HistoryFile {
  const bytes = iconv.encode(`${rows.map((row) => row.join(',')).join('\r\n')}\r\n`, 'gb18030');
  return { system, fileName, bytes, sentAt };
}
