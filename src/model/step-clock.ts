/** Says where the time of one delivery goes. Whatever is not timed by name counts for `rest`. */
export interface StepClock {
  time<Result>(step: string, work: () => Result): Result;
  /** Whole milliseconds per step. */
  read(): Record<string, number>;
}

export function createStepClock(rest: string): StepClock {
  const startedAt = performance.now();
  const spent: Record<string, number> = {};
  return {
    time(step, work) {
      const from = performance.now();
      const result = work();
      spent[step] = (spent[step] ?? 0) + performance.now() - from;
      return result;
    },
    read() {
      const named = Object.values(spent).reduce((total, ms) => total + ms, 0);
      const all = { [rest]: performance.now() - startedAt - named, ...spent };
      return Object.fromEntries(Object.entries(all).map(([step, ms]) => [step, Math.round(ms)]));
    },
  };
}
