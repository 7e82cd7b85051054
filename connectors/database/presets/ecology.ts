import { HubError } from '../../../src/model/hub-error.js';
import { message } from '../../../src/model/message.js';
import { type Preset, select } from './preset.js';

/**
 * 泛微 e-cology: forms that are archived (`currentnodetype` 3), by the day they were. A feed says the number of the form, of its detail table
 * if it has one, and which columns of `m` (the form) and `d` (its detail) become which titles.
 */
export const ecology: Preset = {
  form: ({ form, detail, fields }) => {
    if (!isNumber.test(String(form)) || (detail !== undefined && !isNumber.test(String(detail))))
      throw new HubError('config', message('mistake.ecology-form'));
    const named = (fields ?? {}) as Record<string, string>;
    const bad = Object.entries(named).find(([title, column]) => !isTitle.test(title) || !isColumn.test(String(column)));
    if (bad) throw new HubError('config', message('mistake.ecology-field', { title: bad[0], column: String(bad[1]) }));
    const lines = detail === undefined ? '' : `join formtable_main_${Number(form)}_dt${Number(detail)} d on d.mainid = m.id`;
    const key = detail === undefined ? 'm.id' : 'd.id';
    return select(
      { 归档日期: 'r.lastoperatedate', 流程编号: 'r.requestid', 行号: key, 流程标题: 'r.requestname', ...named },
      `from workflow_requestbase r join formtable_main_${Number(form)} m on m.requestid = r.requestid ${lines}
       where r.currentnodetype = '3' and r.lastoperatedate >= :from and r.lastoperatedate < :to`,
      ['流程编号', '行号'],
      { numbers: null },
    );
  },
};

const isNumber = /^\d{1,6}$/u;
const isTitle = /^[\p{L}_][\p{L}\p{N}_]{0,29}$/u;
const isColumn = /^[md]\.[A-Za-z_]\w{0,60}$/u;
