/**
 * When to try again: exponential backoff with full jitter (uniform in 0 … 1, 2, 4 … 32 s, so that
 * many gateways cut off at once do not come back at once), and a circuit breaker:
 *
 *   closed ── failuresMax in a row ─▶ open ── openMs later ─▶ half-open ── success ─▶ closed
 *                                      ▲                         │
 *                                      └──────── failure ────────┘
 *
 * Half-open lets one attempt through. Failures are forgotten once a connection has held `steadyMs`:
 * a vendor that accepts and hangs up at once is not tried ever again at full pace.
 */
import type { Random } from '@tickwire/core';

export interface ReconnectLimits {
  firstMs: number;
  capMs: number;
  failuresMax: number;
  openMs: number;
  steadyMs: number;
}

export const RECONNECT_LIMITS: Readonly<ReconnectLimits> = {
  firstMs: 1_000,
  capMs: 32_000,
  failuresMax: 10,
  openMs: 60_000,
  steadyMs: 10_000,
};

export type CircuitState = 'closed' | 'open' | 'half-open';

export class ReconnectPolicy {
  readonly #random: Random;
  readonly #limits: ReconnectLimits;
  #failures = 0;
  #circuit: CircuitState = 'closed';
  #succeededNs: number | undefined;

  constructor(random: Random, limits: ReconnectLimits = RECONNECT_LIMITS) {
    this.#random = random;
    this.#limits = limits;
  }

  get circuit(): CircuitState {
    return this.#circuit;
  }

  /** An attempt begins. */
  attempted(): void {
    if (this.#circuit === 'open') this.#circuit = 'half-open';
  }

  /** Connected and subscribed. */
  succeeded(nowNs: number): void {
    this.#circuit = 'closed';
    this.#succeededNs = nowNs;
  }

  /** An attempt failed or a connection was lost: ms to wait. */
  nextDelayMs(nowNs: number): number {
    const { firstMs, capMs, failuresMax, openMs, steadyMs } = this.#limits;
    const heldNs = this.#succeededNs === undefined ? 0 : nowNs - this.#succeededNs;
    if (heldNs >= steadyMs * 1e6) this.#failures = 0;
    this.#succeededNs = undefined;
    this.#failures += 1;
    if (this.#failures >= failuresMax) {
      this.#circuit = 'open';
      return openMs + Math.floor(this.#random() * capMs);
    }
    return Math.floor(this.#random() * Math.min(capMs, firstMs * 2 ** (this.#failures - 1)));
  }
}
