/** One product of the sample manufacturer. Names are invented in the grammar of the trade; the approval numbers name a year to come. */
export interface SampleProduct {
  readonly id: string;
  readonly genericName: string;
  readonly tradeName: string;
  readonly spec: string;
  readonly dosageForm: string;
  readonly manufacturer: string;
  readonly approvalNo: string;
  /** The base unit, in which stock is kept. */
  readonly unit: string;
  /** Base units in one 件. */
  readonly packFactor: number;
  /** Price per base unit, in cents. */
  readonly priceCents: number;
}

const makers = ['汇流样本制药有限公司', '汇流样本药业（二厂）有限公司'] as const;

/** name · form · spec · unit · units per case · price in cents */
const lines = `
清络舒颗粒|颗粒剂|8g*12袋|盒|60|2680
清络舒颗粒|颗粒剂|4g*18袋(无蔗糖)|盒|60|3150
安肺宁口服液|合剂|10ml*10支|盒|48|3520
安肺宁胶囊|胶囊剂|0.3g*12粒*2板|盒|120|1980
通脉泽片|片剂|0.35g*24片|盒|200|2260
通脉泽片|片剂|0.35g*48片|盒|100|4280
益胃汀颗粒|颗粒剂|5g*9袋|盒|80|1860
益胃汀丸|丸剂|6g*10丸|盒|100|2450
护肝康泽胶囊|胶囊剂|0.25g*36粒|盒|120|3880
骨痹消贴膏|贴膏剂|7cm*10cm*6贴|盒|150|1560
骨痹消胶囊|胶囊剂|0.4g*30粒|盒|120|2990
小儿清咽颗粒|颗粒剂|4g*8袋|盒|100|1640
小儿健脾糖浆|糖浆剂|100ml|瓶|60|1880
妇宁舒胶囊|胶囊剂|0.35g*36粒|盒|100|3360
妇宁舒洗液|洗剂|200ml|瓶|40|2190
心络安滴丸|滴丸剂|27mg*150丸|瓶|200|2730
心络安注射液|注射剂|10ml*5支|盒|40|9860
脑通汀注射液|注射剂|2ml*10支|盒|60|7420
银柏清咽片|片剂|0.3g*36片|盒|150|1490
银柏感冒颗粒|颗粒剂|10g*10袋|盒|60|1290
参芪固本口服液|合剂|10ml*12支|盒|40|5860
参芪固本颗粒|颗粒剂|6g*15袋|盒|48|4650
降糖益津丸|丸剂|9g*10袋|盒|80|3240
肾宁泽胶囊|胶囊剂|0.4g*40粒|盒|100|4180
前列舒片|片剂|0.6g*24片|盒|120|3470
安神畅眠胶囊|胶囊剂|0.3g*24粒|盒|120|2880
明目润泽丸|丸剂|6g*12袋|盒|80|2340
鼻炎清通喷雾|喷雾剂|20ml|瓶|100|2620
跌打活络酊|酊剂|50ml|瓶|80|1480
烧伤润肌膏|软膏剂|20g|支|200|1760
复方连芷胶囊|胶囊剂|0.5g*24粒|盒|120|2160
复方连芷颗粒|颗粒剂|3g*10袋|盒|100|1980
润肠通畅口服液|合剂|10ml*6支|盒|80|1690
养血调经膏|煎膏剂|300g|瓶|24|4880
止咳平喘糖浆|糖浆剂|120ml|瓶|60|1580
痔舒宁栓|栓剂|1.5g*6粒|盒|150|2290
乳核散结片|片剂|0.34g*72片|瓶|80|3120
尿清舒颗粒|颗粒剂|10g*9袋|盒|60|2470
头痛宁胶囊|胶囊剂|0.4g*18粒|盒|150|1920
消炎利胆清片|片剂|0.26g*100片|瓶|120|1650
`;

export const sampleProducts: readonly SampleProduct[] = lines
  .trim()
  .split('\n')
  .map((line, index) => {
    const [genericName = '', dosageForm = '', spec = '', unit = '', packFactor, priceCents] = line.split('|');
    return {
      id: `P${String(index + 1).padStart(4, '0')}`,
      genericName,
      tradeName: '',
      spec,
      dosageForm,
      manufacturer: makers[index % 7 === 6 ? 1 : 0],
      approvalNo: `国药准字Z2099${String(1001 + index * 7)}`,
      unit,
      packFactor: Number(packFactor),
      priceCents: Number(priceCents),
    };
  });
