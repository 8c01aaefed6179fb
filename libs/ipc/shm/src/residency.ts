/** Keeps mapped memory where the processor finds it at once. All of it is best effort. */
import type { SharedMemory } from './shared-file.ts';
import { Linux, systemCalls } from './system-calls.ts';

/** What the kernel granted; nothing of it is needed for a right result. */
export interface Residency {
  /** Every page is mapped: the first lap of a ring has no page faults. Linux 5.14 and later. */
  readonly prefaulted: boolean;
  /**
   * No page is ever swapped out. Wants a limit of locked memory (`ulimit -l`, systemd's
   * `LimitMEMLOCK=`) as large as all rings of the user together.
   */
  readonly locked: boolean;
}

/**
 * Maps all pages of `memory`, which is mapped for writing, now, and pins them. That is enough for
 * all who map the same file: a reader finds the pages there.
 */
export function makeResident(memory: SharedMemory): Residency {
  const calls = systemCalls();
  const { address, bytes } = memory;
  return {
    prefaulted: calls.madvise(address, bytes, Linux.MADV_POPULATE_WRITE) === 0,
    locked: calls.mlock(address, bytes) === 0,
  };
}
