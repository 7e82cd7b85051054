import { type Preset, select } from './preset.js';

const goods = { 商品编码: 'i.cInvCode', 商品名称: 'i.cInvName', 规格: 'i.cInvStd', 单位: 'u.cComUnitName' };
const party = { 客户编码: 'c.cCusCode', 客户名称: 'c.cCusName', 客户地址: 'c.cCusAddress' };
const joins = `left join Customer c on c.cCusCode = m.cCusCode left join Inventory i on i.cInvCode = d.cInvCode
  left join ComputationUnit u on u.cComunitCode = i.cComUnitCode`;

/** 用友 U8: the account set's database (UFDATA_*). A document counts once it is verified. Returns have negative quantities. */
export const u8: Preset = {
  sale: () =>
    select(
      {
        ...{ 销售日期: 'm.dDate', 发货单号: 'm.cDLCode', 行号: 'd.AutoID', ...party, ...goods, 批号: 'd.cBatch', 数量: 'd.iQuantity' },
        ...{ 含税单价: 'd.iTaxUnitPrice', 金额: 'd.iSum', 有效期至: 'd.dvDate', 业务员: 'm.cPersonCode' },
      },
      `from DispatchList m join DispatchLists d on d.DLID = m.DLID ${joins} where m.cVerifier is not null and m.dDate >= :from and m.dDate < :to`,
      ['发货单号', '行号'],
    ),
  invoice: () =>
    select(
      {
        ...{ 开票日期: 'm.dDate', 开票单号: 'm.cSBVCode', 行号: 'd.AutoID', ...party, ...goods, 批号: 'd.cBatch', 数量: 'd.iQuantity' },
        ...{ 金额: 'd.iSum', 税额: 'd.iTax', 发货行号: 'd.iDLsID' },
      },
      `from SaleBillVouch m join SaleBillVouchs d on d.SBVID = m.SBVID ${joins} where m.cChecker is not null and m.dDate >= :from and m.dDate < :to`,
      ['开票单号', '行号'],
    ),
  stock: () =>
    select(
      {
        ...{
          仓库编码: 's.cWhCode',
          仓库: 'w.cWhName',
          商品编码: 'i.cInvCode',
          商品名称: 'i.cInvName',
          规格: 'i.cInvStd',
          单位: 'u.cComUnitName',
        },
        ...{ 批号: 's.cBatch', 库存数量: 's.iQuantity', 有效期至: 's.dVDate' },
      },
      `from CurrentStock s join Inventory i on i.cInvCode = s.cInvCode left join ComputationUnit u on u.cComunitCode = i.cComUnitCode
       left join Warehouse w on w.cWhCode = s.cWhCode where s.iQuantity <> 0`,
      ['仓库编码', '商品编码', '批号'],
      { per: 'all' },
    ),
  receivable: () =>
    select(
      {
        ...{ 业务日期: 'a.dVouchDate', 单据编号: 'a.cVouchID', 行号: 'a.Auto_ID', 客户编码: 'a.cDwCode', 客户名称: 'c.cCusName' },
        ...{ 单据类型: 'a.cVouchType', 借方: 'a.iDAmount', 贷方: 'a.iCAmount', 摘要: 'a.cDigest' },
      },
      `from Ap_Detail a left join Customer c on c.cCusCode = a.cDwCode where a.cFlag = 'AR' and a.dVouchDate >= :from and a.dVouchDate < :to`,
      ['行号'],
    ),
  customer: () =>
    select(
      { 客户编码: 'c.cCusCode', 客户名称: 'c.cCusName', 客户简称: 'c.cCusAbbName', 客户地址: 'c.cCusAddress', 税号: 'c.cCusRegCode' },
      'from Customer c where 1 = 1',
      ['客户编码'],
      { per: 'all' },
    ),
};
