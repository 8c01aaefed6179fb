/** Median and spread of the runs of one case. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** @throws RangeError when there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('a spread of no values');
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper);
  return {
    median: (lower + upper) / 2,
    min: sorted[0] ?? upper,
    max: sorted.at(-1) ?? upper,
    runs: sorted.length,
  };
}

/**
 * Sides in the order A-B-B-A-A-B-B-A…, `runs` of each: a machine that slows down or warms up
 * meanwhile treats both alike.
 */
export function interleave<Side>(a: Side, b: Side, runs: number): Side[] {
  return Array.from({ length: runs }, (_, run) => (run % 2 === 0 ? [a, b] : [b, a])).flat();
}

export interface Alternation<Side> {
  readonly a: Side;
  readonly b: Side;
  /** Of each side. */
  readonly runs: number;
  /** `performance.now()` after which no further pair begins; the first one always runs. */
  readonly untilMs: number;
}

/** Runs both sides in turn; fewer times when the time is up, but each equally often. */
export async function alternate<Side, Run>(
  { a, b, runs, untilMs }: Alternation<Side>,
  measure: (side: Side) => Promise<Run | undefined>,
): Promise<Run[]> {
  const found: Run[] = [];
  for (const [index, side] of interleave(a, b, runs).entries()) {
    if (index >= 2 && index % 2 === 0 && performance.now() > untilMs) break;
    const run = await measure(side);
    if (run !== undefined) found.push(run);
  }
  return found;
}
