import type { Command } from 'commander';
import type { Desk } from '../../desk.js';
import { addUndoCommand } from '../../undo-command.js';
import { showMasterImpact } from './show-master-impact.js';

/** `huiliu customer undo`: `names undo` in words of the master; takes a load back too. */
export function addUndo(customer: Command, desk: Desk): void {
  addUndoCommand(customer, desk, (_, { redirected }, language) => showMasterImpact(redirected, desk.text, language));
}
