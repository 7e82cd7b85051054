import type { FlowKind } from '../../src/model/kind.js';

/** How one sender's export program writes values. */
export interface WritingStyle {
  readonly dates: 'iso' | 'slash' | 'compact' | 'chinese' | 'serial' | 'datetime' | 'dots';
  readonly expiry: 'day' | 'month' | 'compact';
  /** `case` = large quantities in 件 with 件装量 beside them. */
  readonly units: 'box' | 'case';
  readonly specSign: '*' | '×' | '＊';
  readonly fullWidthDigits?: true;
  /** Returns are written without a sign; the document type tells. */
  readonly unsignedReturns?: true;
}

/** The form in which a sender's day leaves his house; `files-of-the-day.ts` holds one function per shape. */
export type Shape =
  | 'csv-gb18030'
  | 'tsv-gbk'
  | 'xlsx-two-level'
  | 'zip-of-csv'
  | 'xls-three-sheets'
  | 'html-named-xls'
  | 'dbf'
  | 'json'
  | 'xlsx-three-sheets'
  | 'xlsx-sheet-per-product'
  | 'csv-utf8-bom'
  | 'zip-of-xls-product-in-title'
  | 'xml'
  | 'fixed-width'
  | 'xlsx-serial-dates'
  | 'xlsx-plain';

export interface SampleDistributor {
  readonly code: string;
  readonly name: string;
  readonly province: string;
  readonly city: string;
  readonly tier: '一级' | '二级' | '准一级';
  readonly connector: 'ftp' | 'sftp' | 'mail' | 'folder';
  readonly shape: Shape;
  /** Sales rows of one ordinary day. */
  readonly salesRows: number;
  readonly style: WritingStyle;
}

const style = (dates: WritingStyle['dates'], expiry: WritingStyle['expiry'] = 'day', more: Partial<WritingStyle> = {}): WritingStyle => ({
  dates,
  expiry,
  units: 'box',
  specSign: '*',
  ...more,
});

const distributor = (
  code: string,
  name: string,
  province: string,
  city: string,
  tier: SampleDistributor['tier'],
  connector: SampleDistributor['connector'],
  shape: Shape,
  salesRows: number,
  writes: WritingStyle,
): SampleDistributor => ({ code, name, province, city, tier, connector, shape, salesRows, style: writes });

/** The sample distributors: invented companies, one province each. D04 speaks FTPS, the other FTP senders plain FTP. */
export const sampleDistributors: readonly SampleDistributor[] = [
  distributor('D01', '湖南湘汇源医药有限公司', '湖南省', '岳阳市', '一级', 'ftp', 'csv-gb18030', 760, style('iso')),
  distributor(
    'D02',
    '江西赣泽通医药有限公司',
    '江西省',
    '南昌市',
    '一级',
    'ftp',
    'tsv-gbk',
    620,
    style('slash', 'day', { specSign: '×', unsignedReturns: true }),
  ),
  distributor('D03', '四川蜀济流医药有限责任公司', '四川省', '绵阳市', '一级', 'ftp', 'xlsx-two-level', 540, style('iso')),
  distributor('D04', '广东粤衡达药业有限公司', '广东省', '佛山市', '一级', 'ftp', 'zip-of-csv', 700, style('compact', 'compact')),
  distributor(
    'D05',
    '河南豫岚医药股份有限公司',
    '河南省',
    '洛阳市',
    '一级',
    'sftp',
    'xls-three-sheets',
    520,
    style('iso', 'day', { units: 'case' }),
  ),
  distributor('D06', '山东鲁渠医药有限公司', '山东省', '潍坊市', '准一级', 'sftp', 'html-named-xls', 560, style('datetime')),
  distributor('D07', '浙江浙澜医药有限公司', '浙江省', '金华市', '二级', 'sftp', 'dbf', 600, style('compact', 'compact')),
  distributor('D08', '湖北楚汇医药有限公司', '湖北省', '襄阳市', '一级', 'sftp', 'json', 640, style('iso')),
  distributor(
    'D09',
    '江苏苏淮清医药有限公司',
    '江苏省',
    '淮安市',
    '一级',
    'mail',
    'xlsx-three-sheets',
    480,
    style('iso', 'day', { fullWidthDigits: true }),
  ),
  distributor('D10', '安徽皖溪医药有限公司', '安徽省', '芜湖市', '二级', 'mail', 'xlsx-sheet-per-product', 420, style('dots')),
  distributor(
    'D11',
    '福建闽舟医药有限公司',
    '福建省',
    '泉州市',
    '一级',
    'mail',
    'csv-utf8-bom',
    580,
    style('iso', 'month', { units: 'case' }),
  ),
  distributor('D12', '陕西秦川汇医药有限公司', '陕西省', '宝鸡市', '二级', 'mail', 'zip-of-xls-product-in-title', 400, style('iso')),
  distributor('D13', '广西桂澄医药有限公司', '广西壮族自治区', '柳州市', '准一级', 'folder', 'xml', 500, style('iso')),
  distributor('D14', '云南滇源汇医药有限公司', '云南省', '曲靖市', '二级', 'folder', 'fixed-width', 460, style('compact', 'compact')),
  distributor('D15', '河北冀泓医药有限公司', '河北省', '保定市', '一级', 'folder', 'xlsx-serial-dates', 560, style('serial')),
  distributor(
    'D16',
    '上海沪汇清医药有限公司',
    '上海市',
    '上海市',
    '一级',
    'folder',
    'xlsx-plain',
    520,
    style('chinese', 'day', { specSign: '＊' }),
  ),
];

/** D14 has one record format for everything; what a kind has nothing for stays blank. */
const oneRecord =
  '记账日期=date 凭证号=docNo 单位编码=partyCode 单位名称=party 货号=productCode 品名=product 规格=spec 批号=lot 效期=expiry 数量=qty 单位=unit 单价=price 金额=amount';

/**
 * What each sender writes into which column: `title=field` in order; a title `A/B` is a two-level header. The fields are the
 * ones `cell-text.ts` can write. `product` and `spec` are absent where the product stands in a title or a sheet name.
 */
export const columnsOf: Readonly<Record<string, Readonly<Record<FlowKind, string>>>> = {
  D01: {
    sale: '销售日期=date 销售单号=docNo 客户编码=partyCode 客户名称=party 商品编码=productCode 商品名称=product 规格=spec 生产厂家=maker 批号=lot 有效期至=expiry 数量=qty 单位=unit 单价=price 金额=amount 业务员=salesman 备注=remark',
    purchase:
      '购进日期=date 单据编号=docNo 供应商名称=party 商品编码=productCode 商品名称=product 规格=spec 批号=lot 有效期至=expiry 数量=qty 单位=unit 单价=price 金额=amount',
    stock: '库存日期=date 商品编码=productCode 商品名称=product 规格=spec 生产厂家=maker 批号=lot 有效期至=expiry 库存数量=qty 单位=unit',
  },
  D02: {
    sale: '出库日期=date 出库单号=docNo 单据类型=docType 购货单位=party 品名=product 规格=spec 产地=maker 批号=lot 效期=expiry 出库数量=qty 计量单位=unit 含税单价=price 含税金额=amount',
    purchase:
      '入库日期=date 入库单号=docNo 供货单位=party 品名=product 规格=spec 批号=lot 效期=expiry 入库数量=qty 计量单位=unit 含税单价=price 含税金额=amount',
    stock: '截止日期=date 品名=product 规格=spec 产地=maker 批号=lot 效期=expiry 结存数量=qty 计量单位=unit',
  },
  D03: {
    sale: '日期=date 单据号=docNo 往来单位/编码=partyCode 往来单位/名称=party 商品/名称=product 商品/规格=spec 商品/批号=lot 销售/数量=qty 销售/单位=unit 销售/单价=price 销售/金额=amount',
    purchase:
      '日期=date 单据号=docNo 往来单位/名称=party 商品/名称=product 商品/规格=spec 商品/批号=lot 购进/数量=qty 购进/单位=unit 购进/单价=price 购进/金额=amount',
    stock: '日期=date 商品/名称=product 商品/规格=spec 商品/批号=lot 商品/有效期=expiry 库存/数量=qty 库存/单位=unit',
  },
  D04: {
    sale: 'certdate=date billno=docNo customno=partyCode customname=party sendaddr=address goodsid=productCode goodsname=product goodstype=spec factoryname=maker lotno=lot invaliddate=expiry goodsqty=qty goodsunit=unit unitprice=price total_line=amount',
    purchase:
      'credate=date billno=docNo supplyname=party goodsid=productCode goodsname=product goodstype=spec lotno=lot invaliddate=expiry goodsqty=qty goodsunit=unit unitprice=price total_line=amount',
    stock:
      'stockdate=date goodsid=productCode goodsname=product goodstype=spec factoryname=maker lotno=lot invaliddate=expiry goodsqty=qty goodsunit=unit',
  },
  D05: {
    sale: '销售日期=date 客户名称=party 客户城市=city 客户区县=county 产品名称=product 产品规格=spec 批号=lot 数量=qty 单位=unit 件装量=packSize 单价=price 金额=amount 开票员=salesman',
    purchase:
      '购进日期=date 供应商名称=party 产品名称=product 产品规格=spec 批号=lot 数量=qty 单位=unit 件装量=packSize 单价=price 金额=amount 采购员=salesman',
    stock: '库存提取日期=date 产品名称=product 产品规格=spec 批号=lot 数量=qty 单位=unit 件装量=packSize 生产日期=mfg 有效期=expiry',
  },
  D06: {
    sale: '销售时间=date 流水号=docNo 收货单位=party 收货地址=address 药品名称=product 包装规格=spec 生产企业=maker 生产批号=lot 失效日期=expiry 实发数量=qty 包装单位=unit 结算价=price 销售金额=amount',
    purchase:
      '购进时间=date 流水号=docNo 供货商=party 药品名称=product 包装规格=spec 生产企业=maker 生产批号=lot 失效日期=expiry 购进数量=qty 包装单位=unit 进价=price 购进金额=amount',
    stock: '当前库存时间=date 药品名称=product 包装规格=spec 生产企业=maker 生产批号=lot 失效日期=expiry 可用库存=qty 包装单位=unit',
  },
  D07: {
    sale: 'XSRQ=date DJBH=docNo DWBH=partyCode DWMC=party SPBH=productCode SPMC=product SPGG=spec SCCJ=maker PH=lot YXQ=expiry SL=qty DW=unit DJ=price JE=amount',
    purchase: 'JHRQ=date DJBH=docNo DWMC=party SPBH=productCode SPMC=product SPGG=spec PH=lot YXQ=expiry SL=qty DW=unit DJ=price JE=amount',
    stock: 'KCRQ=date SPBH=productCode SPMC=product SPGG=spec SCCJ=maker PH=lot YXQ=expiry SL=qty DW=unit',
  },
  D08: {
    sale: 'salesdate=date billNo=docNo lineNo=docLine usestatus=status customerCode=partyCode customerName=party licenseNo=licence goodsCode=productCode goodsName=product goodsSpec=spec producer=maker batchNo=lot expireDate=expiry quantity=qty unit=unit price=price amount=amount',
    purchase:
      'purchasedate=date billNo=docNo lineNo=docLine supplierName=party goodsCode=productCode goodsName=product goodsSpec=spec batchNo=lot expireDate=expiry quantity=qty unit=unit price=price amount=amount',
    stock:
      'stockdate=date goodsCode=productCode goodsName=product goodsSpec=spec producer=maker batchNo=lot expireDate=expiry quantity=qty unit=unit',
  },
  D09: {
    sale: '业务日期=date 客户名称=party 通用名=product 规格型号=spec 批次=lot 失效期=expiry 发货数量=qty 基本单位=unit 含税价=price 价税合计=amount 摘要=remark',
    purchase:
      '业务日期=date 供应商=party 通用名=product 规格型号=spec 批次=lot 失效期=expiry 进货数量=qty 基本单位=unit 含税价=price 价税合计=amount',
    stock: '业务日期=date 通用名=product 规格型号=spec 批次=lot 失效期=expiry 期末库存=qty 基本单位=unit',
  },
  D10: {
    sale: '日期=date 流向单位=party 批号=lot 数量=qty 单位=unit 单价=price 金额=amount',
    purchase: '日期=date 进货单位=party 品种=productSpec 批号=lot 数量=qty 单位=unit 单价=price 金额=amount',
    stock: '日期=date 品种=productSpec 批号=lot 有效期至=expiry 现存量=qty 单位=unit',
  },
  D11: {
    sale: '发货日期=date 配送单号=docNo 统一信用代码=licence 医疗机构名称=party 送货地址=address 存货编码=productCode 存货名称=product 规格=spec 批准文号=approval 批号=lot 有效期=expiry 数量=qty 单位=unit 件装量=packSize 供货价=price 总价=amount',
    purchase:
      '采购单时间=date 单据编号=docNo 供应商名称=party 存货编码=productCode 存货名称=product 规格=spec 批号=lot 有效期=expiry 采购数量=qty 单位=unit 件装量=packSize 采购价格=price 总价=amount',
    stock: '盘点日期=date 存货编码=productCode 存货名称=product 规格=spec 批号=lot 有效期=expiry 账面数=qty 单位=unit 件装量=packSize',
  },
  D12: {
    sale: '销售日期=date 终端名称=party 批号=lot 销售数量=qty 单位=unit 销售单价=price 销售额=amount 备注=remark',
    purchase: '购进日期=date 上游单位=party 产品名称=product 规格=spec 批号=lot 购进数量=qty 单位=unit 进价=price 金额=amount',
    stock: '库存日期=date 产品名称=product 规格=spec 批号=lot 有效期至=expiry 库存数量=qty 单位=unit',
  },
  D13: {
    sale: '销售日期=date 单据编号=docNo 客户编码=partyCode 客户名称=party 商品名称=product 商品规格=spec 生产厂家=maker 批号=lot 有效期=expiry 数量=qty 单位=unit 单价=price 金额=amount',
    purchase:
      '购进日期=date 单据编号=docNo 供应商名称=party 商品名称=product 商品规格=spec 批号=lot 有效期=expiry 数量=qty 单位=unit 单价=price 金额=amount',
    stock: '库存日期=date 商品名称=product 商品规格=spec 批号=lot 有效期=expiry 库存数量=qty 单位=unit',
  },
  D14: { sale: oneRecord, purchase: oneRecord, stock: oneRecord },
  D15: {
    sale: '制单日期=date 单据号=docNo 客户代码=partyCode 购货方=party 物料编码=productCode 物料名称=product 规格型号=spec 批次号=lot 有效期至=expiry 实际数量=qty 计价单位=unit 含税单价=price 价税合计=amount',
    purchase:
      '入库日期=date 单据号=docNo 供货商=party 物料编码=productCode 物料名称=product 规格型号=spec 批次号=lot 有效期至=expiry 采购数量=qty 计价单位=unit 采购价格=price 价税合计=amount',
    stock: '库存日期=date 物料编码=productCode 物料名称=product 规格型号=spec 批次号=lot 有效期至=expiry 现存量=qty 计价单位=unit',
  },
  D16: {
    sale: '开票日期=date 发票号=docNo 购方名称=party 货品名称=product 货品规格=spec 厂牌=maker 货品批号=lot 有效期=expiry 开票数量=qty 单位=unit 开票价=price 金额=amount 录入人=salesman',
    purchase:
      '购进日期=date 发票号=docNo 供应商=party 货品名称=product 货品规格=spec 货品批号=lot 有效期=expiry 购进数量=qty 单位=unit 进价=price 金额=amount',
    stock: '库存日期=date 货品名称=product 货品规格=spec 货品批号=lot 有效期=expiry 库存数量=qty 单位=unit',
  },
};
