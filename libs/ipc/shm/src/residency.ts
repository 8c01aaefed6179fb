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
 * Maps all pages of `memory` now and, with `lock`, pins them. One lock is enough for all who map
 * the same file, so only its writer asks for it.
 */
export function makeResident(
  memory: SharedMemory,
  options: { readonly access: 'read' | 'write'; readonly lock: boolean },
): Residency {
  const calls = systemCalls();
  const { address, bytes } = memory;
  const advice = options.access === 'write' ? Linux.MADV_POPULATE_WRITE : Linux.MADV_POPULATE_READ;
  return {
    prefaulted: calls.madvise(address, bytes, advice) === 0,
    locked: options.lock && calls.mlock(address, bytes) === 0,
  };
}
