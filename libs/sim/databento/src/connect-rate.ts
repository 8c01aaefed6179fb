import { SlidingWindow } from '@tickwire/sim-kit';

const SECOND_MS = 1_000;
/** Those that came last are remembered. */
const ADDRESSES_MAX = 10_000;

/**
 * So many connections of one address in a second.
 * @see https://databento.com/docs/api-reference-live/basics/connection-limits
 */
export class ConnectRate {
  readonly #perSecMax: number;
  readonly #addresses = new Map<string, SlidingWindow>();

  constructor(perSecMax: number) {
    this.#perSecMax = perSecMax;
  }

  /** False: it is one too many, and does not count. */
  admit(address: string, nowMs: number): boolean {
    const window = this.#addresses.get(address) ?? new SlidingWindow(this.#perSecMax, SECOND_MS);
    this.#addresses.delete(address);
    this.#addresses.set(address, window);
    if (this.#addresses.size > ADDRESSES_MAX) {
      const [oldest] = this.#addresses.keys();
      if (oldest !== undefined) this.#addresses.delete(oldest);
    }
    return window.take(nowMs);
  }
}
