/**
 * The venue's two kinds of limit: a sliding window of events, and a pool of weight that is filled
 * again at the end of a fixed period. Times are ms of any one clock that does not go back.
 */

/** Allows at most `limit` events in any `windowMs`. Memory: `limit` numbers. */
export class SlidingWindow {
  readonly #windowMs: number;
  readonly #takenAtMs: Float64Array;
  #next = 0;

  constructor(limit: number, windowMs: number) {
    this.#windowMs = windowMs;
    this.#takenAtMs = new Float64Array(limit).fill(-Infinity);
  }

  /** True and counted when the event fits; false, and not counted, when it does not. */
  take(nowMs: number): boolean {
    const oldest = this.#takenAtMs[this.#next];
    if (oldest === undefined || nowMs - oldest < this.#windowMs) return false;
    this.#takenAtMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#takenAtMs.length;
    return true;
  }

  /** ms until an event fits again; 0 when one does now. */
  waitMs(nowMs: number): number {
    return Math.max(0, (this.#takenAtMs[this.#next] ?? 0) + this.#windowMs - nowMs);
  }
}

/** A sliding window of each address. Holds those of the `addressesMax` that came last. */
export class AddressWindows {
  readonly #options: { limit: number; windowMs: number; addressesMax: number };
  readonly #windows = new Map<string, SlidingWindow>();

  constructor(options: { limit: number; windowMs: number; addressesMax: number }) {
    this.#options = options;
  }

  /** As `SlidingWindow.take`. */
  take(address: string, nowMs: number): boolean {
    const { limit, windowMs, addressesMax } = this.#options;
    const window = this.#windows.get(address) ?? new SlidingWindow(limit, windowMs);
    this.#windows.delete(address);
    this.#windows.set(address, window);
    if (this.#windows.size > addressesMax) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return window.take(nowMs);
  }
}

/** What the `gw-ratelimit-*` headers say. */
export interface PoolState {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** ms until the pool is full again. */
  readonly resetMs: number;
}

/** Weight pools of REST clients, by address. Holds the pools of the last `addressesMax` of them. */
export class WeightPools {
  readonly #limit: number;
  readonly #periodMs: number;
  readonly #pools = new Map<string, { startedAtMs: number; used: number }>();
  readonly #addressesMax: number;

  constructor(options: { limit: number; periodMs: number; addressesMax: number }) {
    this.#limit = options.limit;
    this.#periodMs = options.periodMs;
    this.#addressesMax = options.addressesMax;
  }

  take(address: string, weight: number, nowMs: number): PoolState {
    let pool = this.#pools.get(address);
    if (pool === undefined || nowMs - pool.startedAtMs >= this.#periodMs) {
      pool = { startedAtMs: nowMs, used: 0 };
      this.#pools.delete(address);
      this.#pools.set(address, pool);
      if (this.#pools.size > this.#addressesMax) {
        const [oldest] = this.#pools.keys();
        if (oldest !== undefined) this.#pools.delete(oldest);
      }
    }
    const allowed = pool.used + weight <= this.#limit;
    if (allowed) pool.used += weight;
    return {
      allowed,
      limit: this.#limit,
      remaining: this.#limit - pool.used,
      resetMs: Math.max(0, Math.ceil(pool.startedAtMs + this.#periodMs - nowMs)),
    };
  }
}
