/** Pearson's statistic of values in 0 … 1 against the uniform distribution, over `bins` bins. */
export function chiSquare(phases: readonly number[], bins: number): number {
  const counts = new Float64Array(bins);
  for (const phase of phases) {
    const bin = Math.min(bins - 1, Math.floor(phase * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const expected = phases.length / bins;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** 20 bins have 19 degrees of freedom: a uniform source passes this once in ten million samples. */
export const CHI_SQUARE_19_MAX = 70;
