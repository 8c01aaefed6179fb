/** Why positions of a ring hold no tick for this reader. */
export interface Explanation {
  readonly first: number;
  readonly last: number;
  readonly reason: 'lapped' | 'pad';
}

/**
 * Splits the hole between the last position handled and the next one at hand: what the reader
 * declared as a gap was overwritten, the rest never were ticks.
 * @param hole - `from`: next position expected; `to`: next position at hand.
 */
export function explainHole(
  hole: { from: number; to: number },
  gap: { first: number; count: number } | undefined,
): Explanation[] {
  const found: Explanation[] = [];
  const add = (first: number, end: number, reason: Explanation['reason']): void => {
    if (end > first) found.push({ first, last: end - 1, reason });
  };
  if (gap === undefined) {
    add(hole.from, hole.to, 'pad');
    return found;
  }
  const lappedEnd = Math.min(gap.first + gap.count, hole.to);
  add(hole.from, gap.first, 'pad');
  add(gap.first, lappedEnd, 'lapped');
  add(lappedEnd, hole.to, 'pad');
  return found;
}
