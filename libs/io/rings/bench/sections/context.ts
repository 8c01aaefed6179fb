import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Built } from '../harness/build-peers.ts';
import type { Placement } from '../harness/placement.ts';

/** What every section of the benchmark is given. */
export interface BenchContext {
  /** Temporary folder on shared memory. */
  readonly dir: string;
  readonly records: string;
  readonly placement: Placement;
  /** Share of the ticks of a whole run, above 0, at most 1. */
  readonly scale: number;
  /** Runs of each side of a case. */
  readonly runs: number;
  /** `performance.now()` after which this section starts no further runs. */
  readonly untilMs: number;
  /** Programs of `peers/` by name. */
  readonly peers: ReadonlyMap<string, Built>;
}

let made = 0;

/** Gives `measure` an empty folder for one run and removes it afterwards. */
export async function inFolder<T>(
  context: BenchContext,
  measure: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = join(context.dir, `run-${made++}`);
  mkdirSync(dir, { mode: 0o700 });
  try {
    return await measure(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** `share` of the time that is left for this section, from now. */
export function untilOf(context: BenchContext, share: number): number {
  const nowMs = performance.now();
  return nowMs + (context.untilMs - nowMs) * share;
}
