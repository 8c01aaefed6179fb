/** Statistics of paired runs in the order A-B-B-A, which cancels a machine's slow drift. */

export interface Paired {
  readonly a: number[];
  readonly b: number[];
}

/** @param quads - Each is A, B, B, A: twice as many runs of both. */
export async function abba(
  quads: number,
  run: (side: 'a' | 'b', index: number) => Promise<number>,
): Promise<Paired> {
  const results: Paired = { a: [], b: [] };
  let index = 0;
  for (let quad = 0; quad < quads; quad++) {
    for (const side of ['a', 'b', 'b', 'a'] as const) results[side].push(await run(side, index++));
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Differences b − a of neighbours: run n of A with run n of B. */
export function differences({ a, b }: Paired): number[] {
  return a.map((value, index) => (b[index] ?? Number.NaN) - value);
}

export function spread(values: readonly number[]): string {
  const text = (value: number): string => value.toFixed(2);
  return `${text(median(values))} (${text(Math.min(...values))} … ${text(Math.max(...values))})`;
}
