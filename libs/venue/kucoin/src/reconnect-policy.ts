/**
 * When to try again: exponential backoff with full jitter (uniform in 0 … 1, 2, 4 … 32 s, so that
 * many gateways cut off at once do not come back at once), and a circuit breaker that after
 * `failuresMax` attempts in a row waits longer and then lets single attempts through.
 */
import type { Random } from '@tickwire/core';

export interface ReconnectLimits {
  firstMs: number;
  capMs: number;
  failuresMax: number;
  openMs: number;
}

export const RECONNECT_LIMITS: Readonly<ReconnectLimits> = {
  firstMs: 1_000,
  capMs: 32_000,
  failuresMax: 10,
  openMs: 60_000,
};

export class ReconnectPolicy {
  readonly #random: Random;
  readonly #limits: ReconnectLimits;
  #failures = 0;

  constructor(random: Random, limits: ReconnectLimits = RECONNECT_LIMITS) {
    this.#random = random;
    this.#limits = limits;
  }

  /** Open: waits are long ones, and each ends with a single attempt (half-open). */
  get isOpen(): boolean {
    return this.#failures >= this.#limits.failuresMax;
  }

  /** Connected and subscribed: all is forgotten. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** An attempt failed or a connection was lost: ms to wait. */
  nextDelayMs(): number {
    const { firstMs, capMs, openMs } = this.#limits;
    this.#failures += 1;
    if (this.isOpen) return openMs + Math.floor(this.#random() * capMs);
    return Math.floor(this.#random() * Math.min(capMs, firstMs * 2 ** (this.#failures - 1)));
  }
}
