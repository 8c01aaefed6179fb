/**
 * Lets the market follow the clock: each pass makes what has fallen due, and sleeps until the next
 * is. A timeline that is more than `BEHIND_NS_MAX` late leaves out what it cannot make up.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { SeededDbnMarket } from './market.ts';

const NS_PER_MS = 1e6;
const PASS_EVENTS = 2_000;
const BEHIND_NS_MAX = 1e9;

export interface MarketPaceOptions {
  readonly market: SeededDbnMarket;
  readonly timers: Timers;
  /** ns after the opening. */
  readonly elapsedNs: () => number;
  /** Called after each pass: the moment to give what was made. */
  readonly onPass: () => void;
}

export class MarketPace {
  readonly #options: MarketPaceOptions;
  #timer: TimerHandle | undefined;
  #leftOutNs = 0;

  constructor(options: MarketPaceOptions) {
    this.#options = options;
  }

  get leftOutMs(): number {
    return this.#leftOutNs / NS_PER_MS;
  }

  elapsedNs(): number {
    return this.#options.elapsedNs();
  }

  /** Makes all that has fallen due, however much that is. */
  catchUp(): void {
    const { market, elapsedNs } = this.#options;
    const nowNs = elapsedNs();
    while (market.nextNs <= nowNs) market.step();
  }

  start(): void {
    const { market, timers, elapsedNs } = this.#options;
    if (market.nextNs === Infinity) return;
    const waitMs = Math.max(0, Math.ceil((market.nextNs - elapsedNs()) / NS_PER_MS));
    this.#timer = timers.setTimer(waitMs, () => {
      this.#pass();
      this.start();
    });
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #pass(): void {
    const { market, elapsedNs, onPass } = this.#options;
    const nowNs = elapsedNs();
    const behindNs = nowNs - market.nextNs;
    if (behindNs > BEHIND_NS_MAX) {
      this.#leftOutNs += behindNs - BEHIND_NS_MAX;
      market.skipTo(nowNs - BEHIND_NS_MAX);
    }
    for (let made = 0; market.nextNs <= nowNs && made < PASS_EVENTS; made += 1) market.step();
    onPass();
  }
}
