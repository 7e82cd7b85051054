import type { AgentTask } from './settings.js';

interface Columns {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const often = ['单据编号', '行号', '产品编码', '生产厂家', '批号', '有效期', '生产日期', '单价', '金额'];

/** The names a task gives its columns; the layout `agent` reads exactly these. Others are allowed if its dictionary knows them. */
export const columnsOf: Readonly<Record<AgentTask['kind'], Columns>> = {
  sale: {
    required: ['销售日期', '客户名称', '产品名称', '产品规格', '单位', '数量'],
    optional: ['客户编码', '客户地址', '单据类型', '分支机构', ...often],
  },
  purchase: {
    required: ['采购日期', '供应商名称', '产品名称', '产品规格', '单位', '数量'],
    optional: ['供应商编码', '分支机构', ...often],
  },
  stock: { required: ['库存日期', '产品名称', '产品规格', '单位', '数量'], optional: ['仓库', '库存状态', '分支机构', ...often] },
};

/** What a task should name and does not, its branch included. */
export function missingColumns({ kind, branch }: Pick<AgentTask, 'kind' | 'branch'>, found: readonly string[]): string[] {
  return [...columnsOf[kind].required, ...(branch === undefined ? [] : [branch])].filter((column) => !found.includes(column));
}
