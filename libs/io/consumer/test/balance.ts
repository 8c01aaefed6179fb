import type { ConsumerStats, TickCounts } from '../src/index.ts';

/** received − delivered − filtered − dropped − inFlight: 0 when nothing is unaccounted for. */
export function imbalance(stats: ConsumerStats): number {
  return [stats, ...stats.rings].map(imbalanceOf).find((difference) => difference !== 0) ?? 0;
}

export function imbalanceOf({
  received,
  delivered,
  filtered,
  dropped,
  inFlight,
}: TickCounts): number {
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return received - delivered - filtered - lost - inFlight;
}
