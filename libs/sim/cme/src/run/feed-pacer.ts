/**
 * Lets the feeds follow the clock: what has fallen due is sent, then it sleeps until the next is.
 * Time is read, not counted, so the pace does not drift. A pass is bounded, so that requests are
 * served in between; time that cannot be made up is left out, and counted.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { SimulatedFeeds } from '../feeds/simulated-feeds.ts';

const NS_PER_MS = 1e6;
const PASS_STEPS = 2_000;
const BEHIND_NS_MAX = 1e9;

export class FeedPacer {
  readonly #feeds: SimulatedFeeds;
  readonly #timers: Timers;
  readonly #elapsedNs: () => number;
  #timer: TimerHandle | undefined;
  #leftOutNs = 0;

  /** @param of.elapsedNs - ns since the exchange began. */
  constructor(of: {
    readonly feeds: SimulatedFeeds;
    readonly timers: Timers;
    readonly elapsedNs: () => number;
  }) {
    this.#feeds = of.feeds;
    this.#timers = of.timers;
    this.#elapsedNs = of.elapsedNs;
  }

  /** ms of the exchange's time that were left out. */
  get leftOutMs(): number {
    return this.#leftOutNs / NS_PER_MS;
  }

  start(): void {
    this.stop();
    this.#sleep();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #sleep(): void {
    const waitNs = this.#feeds.nextNs - this.#elapsedNs();
    if (waitNs === Infinity) return;
    const waitMs = Math.max(0, Math.ceil(waitNs / NS_PER_MS));
    this.#timer = this.#timers.setTimer(waitMs, () => {
      this.#timer = undefined;
      this.#pass();
      this.#sleep();
    });
  }

  #pass(): void {
    const feeds = this.#feeds;
    const nowNs = this.#elapsedNs();
    const behindNs = nowNs - feeds.nextNs;
    if (behindNs > BEHIND_NS_MAX) {
      this.#leftOutNs += behindNs - BEHIND_NS_MAX;
      feeds.skipTo(nowNs - BEHIND_NS_MAX);
    }
    for (let step = 0; step < PASS_STEPS && feeds.nextNs <= nowNs; step += 1) feeds.step();
  }
}
