import type { MasterImpact } from '../../../db/master/change-master.js';
import type { CommandContext } from '../../command-context.js';
import type { Text } from '../../text.js';
import { showMasterImpact } from './show-master-impact.js';

/** Says what a change did, or would do; `command` is what writes it. */
export function tellChange(
  context: CommandContext,
  text: Text,
  impact: MasterImpact,
  { isWritten, command }: { isWritten: boolean; command: string },
): void {
  if (context.json) {
    context.printJson({ written: isWritten, ...impact, batchId: isWritten ? impact.batchId : null });
    return;
  }
  for (const line of showMasterImpact(impact, text)) context.print(line);
  context.print(isWritten ? text('customer.written', { batch: impact.batchId }) : text('desk.preview', { command }));
}
