import { type Preset, select } from './preset.js';

/** 金蝶 K3 WISE: `FTranType` 21 is a sale out of stock; a bill counts once it is checked and not cancelled. `FROB` -1 is a red letter; its quantity is passed on as it stands. */
export const k3: Preset = {
  sale: () =>
    select(
      {
        ...{ 销售日期: 'm.FDate', 出库单号: 'm.FBillNo', 行号: 'd.FEntryID', 客户编码: 'c.FNumber', 客户名称: 'c.FName' },
        ...{ 商品编码: 'i.FNumber', 商品名称: 'i.FName', 规格: 'i.FModel', 单位: 'u.FName', 批号: 'd.FBatchNo', 数量: 'd.FQty' },
        ...{ 单价: 'd.FConsignPrice', 金额: 'd.FConsignAmount', 红蓝字: 'm.FROB' },
      },
      `from ICStockBill m join ICStockBillEntry d on d.FInterID = m.FInterID left join t_Organization c on c.FItemID = m.FSupplyID
       left join t_ICItem i on i.FItemID = d.FItemID left join t_MeasureUnit u on u.FItemID = d.FUnitID
       where m.FTranType = 21 and m.FCancellation = 0 and m.FCheckerID > 0 and m.FDate >= :from and m.FDate < :to`,
      ['出库单号', '行号'],
    ),
  stock: () =>
    select(
      {
        ...{
          仓库: 's.FName',
          商品编码: 'i.FNumber',
          商品名称: 'i.FName',
          规格: 'i.FModel',
          单位: 'u.FName',
          批号: 'v.FBatchNo',
          库存数量: 'v.FQty',
        },
      },
      `from ICInventory v join t_ICItem i on i.FItemID = v.FItemID left join t_MeasureUnit u on u.FItemID = i.FUnitID
       left join t_Stock s on s.FItemID = v.FStockID where v.FQty <> 0`,
      ['仓库', '商品编码', '批号'],
      { per: 'all' },
    ),
  customer: () =>
    select({ 客户编码: 'c.FNumber', 客户名称: 'c.FName', 客户地址: 'c.FAddress' }, 'from t_Organization c where 1 = 1', ['客户编码'], {
      per: 'all',
    }),
};
