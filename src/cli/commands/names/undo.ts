import type { Command } from 'commander';
import type { Desk } from '../../desk.js';
import { grouped } from '../../grouped.js';
import { addUndoCommand } from '../../undo-command.js';
import { showImpact } from './show-impact.js';

/** `huiliu names undo`: what a batch of decisions moves when it is taken back, names first. */
export function addUndo(names: Command, desk: Desk): void {
  const { text, width } = desk;
  addUndoCommand(names, desk, (batch, undone) => {
    const { restored, followers, kept, undoneBefore, redirected } = undone;
    const { terminals, names: linked, rows, amount } = redirected;
    return [
      ...showImpact(undone, text, width),
      text('names.undone', { batch, restored, followers, kept, undoneBefore }),
      ...(terminals > 0 ? [text('names.redirected', { terminals, names: linked, rows: grouped(rows), amount: grouped(amount) })] : []),
    ];
  });
}
