import type { Random } from '@tickwire/core';

/** When a service that ended is started again. */
export interface RestartLimits {
  /** The n-th restart in a row waits a random share of `delayMsFirst` · 2^n, … */
  readonly delayMsFirst: number;
  /** … at most this. */
  readonly delayMsMax: number;
  /** A service that was ready for so long was well: what ended it begins a new row. */
  readonly steadyMs: number;
  /** Restarts in a row after which restarting does not help. */
  readonly rowMax: number;
  /** Then it is tried once in so long, so that it comes back when the cause is gone. */
  readonly retryMs: number;
}

export const RESTART_LIMITS: RestartLimits = {
  delayMsFirst: 250,
  delayMsMax: 8_000,
  steadyMs: 2_000,
  rowMax: 10,
  retryMs: 60_000,
};

/** What to do after an unexpected end. */
export interface RestartDecision {
  readonly delayMs: number;
  /** Ends in a row, this one included. */
  readonly row: number;
  /** Restarting has not helped: the next attempt is a probe. */
  readonly isOpen: boolean;
}

/**
 * Exponential backoff with full jitter, so that services which fell together do not come back
 * together; then a circuit that opens, and lets one attempt a minute through. A service that was
 * ready for a while starts from the shortest wait again: kills now and then are no crash loop.
 */
export class RestartPolicy {
  readonly #random: Random;
  readonly #limits: RestartLimits;
  #row = 0;

  constructor(random: Random, limits: RestartLimits = RESTART_LIMITS) {
    this.#random = random;
    this.#limits = limits;
  }

  /** @param readyForMs - How long the process had been ready; 0 when it never was. */
  decide(readyForMs: number): RestartDecision {
    const { delayMsFirst, delayMsMax, steadyMs, rowMax, retryMs } = this.#limits;
    this.#row = readyForMs >= steadyMs ? 1 : this.#row + 1;
    const row = this.#row;
    if (row > rowMax) {
      return { delayMs: Math.round(retryMs * (0.5 + this.#random() / 2)), row, isOpen: true };
    }
    const ceilingMs = Math.min(delayMsMax, delayMsFirst * 2 ** (row - 1));
    return { delayMs: Math.round(this.#random() * ceilingMs), row, isOpen: false };
  }
}
