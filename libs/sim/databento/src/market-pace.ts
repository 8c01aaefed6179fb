/**
 * Lets the market follow the clock: each pass makes what has fallen due, and sleeps until the next
 * is. A timeline that is more than `BEHIND_NS_MAX` late leaves out what it cannot make up.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { MarketSource } from './market-source.ts';
import { LATENCY_NS_MAX } from './market.ts';
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

export class MarketPace implements MarketSource {
  readonly #options: MarketPaceOptions;
  #timer: TimerHandle | undefined;
  #leftOutNs = 0;

  constructor(options: MarketPaceOptions) {
    this.#options = options;
  }

  get leftOutMs(): number {
    return this.#leftOutNs / NS_PER_MS;
  }

  /** Whole ns: times of records are. */
  elapsedNs(): number {
    return Math.floor(this.#options.elapsedNs());
  }

  /** Makes all that has fallen due, however much that is. */
  catchUp(): void {
    const { market } = this.#options;
    const dueNs = this.dueNs();
    while (market.nextNs <= dueNs) market.step();
  }

  /** Follows the clock; asked again, it goes on as it does. */
  start(): void {
    const { market, timers } = this.#options;
    if (this.#timer !== undefined || market.nextNs === Infinity) return;
    const waitMs = Math.max(0, Math.ceil((market.nextNs - this.dueNs()) / NS_PER_MS));
    this.#timer = timers.setTimer(waitMs, () => {
      this.#timer = undefined;
      this.#pass();
      this.start();
    });
  }

  /** Events a second from now on; what had fallen due by now is made first. */
  setRate(rate: number): void {
    this.stop();
    this.catchUp();
    this.#options.market.setRate(rate, this.dueNs());
    this.start();
  }

  setRecvOffset(ns: number): void {
    this.#options.market.setRecvOffset(ns);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Events up to this, a whole number of ns, have reached the capture server. */
  dueNs(): number {
    return Math.max(0, this.elapsedNs() - LATENCY_NS_MAX);
  }

  #pass(): void {
    const { market, onPass } = this.#options;
    const nowNs = this.dueNs();
    const behindNs = nowNs - market.nextNs;
    if (behindNs > BEHIND_NS_MAX) {
      this.#leftOutNs += behindNs - BEHIND_NS_MAX;
      market.skipTo(nowNs - BEHIND_NS_MAX);
    }
    for (let made = 0; market.nextNs <= nowNs && made < PASS_EVENTS; made += 1) market.step();
    onPass();
  }
}
