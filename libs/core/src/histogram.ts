/**
 * A latency histogram over memory that others may map: log-linear buckets of ns, 32 to a power of
 * two (relative error ≤ 3.2 %), 0 … 2^41 ns (36 minutes), larger values in the last bucket.
 * The cells are plain counts, so that a reader of another process can take percentiles from a
 * copy, and copies of several processes can be added.
 */
const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;
const OCTAVES = 36;
const TWO_31 = 2 ** 31;
/** Larger values count with this in the sum: one broken clock must not drown it. */
const TOP_NS = SUB * 2 ** OCTAVES;

/** Float64 cells of one histogram: the buckets, then the maximum and the sum in ns. */
export const HISTOGRAM_CELLS = SUB * (OCTAVES + 1) + 2;
const MAX_CELL = HISTOGRAM_CELLS - 2;
const SUM_CELL = HISTOGRAM_CELLS - 1;

/** Bucket of `valueNs`; negative values count as 0 (a clock step; never hidden: see `maxNs`). */
function bucketOf(valueNs: number): number {
  if (!(valueNs >= SUB)) return valueNs > 0 ? Math.floor(valueNs) : 0;
  const scaled = valueNs / SUB;
  if (scaled >= 2 ** OCTAVES) return MAX_CELL - 1;
  const octave = scaled < TWO_31 ? 31 - Math.clz32(scaled) : 62 - Math.clz32(scaled / TWO_31);
  return octave * SUB + Math.floor(valueNs / 2 ** octave);
}

/** Upper bound (ns, inclusive) of a bucket: percentiles are never understated. */
function upperNs(bucket: number): number {
  if (bucket < SUB) return bucket;
  const octave = Math.floor((bucket - SUB) / SUB);
  return (SUB + ((bucket - SUB) % SUB) + 1) * 2 ** octave - 1;
}

export function recordLatency(cells: Float64Array, valueNs: number, count = 1): void {
  const bucket = bucketOf(valueNs);
  cells[bucket] = (cells[bucket] ?? 0) + count;
  if (valueNs > (cells[MAX_CELL] ?? 0)) cells[MAX_CELL] = valueNs;
  if (valueNs > 0) cells[SUM_CELL] = (cells[SUM_CELL] ?? 0) + Math.min(valueNs, TOP_NS) * count;
}

export interface LatencySummary {
  p50Ns: number;
  p95Ns: number;
  p99Ns: number;
  p999Ns: number;
  maxNs: number;
  count: number;
}

/** Percentiles of one histogram, or of the sum of several; `undefined` when nothing was counted. */
export function summariseLatency(...histograms: Float64Array[]): LatencySummary | undefined {
  const sum = new Float64Array(MAX_CELL);
  let count = 0;
  let maxNs = 0;
  for (const cells of histograms) {
    for (let bucket = 0; bucket < MAX_CELL; bucket++) {
      const here = cells[bucket] ?? 0;
      sum[bucket] = (sum[bucket] ?? 0) + here;
      count += here;
    }
    maxNs = Math.max(maxNs, cells[MAX_CELL] ?? 0);
  }
  if (count === 0) return undefined;
  const at = (share: number): number => {
    const rank = Math.ceil(count * share);
    let seen = 0;
    for (let bucket = 0; bucket < MAX_CELL; bucket++) {
      seen += sum[bucket] ?? 0;
      if (seen >= rank) return Math.min(upperNs(bucket), maxNs);
    }
    return maxNs;
  };
  return {
    p50Ns: at(0.5),
    p95Ns: at(0.95),
    p99Ns: at(0.99),
    p999Ns: at(0.999),
    maxNs,
    count,
  };
}

/** A histogram as Prometheus wants it: how many values lie at or below each bound. */
export interface CumulativeCounts {
  readonly counts: Float64Array;
  readonly count: number;
  readonly sumNs: number;
  readonly maxNs: number;
}

/**
 * Counts at or below each bound (ns, rising). A bucket that straddles a bound counts above it, so
 * that no latency is understated; bounds apart by more than 3.2 % are told apart.
 */
export function cumulativeLatency(
  cells: Float64Array,
  boundsNs: readonly number[],
): CumulativeCounts {
  const counts = new Float64Array(boundsNs.length);
  let seen = 0;
  let at = 0;
  for (let bucket = 0; bucket < MAX_CELL; bucket++) {
    const here = cells[bucket] ?? 0;
    if (here === 0) continue;
    const upper = upperNs(bucket);
    while (at < boundsNs.length && upper > (boundsNs[at] ?? 0)) counts[at++] = seen;
    seen += here;
  }
  while (at < boundsNs.length) counts[at++] = seen;
  return { counts, count: seen, sumNs: cells[SUM_CELL] ?? 0, maxNs: cells[MAX_CELL] ?? 0 };
}
