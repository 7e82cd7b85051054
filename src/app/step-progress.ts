/** What a step says while it is worked on. */
export interface StepProgress {
  readonly source: string;
  readonly stage: 'collect' | 'load' | 'match';
  readonly state: 'running' | 'done' | 'held' | 'failed' | 'again';
  readonly name: string;
  readonly rows: number;
}
