import type { MasterImpact } from '../../../db/master/change-master.js';
import type { CommandContext } from '../../command-context.js';
import type { Text } from '../../text.js';
import { showMasterImpact } from './show-master-impact.js';

/** Says what a change did, or would do, and `remarks` about it; `command` is what writes it. */
export function tellChange(
  context: CommandContext,
  text: Text,
  impact: MasterImpact,
  { isWritten, command, remarks }: { isWritten: boolean; command: string; remarks?: readonly string[] },
): void {
  if (context.json) {
    context.printJson({ written: isWritten, ...impact, batchId: isWritten ? impact.batchId : null, ...(remarks && { remarks }) });
    return;
  }
  for (const line of showMasterImpact(impact, text, context.language)) context.print(line);
  for (const remark of remarks ?? []) context.print(remark);
  context.print(isWritten ? text('customer.written', { batch: impact.batchId }) : text('desk.preview', { command }));
}
