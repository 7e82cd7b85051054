import { compactDays, type Preset, select } from './preset.js';

const customer = 'left join KNA1 c on c.KUNNR = ';

/** Tables of SAP ECC, read from a replica or from where extracts are loaded; days are char(8). In S/4 ask for views of the same columns. */
export const sap: Preset = {
  delivery: () =>
    select(
      {
        ...{ 发货日期: 'm.WADAT_IST', 发货单号: 'm.VBELN', 行号: 'd.POSNR', 客户编码: 'm.KUNNR', 客户名称: 'c.NAME1', 商品编码: 'd.MATNR' },
        ...{ 商品名称: 'd.ARKTX', 批号: 'd.CHARG', 数量: 'd.LFIMG', 单位: 'd.VRKME', 有效期至: 'd.VFDAT' },
      },
      `from LIKP m join LIPS d on d.VBELN = m.VBELN ${customer} m.KUNNR where ${compactDays('m.WADAT_IST')}`,
      ['发货单号', '行号'],
    ),
  billing: () =>
    select(
      {
        ...{ 开票日期: 'm.FKDAT', 开票单号: 'm.VBELN', 行号: 'd.POSNR', 客户编码: 'm.KUNAG', 客户名称: 'c.NAME1', 商品编码: 'd.MATNR' },
        ...{ 商品名称: 'd.ARKTX', 数量: 'd.FKIMG', 单位: 'd.VRKME', 金额: 'd.NETWR + d.MWSBP', 币种: 'm.WAERK' },
      },
      `from VBRK m join VBRP d on d.VBELN = m.VBELN ${customer} m.KUNAG where m.FKSTO = '' and ${compactDays('m.FKDAT')}`,
      ['开票单号', '行号'],
    ),
  receivable: () => {
    const columns = 'KUNNR, BELNR, GJAHR, BUZEI, BUDAT, DMBTR, SHKZG, ZFBDT, XBLNR';
    return select(
      {
        ...{ 业务日期: 'a.BUDAT', 单据编号: 'a.BELNR', 年度: 'a.GJAHR', 行号: 'a.BUZEI', 客户编码: 'a.KUNNR', 客户名称: 'c.NAME1' },
        ...{ 金额: `case when a.SHKZG = 'H' then -a.DMBTR else a.DMBTR end`, 到期基准日: 'a.ZFBDT', 参考号: 'a.XBLNR', 状态: 'a.state' },
      },
      `from (select ${columns}, 'open' as state from BSID union all select ${columns}, 'cleared' as state from BSAD) a
       ${customer} a.KUNNR where ${compactDays('a.BUDAT')}`,
      ['单据编号', '年度', '行号'],
    );
  },
  customer: () =>
    select(
      { 客户编码: 'c.KUNNR', 客户名称: 'c.NAME1', 城市: 'c.ORT01', 客户地址: 'c.STRAS', 税号: 'c.STCEG' },
      'from KNA1 c where 1 = 1',
      ['客户编码'],
      { per: 'all' },
    ),
};
