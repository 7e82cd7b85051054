import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceIo } from '../../src/journey/collect/connector.js';
import { type Erp, hasMariadb, startMariadbErp, startPostgresErp } from '../../test/servers/erp.js';
import database from './connector.js';

// Replicas of the tables that the presets ask, with the columns and types that public descriptions of each product give. SQL Server and Oracle,
// on which most of them run, cannot be installed here: the statements are run on PostgreSQL and MariaDB.
const replica = `
create table Customer (cCusCode varchar(20), cCusName varchar(98), cCusAbbName varchar(60), cCusAddress varchar(255), cCusRegCode varchar(50));
create table Inventory (cInvCode varchar(20), cInvName varchar(60), cInvStd varchar(255), cComUnitCode varchar(35));
create table ComputationUnit (cComunitCode varchar(35), cComUnitName varchar(20));
create table DispatchList (DLID int, cDLCode varchar(30), dDate timestamp, cCusCode varchar(20), cPersonCode varchar(20), cVerifier varchar(20));
create table DispatchLists (AutoID int, DLID int, cInvCode varchar(20), cBatch varchar(60), iQuantity decimal(30,10), iTaxUnitPrice decimal(30,10), iSum decimal(19,4), dvDate date);
create table SaleBillVouch (SBVID int, cSBVCode varchar(30), dDate timestamp, cCusCode varchar(20), cChecker varchar(20));
create table SaleBillVouchs (AutoID int, SBVID int, iDLsID int, cInvCode varchar(20), cBatch varchar(60), iQuantity decimal(30,10), iSum decimal(19,4), iTax decimal(19,4));
create table CurrentStock (cWhCode varchar(10), cInvCode varchar(20), cBatch varchar(60), iQuantity decimal(30,10), dVDate date);
create table Warehouse (cWhCode varchar(10), cWhName varchar(20));
create table Ap_Detail (Auto_ID int, cDwCode varchar(20), cVouchType varchar(10), cVouchID varchar(30), dVouchDate timestamp, iDAmount decimal(19,4), iCAmount decimal(19,4), cFlag char(2), cDigest varchar(60));
insert into Customer values ('C01', '甲县人民医院', '甲医院', '甲县', '1234');
insert into Inventory values ('P1', '某片', '0.3g*30片', 'U1');
insert into ComputationUnit values ('U1', '盒');
insert into DispatchList values (1, 'FH001', '2026-03-19 00:00:00', 'C01', '张三', '李四'), (2, 'FH002', '2026-03-19 00:00:00', 'C01', '张三', null), (3, 'FH003', '2026-03-20 00:00:00', 'C01', '张三', '李四');
insert into DispatchLists values (11, 1, 'P1', 'L1', 10.5, 12, 126, '2028-01-31'), (12, 1, 'P1', 'L1', -2, 12, -24, null), (13, 2, 'P1', 'L1', 99, 1, 99, null), (14, 3, 'P1', 'L1', 1, 1, 1, null);
insert into SaleBillVouch values (1, 'FP001', '2026-03-19 00:00:00', 'C01', '李四');
insert into SaleBillVouchs values (21, 1, 11, 'P1', 'L1', 10.5, 126, 14.5);
insert into CurrentStock values ('W1', 'P1', 'L1', 8, '2028-01-31'), ('W1', 'P1', 'L2', 0, null);
insert into Warehouse values ('W1', '主库');
insert into Ap_Detail values (31, 'C01', '26', 'FP001', '2026-03-19 00:00:00', 126, 0, 'AR', '销售'), (32, 'V01', '01', 'X', '2026-03-19 00:00:00', 5, 0, 'AP', '采购');

create table bd_cubasdoc (pk_cubasdoc char(20), custcode varchar(40), custname varchar(200));
create table bd_cumandoc (pk_cumandoc char(20), pk_cubasdoc char(20));
create table bd_invbasdoc (pk_invbasdoc char(20), invcode varchar(40), invname varchar(200), invspec varchar(200), pk_measdoc char(20));
create table bd_invmandoc (pk_invmandoc char(20), pk_invbasdoc char(20));
create table bd_measdoc (pk_measdoc char(20), measname varchar(40));
create table so_saleinvoice (csaleid char(20), vreceiptcode varchar(40), dbilldate char(10), ccustomerid char(20), fstatus int, dr int);
create table so_saleinvoice_b (csaleid char(20), crowno varchar(20), cinventoryid char(20), cbatchid varchar(40), nnumber decimal(20,8), noriginalcurtaxprice decimal(20,8), noriginalcursummny decimal(20,8), dr int);
create table ct_manage (pk_ct_manage char(20), ct_code varchar(40), ct_name varchar(200), custid char(20), valdate char(10), invallidate char(10), dr int);
create table ct_manage_b (pk_ct_manage_b char(20), pk_ct_manage char(20), invid char(20), amount decimal(20,8), oritaxprice decimal(20,8), dr int);
insert into bd_cubasdoc values ('CB1', 'C01', '甲县人民医院');
insert into bd_cumandoc values ('CM1', 'CB1');
insert into bd_invbasdoc values ('IB1', 'P1', '某片', '0.3g*30片', 'ME1');
insert into bd_invmandoc values ('IM1', 'IB1');
insert into bd_measdoc values ('ME1', '盒');
insert into so_saleinvoice values ('S1', 'XF001', '2026-03-19', 'CM1', 2, 0), ('S2', 'XF002', '2026-03-19', 'CM1', 1, 0), ('S3', 'XF003', '2026-03-19', 'CM1', 2, 1);
insert into so_saleinvoice_b values ('S1', '10', 'IM1', 'L1', 10.5, 12, 126, 0), ('S1', '20', 'IM1', 'L1', 1, 12, 12, 1), ('S2', '10', 'IM1', 'L1', 9, 9, 9, 0), ('S3', '10', 'IM1', 'L1', 9, 9, 9, 0);
insert into ct_manage values ('T1', 'HT001', '年度合同', 'CM1', '2026-01-01', '2026-12-31', 0);
insert into ct_manage_b values ('TB1', 'T1', 'IM1', 1000, 12, 0);

create table t_Organization (FItemID int, FNumber varchar(80), FName varchar(80), FAddress varchar(255));
create table t_ICItem (FItemID int, FNumber varchar(80), FName varchar(80), FModel varchar(255), FUnitID int);
create table t_MeasureUnit (FItemID int, FName varchar(80));
create table t_Stock (FItemID int, FName varchar(80));
create table ICStockBill (FInterID int, FBillNo varchar(255), FDate timestamp, FTranType int, FSupplyID int, FROB int, FCheckerID int, FCancellation int);
create table ICStockBillEntry (FInterID int, FEntryID int, FItemID int, FUnitID int, FBatchNo varchar(200), FQty decimal(28,10), FConsignPrice decimal(28,10), FConsignAmount decimal(20,2));
create table ICInventory (FItemID int, FStockID int, FBatchNo varchar(200), FQty decimal(28,10));
insert into t_Organization values (1, 'C01', '甲县人民医院', '甲县');
insert into t_ICItem values (1, 'P1', '某片', '0.3g*30片', 1);
insert into t_MeasureUnit values (1, '盒');
insert into t_Stock values (1, '主库');
insert into ICStockBill values (1, 'XOUT1', '2026-03-19 00:00:00', 21, 1, 1, 7, 0), (2, 'XOUT2', '2026-03-19 00:00:00', 21, 1, 1, 0, 0), (3, 'QOUT1', '2026-03-19 00:00:00', 29, 1, 1, 7, 0), (4, 'XOUT4', '2026-03-19 00:00:00', 21, 1, 1, 7, 1);
insert into ICStockBillEntry values (1, 1, 1, 1, 'L1', 10.5, 12, 126), (2, 1, 1, 1, 'L1', 9, 9, 9), (3, 1, 1, 1, 'L1', 9, 9, 9), (4, 1, 1, 1, 'L1', 9, 9, 9);
insert into ICInventory values (1, 1, 'L1', 8);

create table workflow_requestbase (requestid int, requestname varchar(200), currentnodetype char(1), lastoperatedate char(10));
create table formtable_main_12 (id int, requestId int, htbh varchar(50), kh varchar(100));
create table formtable_main_12_dt1 (id int, mainid int, cp varchar(100), dj decimal(15,2));
insert into workflow_requestbase values (1, '合同审批-甲', '3', '2026-03-19'), (2, '合同审批-乙', '1', '2026-03-19');
insert into formtable_main_12 values (5, 1, 'HT001', '甲县人民医院'), (6, 2, 'HT002', '乙');
insert into formtable_main_12_dt1 values (51, 5, '某片', 12.00), (52, 5, '另片', 8.50), (61, 6, '某片', 1);

create table KNA1 (KUNNR char(10), NAME1 varchar(35), ORT01 varchar(35), STRAS varchar(35), STCEG varchar(20));
create table LIKP (VBELN char(10), WADAT_IST char(8), KUNNR char(10));
create table LIPS (VBELN char(10), POSNR char(6), MATNR varchar(18), ARKTX varchar(40), CHARG varchar(10), LFIMG decimal(13,3), VRKME char(3), VFDAT char(8));
create table VBRK (VBELN char(10), FKDAT char(8), KUNAG char(10), FKSTO char(1), WAERK char(5));
create table VBRP (VBELN char(10), POSNR char(6), MATNR varchar(18), ARKTX varchar(40), FKIMG decimal(13,3), VRKME char(3), NETWR decimal(15,2), MWSBP decimal(13,2));
create table BSID (KUNNR char(10), BELNR char(10), GJAHR char(4), BUZEI char(3), BUDAT char(8), DMBTR decimal(13,2), SHKZG char(1), ZFBDT char(8), XBLNR varchar(16));
create table BSAD (KUNNR char(10), BELNR char(10), GJAHR char(4), BUZEI char(3), BUDAT char(8), DMBTR decimal(13,2), SHKZG char(1), ZFBDT char(8), XBLNR varchar(16));
insert into KNA1 values ('0000100001', '甲县人民医院', '甲市', '甲路1号', '1234');
insert into LIKP values ('0080000001', '20260319', '0000100001'), ('0080000002', '20260320', '0000100001');
insert into LIPS values ('0080000001', '000010', 'P1', '某片', 'L1', 10.5, 'BOX', '20280131'), ('0080000002', '000010', 'P1', '某片', 'L1', 9, 'BOX', '20280131');
insert into VBRK values ('0090000001', '20260319', '0000100001', '', 'CNY'), ('0090000002', '20260319', '0000100001', 'X', 'CNY');
insert into VBRP values ('0090000001', '000010', 'P1', '某片', 10.5, 'BOX', 111.5, 14.5), ('0090000002', '000010', 'P1', '某片', 9, 'BOX', 9, 0);
insert into BSID values ('0000100001', '0140000001', '2026', '001', '20260319', 126.00, 'S', '20260319', '0090000001');
insert into BSAD values ('0000100001', '0140000002', '2026', '001', '20260319', 26.00, 'H', '20260319', 'R1');
`;

const line = { 客户编码: 'C01', 客户名称: '甲县人民医院', 商品编码: 'P1', 商品名称: '某片', 规格: '0.3g*30片', 单位: '盒', 批号: 'L1' };
const sapLine = { 客户编码: '0000100001', 客户名称: '甲县人民医院', 商品编码: 'P1', 商品名称: '某片', 单位: 'BOX' };
/** What each question gives for 2026-03-19, or for all; a row is checked by the columns that are named here. */
const expected: Record<string, Record<string, { feed?: object; rows: Record<string, string>[] }>> = {
  u8: {
    sale: {
      rows: [
        { ...line, 发货单号: 'FH001', 行号: '11', 数量: '10.5', 金额: '126' },
        { ...line, 行号: '12', 数量: '-2', 金额: '-24' },
      ],
    },
    invoice: { rows: [{ ...line, 开票单号: 'FP001', 税额: '14.5', 发货行号: '11' }] },
    stock: { rows: [{ 仓库: '主库', 商品编码: 'P1', 批号: 'L1', 库存数量: '8' }] },
    receivable: { rows: [{ 单据编号: 'FP001', 客户名称: '甲县人民医院', 借方: '126', 贷方: '0' }] },
    customer: { rows: [{ 客户编码: 'C01', 税号: '1234' }] },
  },
  nc: {
    sale: { rows: [{ ...line, 销售日期: '2026-03-19', 开票单号: 'XF001', 行号: '10', 数量: '10.5', 金额: '126' }] },
    contract: { rows: [{ 合同编号: 'HT001', 客户名称: '甲县人民医院', 商品名称: '某片', 数量: '1000' }] },
  },
  k3: {
    sale: { rows: [{ ...line, 出库单号: 'XOUT1', 数量: '10.5', 金额: '126', 红蓝字: '1' }] },
    stock: { rows: [{ 仓库: '主库', 商品名称: '某片', 库存数量: '8' }] },
    customer: { rows: [{ 客户编码: 'C01', 客户地址: '甲县' }] },
  },
  ecology: {
    form: {
      feed: { form: 12, detail: 1, fields: { 合同编号: 'm.htbh', 客户名称: 'm.kh', 商品名称: 'd.cp', 单价: 'd.dj' } },
      rows: [
        { 流程编号: '1', 行号: '51', 合同编号: 'HT001', 商品名称: '某片', 单价: '12' },
        { 流程编号: '1', 行号: '52', 合同编号: 'HT001', 商品名称: '另片', 单价: '8.5' },
      ],
    },
  },
  sap: {
    delivery: { rows: [{ ...sapLine, 发货日期: '20260319', 发货单号: '0080000001', 批号: 'L1', 数量: '10.5' }] },
    billing: { rows: [{ ...sapLine, 开票单号: '0090000001', 数量: '10.5', 金额: '126' }] },
    receivable: {
      rows: [
        { 单据编号: '0140000001', 金额: '126', 状态: 'open' },
        { 单据编号: '0140000002', 金额: '-26', 状态: 'cleared' },
      ],
    },
    customer: { rows: [{ 客户编码: '0000100001', 客户名称: '甲县人民医院', 城市: '甲市' }] },
  },
};

const servers = [
  { name: 'PostgreSQL', start: startPostgresErp, isHere: () => true },
  { name: 'MariaDB', start: startMariadbErp, isHere: hasMariadb },
];

for (const { name, start, isHere } of servers) {
  describe.skipIf(!isHere() && !process.env['HUILIU_REQUIRE_REAL_SERVERS'])(`a replica on ${name}`, () => {
    let erp: Erp;
    beforeAll(async () => {
      erp = await start();
      await erp.run(name === 'MariaDB' ? replica.replaceAll(' timestamp', ' datetime') : replica);
    }, 60_000);
    afterAll(() => erp.stop());

    for (const [preset, asks] of Object.entries(expected)) {
      test.each(Object.entries(asks))(`${preset} answers %s`, async (ask, { feed, rows }) => {
        const settings = database.settings.parse({ ...erp.settings, preset, feeds: [{ name: 'f', ask, window_days: 2, ...feed }] });
        const io: SourceIo = {
          ...{ source: '某商业', secret: async (reference) => erp.secrets[reference] ?? '', now: () => new Date('2026-03-21T02:00:00Z') },
          ...{ signal: new AbortController().signal, session: new Map() },
        };
        try {
          await database.check(settings, io);
          let text = '';
          for await (const observed of database.list(settings, io)) {
            if (observed.about['day'] === '2026-03-20') continue;
            for await (const chunk of database.fetch(observed, settings, io)) text += Buffer.from(chunk).toString();
          }
          const found = text
            .trimEnd()
            .split('\n')
            .slice(1)
            .map((one) => JSON.parse(one) as Record<string, string>);
          expect(found.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])))).toMatchObject(
            rows,
          );
        } finally {
          await database.close?.(settings, io);
        }
      });
    }
  });
}

test('a preset that is not there, a question it does not know and a form that is no form are told', () => {
  const base = { engine: 'sqlserver', host: 'h', database: 'd', user: 'u', password: 'env:P' };
  const paths = (more: object) => database.settings.safeParse({ ...base, ...more }).error?.issues.map(({ path }) => path.join('.'));
  expect(paths({ preset: 'u8', feeds: [{ name: 'sale' }, { name: 'stock' }] })).toBeUndefined();
  expect(paths({ preset: 'u9', feeds: [{ name: 'sale' }] })).toEqual(['preset']);
  expect(paths({ preset: 'u8', feeds: [{ name: 'sales' }] })).toEqual(['feeds.0.ask']);
  expect(paths({ preset: 'ecology', feeds: [{ name: 'form', form: '12; drop table x' }] })).toEqual(['feeds.0']);
  expect(paths({ preset: 'ecology', feeds: [{ name: 'form', form: 12, fields: { 甲: 'm.a, (select 1)' } }] })).toEqual(['feeds.0']);
});

function plain(value: string): string {
  return /^-?\d+\.\d+$/u.test(value) ? value.replace(/\.?0+$/u, '') : value;
}
