/**
 * CLOCK_MONOTONIC in ns as a number, for one-way times between processes of some 100 ns.
 *
 * `performance.now()` counts that clock from a start that Node does not tell. Each reading of
 * `process.hrtime.bigint()` between two of `performance.now()` says that the start lies in an
 * interval; the part that all of them share is some 20 ns wide.
 */
const READINGS = 20_000;

export interface BracketedClock {
  readonly nowNs: () => number;
  /** Half the width of what is known of the start, ns. */
  readonly errorNs: number;
  /** What one reading costs, ns; the median of many. */
  readonly costNs: number;
}

export function createBracketedClock(): BracketedClock {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < READINGS; reading++) {
    const before = performance.now() * 1e6;
    const hostNs = Number(process.hrtime.bigint());
    const after = performance.now() * 1e6;
    low = Math.max(low, hostNs - after);
    high = Math.min(high, hostNs - before);
  }
  const baseNs = (low + high) / 2;
  const nowNs = (): number => performance.now() * 1e6 + baseNs;
  return { nowNs, errorNs: (high - low) / 2, costNs: costOf(nowNs) };
}

const ROUNDS = 101;
const READINGS_PER_ROUND = 1_000;

function costOf(nowNs: () => number): number {
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = nowNs();
    let last = start;
    for (let reading = 0; reading < READINGS_PER_ROUND; reading++) last = nowNs();
    costs.push((last - start) / READINGS_PER_ROUND);
  }
  costs.sort((a, b) => a - b);
  return costs[(ROUNDS - 1) / 2] ?? 0;
}
