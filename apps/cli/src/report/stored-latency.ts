/** Latency percentiles from stored ticks, in bounded memory: counted by value, then summed. */
import type { LatencySummary } from '@tickwire/core';
import type { QueryStore } from '@tickwire/io-store';
import type { TimeSpan } from '@tickwire/system';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import { rowsOf, windowCondition } from './stored-rings.ts';

/** Ticks that are data: CLOCK and STREAM ticks are made here and waited for nothing. */
const DATA = `kind NOT IN (${TickKind.Clock}, ${TickKind.Stream})`;

/** Upper end of the bucket of a value, 32 to a power of two, as the live histograms have them. */
const BUCKET = `CASE WHEN ns < 32 THEN greatest(ns, 0)
  ELSE (((ns >> (floor(log2(ns))::BIGINT - 5)) + 1) << (floor(log2(ns))::BIGINT - 5)) - 1 END`;

/**
 * `wire`: the venue's event to our receipt; `decode`: receipt to the ring. A level of a
 * snapshot happened long before. Only these two are
 * stamped in the tick itself.
 */
const STAGES: Readonly<Record<string, { ns: string; condition: string }>> = {
  wire: {
    ns: 'ts_recv_ns::BIGINT - ts_event_ns::BIGINT',
    condition: `${DATA} AND ts_event_ns IS NOT NULL AND flags & ${TickFlag.Snapshot} = 0`,
  },
  decode: {
    ns: '(publish_delta >> 4)::BIGINT << (publish_delta & 15)',
    condition: DATA,
  },
};

export async function storedLatency(
  store: QueryStore,
  window: TimeSpan,
): Promise<Record<string, LatencySummary>> {
  const summaries: Record<string, LatencySummary> = {};
  for (const [stage, { ns, condition }] of Object.entries(STAGES)) {
    const rows = await rowsOf(
      store,
      `WITH ticks AS (SELECT ${ns} AS ns FROM raw_ticks
          WHERE ${windowCondition(window)} AND ${condition})
        SELECT ${BUCKET} AS upper_ns, count(*), max(ns) FROM ticks GROUP BY 1 ORDER BY 1`,
    );
    const summary = summariseCounts(
      rows.map(([upperNs, count, maxNs]) => ({
        upperNs: Number(upperNs),
        count: Number(count),
        maxNs: Math.max(0, Number(maxNs)),
      })),
    );
    if (summary !== undefined) summaries[stage] = summary;
  }
  return summaries;
}

interface ValueCount {
  /** No value counted here is above it, except by rounding: then `maxNs` is. */
  readonly upperNs: number;
  readonly count: number;
  readonly maxNs: number;
}

/** Percentiles of counted values, in ascending order; `undefined` when there are none. */
export function summariseCounts(values: readonly ValueCount[]): LatencySummary | undefined {
  const count = values.reduce((sum, value) => sum + value.count, 0);
  if (count === 0) return undefined;
  const maxNs = Math.max(...values.map((value) => value.maxNs));
  const at = (share: number): number => {
    const rank = Math.ceil(count * share);
    let seen = 0;
    for (const value of values) {
      seen += value.count;
      if (seen >= rank) return Math.min(value.upperNs, maxNs);
    }
    return maxNs;
  };
  const [p50Ns, p95Ns, p99Ns, p999Ns] = [at(0.5), at(0.95), at(0.99), at(0.999)];
  return { p50Ns, p95Ns, p99Ns, p999Ns, maxNs, count };
}
