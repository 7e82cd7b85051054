import { type Preset, select } from './preset.js';

const party = `join bd_cumandoc cm on cm.pk_cumandoc = m.ccustomerid join bd_cubasdoc cb on cb.pk_cubasdoc = cm.pk_cubasdoc`;
const goods = (key: string) => `join bd_invmandoc im on im.pk_invmandoc = ${key} join bd_invbasdoc ib on ib.pk_invbasdoc = im.pk_invbasdoc`;

/** 用友 NC 5 and U8C: keys of 20 characters, days as char(10), deleted rows marked by `dr`. `fstatus` 2 is approved. */
export const nc: Preset = {
  sale: () =>
    select(
      {
        ...{ 销售日期: 'm.dbilldate', 开票单号: 'm.vreceiptcode', 行号: 'd.crowno', 客户编码: 'cb.custcode', 客户名称: 'cb.custname' },
        ...{
          商品编码: 'ib.invcode',
          商品名称: 'ib.invname',
          规格: 'ib.invspec',
          单位: 'md.measname',
          批号: 'd.cbatchid',
          数量: 'd.nnumber',
        },
        ...{ 含税单价: 'd.noriginalcurtaxprice', 金额: 'd.noriginalcursummny' },
      },
      `from so_saleinvoice m join so_saleinvoice_b d on d.csaleid = m.csaleid ${party} ${goods('d.cinventoryid')}
       left join bd_measdoc md on md.pk_measdoc = ib.pk_measdoc
       where m.dr = 0 and d.dr = 0 and m.fstatus = 2 and m.dbilldate >= :from and m.dbilldate < :to`,
      ['开票单号', '行号'],
    ),
  contract: () =>
    select(
      {
        ...{ 合同编号: 'm.ct_code', 合同名称: 'm.ct_name', 行号: 'd.pk_ct_manage_b', 客户编码: 'cb.custcode', 客户名称: 'cb.custname' },
        ...{
          开始日期: 'm.valdate',
          结束日期: 'm.invallidate',
          商品编码: 'ib.invcode',
          商品名称: 'ib.invname',
          数量: 'd.amount',
          含税单价: 'd.oritaxprice',
        },
      },
      `from ct_manage m join ct_manage_b d on d.pk_ct_manage = m.pk_ct_manage join bd_cumandoc cm on cm.pk_cumandoc = m.custid
       join bd_cubasdoc cb on cb.pk_cubasdoc = cm.pk_cubasdoc ${goods('d.invid')} where m.dr = 0 and d.dr = 0`,
      ['合同编号', '行号'],
      { per: 'all' },
    ),
};
