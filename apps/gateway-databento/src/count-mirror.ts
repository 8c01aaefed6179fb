import type { Counter } from '@tickwire/core';

interface Mirrored {
  readonly counter: Counter;
  readonly read: () => number;
  last: number;
}

/**
 * Counts of an object that lives with the process, added to counters that outlive it: what the
 * lives before had counted stays.
 */
export class CountMirror {
  readonly #counts: Mirrored[] = [];

  /** @param read - Begins at 0 and never becomes less. */
  add(counter: Counter, read: () => number): void {
    this.#counts.push({ counter, read, last: 0 });
  }

  /** Brings all counters up to date. */
  show(): void {
    for (const count of this.#counts) {
      const now = count.read();
      if (now === count.last) continue;
      count.counter.add(now - count.last);
      count.last = now;
    }
  }
}
