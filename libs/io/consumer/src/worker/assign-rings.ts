/**
 * Shares rings among workers: in turn by name, so that each has as many as the others or one more,
 * and the same names always give the same shares.
 * @returns One list for each worker that has a ring; never an empty one.
 */
export function assignRings(rings: readonly string[], workers: number): string[][] {
  const shares = Array.from({ length: Math.min(workers, rings.length) }, (): string[] => []);
  const sorted = rings.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  for (const [index, ring] of sorted.entries()) shares[index % shares.length]?.push(ring);
  return shares;
}
