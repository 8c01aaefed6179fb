import { addNs, diffNs, stampFromMs } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';

/** Older or younger than this against our reading: the wall clock was set in between. */
const AGE_NS_MAX = 60e9;
const FUTURE_NS_MAX = 1e6;

/** Puts the kernel's receive stamps onto the gateway's two clocks. */
export class KernelStamp {
  readonly #clock: Clock;
  #nowNs = NaN;
  readonly #nowWall: StampNs = { hi: NaN, lo: NaN };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Once a batch, after it was received. */
  read(): void {
    this.#nowNs = this.#clock.monotonicNs();
    this.#clock.wallNs(this.#nowNs, this.#nowWall);
  }

  /**
   * Writes the stamp of one datagram: the kernel's, or the batch's own moment when there is none
   * or one that cannot be (the wall clock was set).
   * @param seconds - CLOCK_REALTIME, −1 without a stamp; and `ns` within the second.
   */
  write(seconds: number, ns: number, into: { recvNs: number; recvWall: StampNs }): void {
    const { recvWall } = into;
    if (seconds >= 0) {
      stampFromMs(seconds * 1_000, recvWall);
      addNs(recvWall, ns);
      const ageNs = diffNs(this.#nowWall, recvWall);
      if (ageNs > -FUTURE_NS_MAX && ageNs < AGE_NS_MAX) {
        into.recvNs = this.#nowNs - Math.max(0, ageNs);
        return;
      }
    }
    recvWall.hi = this.#nowWall.hi;
    recvWall.lo = this.#nowWall.lo;
    into.recvNs = this.#nowNs;
  }
}
