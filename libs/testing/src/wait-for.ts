import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for: it is in the message when the deadline passes. */
  what: string;
  /** Default 10,000: generous, because it only decides how long a failure takes. */
  deadlineMs?: number;
  /** Default 5. */
  everyMs?: number;
}

/**
 * Waits until `probe` gives something other than `undefined`, `false` or `null`, and returns it.
 * The synchronisation of tests: a condition with a deadline instead of a sleep.
 * @throws Error naming `what` once the deadline has passed; an error of the probe passes through.
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const endMs = performance.now() + (options.deadlineMs ?? 10_000);
  for (;;) {
    const value = await probe();
    if (isThere(value)) return value;
    if (performance.now() > endMs) {
      throw new Error(`waited ${options.deadlineMs ?? 10_000} ms in vain for ${options.what}`);
    }
    await pause(options.everyMs ?? 5);
  }
}

function isThere<T>(value: T): value is Exclude<T, undefined | null | false> {
  return value !== undefined && value !== null && value !== false;
}
