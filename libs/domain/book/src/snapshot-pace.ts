/**
 * How many ticks of images may go into a ring: a share of what others write, or a minimum per
 * second, whichever is more. Two budgets fill up, one by ticks and one by time; an image may be
 * written while either has something in it, and is taken from both. An image larger than what is
 * there leaves a debt of at most its own size, which is earned before the next one.
 */
export interface SnapshotPaceLimits {
  /** Share of the ring's other ticks, 0 … 1. */
  readonly rateShare: number;
  /** Ticks per second that may be written into a quiet ring. */
  readonly ticksPerSecMin: number;
  /** Ticks that may go out at once after a quiet time. */
  readonly burstTicksMax: number;
}

export class SnapshotPace {
  readonly #limits: SnapshotPaceLimits;
  #byTicks: number;
  #byTime: number;
  #lastNs: number | undefined;
  #lastOthers: number | undefined;
  #written = 0;

  constructor(limits: SnapshotPaceLimits) {
    this.#limits = limits;
    this.#byTicks = 0;
    this.#byTime = limits.burstTicksMax;
  }

  /**
   * Whether an image may be written now.
   * @param nowNs - Monotonic.
   * @param ringTicks - Ticks in the ring so far, images included: its position.
   */
  mayWrite(nowNs: number, ringTicks: number): boolean {
    const { rateShare, ticksPerSecMin, burstTicksMax } = this.#limits;
    const others = ringTicks - this.#written;
    const moreTicks = Math.max(0, others - (this.#lastOthers ?? others));
    const moreSec = Math.max(0, nowNs - (this.#lastNs ?? nowNs)) / 1e9;
    this.#lastNs = nowNs;
    this.#lastOthers = others;
    this.#byTicks = Math.min(burstTicksMax, this.#byTicks + moreTicks * rateShare);
    this.#byTime = Math.min(burstTicksMax, this.#byTime + moreSec * ticksPerSecMin);
    return this.#byTicks > 0 || this.#byTime > 0;
  }

  /** An image of `ticks` was written. */
  spend(ticks: number): void {
    this.#written += ticks;
    this.#byTicks = Math.max(-ticks, this.#byTicks - ticks);
    this.#byTime = Math.max(-ticks, this.#byTime - ticks);
  }
}
