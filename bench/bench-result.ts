export interface BenchOptions {
  /** A smaller run for trying out; the figures that count are those of the default. */
  readonly scale: number;
  readonly say: (line: string) => void;
}

/** `ratio` = our seconds / the comparator's seconds; null where there is none. */
export interface BenchResult {
  readonly bench: string;
  readonly ratio: number | null;
  readonly rowsPerSecond: number;
  readonly peakRssMb: number;
  readonly seconds: number;
  readonly [more: string]: unknown;
}
