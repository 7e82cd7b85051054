import type { AgentText } from './agent-texts.js';
import type { Trial } from './try-task.js';

/** A trial as a person reads it: counts, columns, the first rows. */
export function showTrial(trial: Trial, text: AgentText): string[] {
  const { task, day, rows, branches, milliseconds: ms, missing } = trial;
  return [
    text('try.day', { task, day, rows, branches, ms }),
    `${text('try.required')}: ${trial.required.join(' ')}`,
    ...(trial.optional.length > 0 ? [`${text('try.optional')}: ${trial.optional.join(' ')}`] : []),
    ...(trial.other.length > 0 ? [`${text('try.other')}: ${trial.other.join(' ')}`] : []),
    ...(trial.sample.length > 0 ? ['', trial.columns.join(' | '), ...trial.sample.map((cells) => cells.join(' | ')), ''] : []),
    missing.length > 0 ? text('try.missing', { missing: missing.join(' ') }) : text('try.fine'),
  ];
}
