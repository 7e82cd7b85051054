import { createLogUpdate } from 'log-update';
import type { Hub } from '../app/hub.js';
import type { StepProgress } from '../app/step-progress.js';
import type { Screen } from './screen.js';
import { cutTo, textWidth } from './text-width.js';

export interface ProgressDisplay {
  /** Takes the live block off the screen. */
  stop(): void;
}

interface SourceProgress {
  files: number;
  rows: number;
  held: number;
  failed: number;
  /** Rows of the deliveries being read now, by name. */
  readonly reading: Map<string, number>;
  collecting: boolean;
}

const redrawMs = 120;
const plainMs = 3_000;

/**
 * Shows on stderr how a run goes on: a live line per source on a terminal; otherwise a line whenever a step ends and
 * every few seconds while one lasts.
 */
export function showProgress(hub: Pick<Hub, 'progress'>, screen: Screen): ProgressDisplay {
  const { text } = screen;
  const startedAt = performance.now();
  const sources = new Map<string, SourceProgress>();
  const isLive = process.stderr.isTTY === true && !screen.isJson;
  const block = isLive ? createLogUpdate(process.stderr) : null;
  let hasNews = false;

  const take = (step: StepProgress): void => {
    const source = sources.get(step.source) ?? { files: 0, rows: 0, held: 0, failed: 0, reading: new Map(), collecting: false };
    if (step.source !== '') sources.set(step.source, source);
    apply(source, step);
    hasNews = true;
    if (!isLive && step.state !== 'running') screen.note(lineOfStep(step));
  };
  const timer = setInterval(
    () => {
      if (block) block(liveLines().join('\n'));
      else if (hasNews && totalRows() > 0) screen.note(summary());
      hasNews = false;
    },
    isLive ? redrawMs : plainMs,
  );
  hub.progress.on('step', take);

  return {
    stop() {
      clearInterval(timer);
      hub.progress.off('step', take);
      block?.clear();
    },
  };

  function apply(source: SourceProgress, { stage, state, name, rows }: StepProgress): void {
    if (stage === 'collect') source.collecting = state === 'running';
    if (stage === 'load' && state === 'running') source.reading.set(name, rows);
    if (stage === 'load' && state !== 'running') {
      source.reading.delete(name);
      if (state === 'done') source.rows += rows;
      if (state === 'done') source.files += 1;
      if (state === 'held') source.held += 1;
    }
    if (state === 'failed') source.failed += 1;
  }

  function rowsOf({ rows, reading }: SourceProgress): number {
    return [...reading.values()].reduce((sum, one) => sum + one, rows);
  }

  function totalRows(): number {
    return [...sources.values()].reduce((sum, source) => sum + rowsOf(source), 0);
  }

  function summary(): string {
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = Math.round(totalRows() / seconds).toLocaleString('en-US');
    return `${text('progress.rows', { rows: totalRows().toLocaleString('en-US') })} · ${text('report.rate', { rate })} · ${seconds.toFixed(0)} s`;
  }

  function liveLines(): string[] {
    const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
    const names = Math.min(20, Math.max(6, ...[...sources.keys()].map(textWidth)));
    const room = Math.max(3, (process.stderr.rows ?? 24) - 3);
    const listed = [...sources].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const busy = listed.filter(([, source]) => source.collecting || source.reading.size > 0);
    const shown = listed.length <= room ? listed : busy.slice(0, room);
    const lines = shown.map(([code, source]) => {
      const now = [...source.reading.keys()][0] ?? (source.collecting ? text('progress.collect') : '');
      const marks = [
        source.held > 0 ? `${text('progress.held')} ${source.held}` : '',
        source.failed > 0 ? `${text('progress.failed')} ${source.failed}` : '',
      ];
      const rows = rowsOf(source).toLocaleString('en-US').padStart(9);
      const code20 = cutTo(code, names);
      return cutTo([`${code20}${' '.repeat(names - textWidth(code20))}`, rows, ...marks.filter(Boolean), now].join('  '), width);
    });
    return [...lines, '', summary()];
  }

  function lineOfStep({ source, stage, state, name, rows }: StepProgress): string {
    const parts = [source, text(`progress.${stage}`), name];
    if (stage === 'load' && state === 'done') parts.push(text('progress.rows', { rows: rows.toLocaleString('en-US') }));
    if (state === 'held' || state === 'failed' || state === 'again') parts.push(text(`progress.${state}`));
    return parts.filter(Boolean).join('  ');
  }
}
