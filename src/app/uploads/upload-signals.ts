import type { UploadComparison } from '../../db/compare-upload.js';
import type { WorkbookAuthor } from '../../journey/decode/workbook-author.js';
import { type Message, message } from '../../model/message.js';

/** An automatic delivery of the same days, and what it says of its making. */
export interface AutomaticFile {
  readonly name: string;
  readonly author: WorkbookAuthor | null;
}

/** Few cells changed in a file that otherwise says the same: that is a hand, not a system. */
const fewShare = 0.1;

/** What speaks for editing by hand, or against taking an upload. Nothing here decides: a person does. */
export function uploadSignals(given: {
  readonly name: string;
  readonly author: WorkbookAuthor | null;
  readonly automatic: readonly AutomaticFile[];
  readonly days: UploadComparison['days'];
  readonly said: { readonly from: string; readonly to: string } | null;
}): Message[] {
  const { name, author, automatic, days, said } = given;
  const signals: Message[] = [];
  if (author && author.by !== '')
    signals.push(message('upload.saved-by', { name, by: author.by, program: author.program, at: author.savedAt }));
  const programs = [...new Set(automatic.flatMap(({ author: one }) => (one && one.program !== '' ? [one.program] : [])))];
  if (author && author.program !== '' && programs.length > 0 && !programs.includes(author.program))
    signals.push(message('upload.other-program', { program: author.program, usual: programs.join(', ') }));

  const compared = days.filter(({ inForce }) => inForce?.deliveries.some(({ isManual }) => !isManual));
  const sum = (of: (day: UploadComparison['days'][number]) => number) => compared.reduce((total, day) => total + of(day), 0);
  const [same, changed, added, removed] = [
    sum((day) => day.same),
    sum((day) => day.changed),
    sum((day) => day.added),
    sum((day) => day.removed),
  ];
  const touched = changed + added + removed;
  const values = { rows: same + touched, changed, added, removed, files: automatic.map((one) => one.name).join(', ') };
  if (touched > 0 && same > 0 && touched <= Math.max(3, (same + touched) * fewShare)) signals.push(message('upload.few-changed', values));
  else if (touched > 0) signals.push(message('upload.differs', values));
  else if (same > 0) signals.push(message('upload.same', values));

  const outside = said === null ? [] : days.filter(({ day }) => day < said.from || day > said.to).map(({ day }) => day);
  if (said && outside.length > 0)
    signals.push(message('upload.outside', { from: said.from, to: said.to, days: [...new Set(outside)].join(', ') }));
  return signals;
}
