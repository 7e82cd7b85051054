import { createMonthOrDayReader, dateFormats } from './read-date.js';
import { readDecimal } from './read-decimal.js';

/** What the values of a column look like; shares between 0 and 1 of its non-empty cells. */
export interface ColumnProfile {
  /** Non-empty cells seen. */
  readonly filled: number;
  /** Distinct values / filled. */
  readonly distinct: number;
  readonly looks: Readonly<Record<Look, number>>;
  readonly samples: readonly string[];
}

const looks = ['date', 'number', 'integer', 'lot', 'approval', 'spec', 'organisation', 'maker', 'unit', 'code', 'address'] as const;
export type Look = (typeof looks)[number];

export function profileColumn(cells: readonly string[]): ColumnProfile {
  const filled = cells.map((cell) => cell.normalize('NFKC').trim()).filter((cell) => cell !== '');
  const share = (look: Look): number => (filled.length === 0 ? 0 : filled.filter(looksLike[look]).length / filled.length);
  return {
    filled: filled.length,
    distinct: filled.length === 0 ? 0 : new Set(filled).size / filled.length,
    looks: Object.fromEntries(looks.map((look) => [look, share(look)])) as Record<Look, number>,
    samples: [...new Set(filled)].slice(0, 3),
  };
}

const readDay = createMonthOrDayReader(dateFormats.filter((format) => format !== 'serial'));

const looksLike: Record<Look, (cell: string) => boolean> = {
  date: (cell) => Boolean(readDay(cell)),
  number: (cell) => readDecimal(cell) !== null,
  integer: (cell) => /^-?\d{1,7}$/u.test(readDecimal(cell) ?? ''),
  lot: (cell) => /^(?=.*\d{3})[A-Z0-9][A-Z0-9-]{3,14}$/iu.test(cell),
  approval: (cell) => /国药准字|^[HZSBJ]\d{8}$|注册证/u.test(cell),
  spec: (cell) => /\d/u.test(cell) && /[*×x/:]|mg|ml|g|片|粒|支|袋|瓶|丸|贴|iu/iu.test(cell) && cell.length < 60,
  organisation: (cell) => /医院|卫生|诊所|药店|药房|大药|门诊|医药|公司|医疗|中心|连锁|服务站/u.test(cell),
  maker: (cell) => /制药|药业|药厂|生物|股份|集团|公司|厂$/u.test(cell),
  unit: (cell) => /^(?:盒|瓶|支|袋|片|粒|件|箱|板|贴|包|个|桶|罐|套|条|中包|大盒|小盒)$/u.test(cell),
  code: (cell) => /^[A-Z0-9._-]{3,24}$/iu.test(cell) && /\d/u.test(cell),
  address: (cell) => /[省市区县镇乡].*[路街道号村]|[路街道].*号/u.test(cell),
};
