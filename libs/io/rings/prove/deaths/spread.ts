/** How measured times are spread, in one line. */
export function spread(timesMs: readonly number[]): string {
  if (timesMs.length === 0) return 'nothing measured';
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  const parts = [`min ${at(0)}`, `median ${at(0.5)}`, `p90 ${at(0.9)}`, `p99 ${at(0.99)}`];
  return `${parts.join(', ')}, max ${at(1)} ms (${sorted.length} measured)`;
}
