import { setTimeout as pause } from 'node:timers/promises';
import { diffNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';

/** Shorter waits are not worth a timer: the next event makes up for them. */
const WAIT_MS_MIN = 1;

/**
 * Holds events back until their time: recorded distances divided by the speed, against the
 * monotonic clock. Late events go at once, and the distance to the first stays the measure, so
 * lateness does not add up.
 */
export class Pacer {
  readonly #speed: number | 'max';
  readonly #monotonicNs: () => number;
  #first: StampNs | undefined;
  #startNs = 0;

  constructor(speed: number | 'max', monotonicNs: () => number) {
    this.#speed = speed;
    this.#monotonicNs = monotonicNs;
  }

  /** ms until an event of this receive time is due; 0 when it is. The first is due at once. */
  waitMs(recv: Readonly<StampNs>): number {
    if (this.#speed === 'max') return 0;
    if (this.#first === undefined) {
      this.#first = { hi: recv.hi, lo: recv.lo };
      this.#startNs = this.#monotonicNs();
      return 0;
    }
    const dueNs = this.#startNs + diffNs(recv, this.#first) / this.#speed;
    const waitMs = (dueNs - this.#monotonicNs()) / 1e6;
    return waitMs < WAIT_MS_MIN ? 0 : waitMs;
  }

  /** @throws the signal's reason. */
  async hold(recv: Readonly<StampNs>, signal: AbortSignal): Promise<void> {
    for (let waitMs = this.waitMs(recv); waitMs > 0; waitMs = this.waitMs(recv)) {
      await pause(Math.min(waitMs, 60_000), undefined, { signal });
    }
  }
}
