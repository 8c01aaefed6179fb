import type { Random } from '@tickwire/core';

const WINDOW_MS = 300_000;
const RESTARTS_MAX = 10;
const DELAY_MS_FIRST = 250;
const DELAY_MS_MAX = 8_000;

/** What to do after an unexpected end. */
export type RestartDecision =
  | { readonly kind: 'restart'; readonly delayMs: number }
  | { readonly kind: 'give-up'; readonly restarts: number; readonly windowMs: number };

/**
 * Exponential backoff with full jitter: the n-th restart within five minutes waits a random share
 * of 0.25 s · 2^n, at most 8 s, so that services which fell together do not come back together.
 * Ten restarts in five minutes mean that restarting does not help: it gives up.
 */
export class RestartPolicy {
  readonly #random: Random;
  #restartsMs: number[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param nowMs - A monotonic reading in ms. */
  decide(nowMs: number): RestartDecision {
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    const recent = this.#restartsMs.length;
    if (recent >= RESTARTS_MAX) return { kind: 'give-up', restarts: recent, windowMs: WINDOW_MS };
    this.#restartsMs.push(nowMs);
    const ceilingMs = Math.min(DELAY_MS_MAX, DELAY_MS_FIRST * 2 ** recent);
    return { kind: 'restart', delayMs: Math.round(this.#random() * ceilingMs) };
  }
}
