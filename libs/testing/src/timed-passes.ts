/** Passes over the same input, timed by what their thread used of a core. For benchmarks. */
export interface Passes {
  /** Of each pass over all of the input. */
  readonly ns: readonly number[];
  /** What the last pass folded the input to: sides that read the same have the same. */
  readonly fold: number;
}

/** @param counts.warmUp - Passes until the engine has compiled what it will; not timed. */
export function timedPasses(
  pass: () => number,
  counts: { readonly warmUp: number; readonly passes: number },
): Passes {
  let fold = 0;
  for (let count = 0; count < counts.warmUp; count += 1) fold = pass();
  const ns: number[] = [];
  for (let count = 0; count < counts.passes; count += 1) {
    const begin = process.threadCpuUsage();
    fold = pass();
    const { user, system } = process.threadCpuUsage(begin);
    ns.push((user + system) * 1_000);
  }
  return { ns, fold };
}
