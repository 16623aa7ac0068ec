/** A line of the benchmark: a ratio of two things measured side by side in one run. */
export interface BenchRow {
  name: string;
  /** What the ratio must not exceed (or, when `isAtLeast`, fall below); undefined: reported only. */
  limit?: number;
  isAtLeast?: boolean;
  measure(): Promise<{ ratio: number; note?: string }>;
}
