/**
 * Lets the exchange's timeline follow the clock: each pass makes what has fallen due, and sleeps
 * until the next is. Time is read, not counted in ticks, so the pace does not drift.
 *
 * Bounds: a pass makes at most `PASS_MESSAGES` so that pings and requests are served in between;
 * a timeline more than `BEHIND_NS_MAX` late (a stopped process, a rate beyond the machine) leaves
 * out the time it cannot make up, and counts it.
 */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { ExchangeSink } from './seeded-exchange.ts';

const NS_PER_MS = 1_000_000;
const PASS_MESSAGES = 2_000;
const BEHIND_NS_MAX = 1_000_000_000;

/** The part of an exchange that a pacer drives. */
export interface PacedExchange {
  readonly nextNs: number;
  skipTo(ns: number): void;
  step(sink: ExchangeSink): number;
}

export interface PacerOptions {
  readonly exchange: PacedExchange;
  readonly sink: ExchangeSink;
  readonly timers: Timers;
  /** ns since the timeline began. */
  readonly elapsedNs: () => number;
  /** Called after each pass: the moment to write what was gathered. */
  readonly onPass: () => void;
}

export class Pacer {
  readonly #options: PacerOptions;
  #timer: TimerHandle | undefined;
  #leftOutNs = 0;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** ms of the timeline that were left out because they could not be made up. */
  get leftOutMs(): number {
    return this.#leftOutNs / NS_PER_MS;
  }

  start(): void {
    this.stop();
    this.#sleep();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.timers.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #sleep(): void {
    const { exchange, timers, elapsedNs } = this.#options;
    if (exchange.nextNs === Infinity) return;
    const waitMs = Math.max(0, Math.ceil((exchange.nextNs - elapsedNs()) / NS_PER_MS));
    this.#timer = timers.setTimer(waitMs, () => {
      this.#timer = undefined;
      this.#pass();
      this.#sleep();
    });
  }

  #pass(): void {
    const { exchange, sink, elapsedNs, onPass } = this.#options;
    const nowNs = elapsedNs();
    const behindNs = nowNs - exchange.nextNs;
    if (behindNs > BEHIND_NS_MAX) {
      this.#leftOutNs += behindNs - BEHIND_NS_MAX;
      exchange.skipTo(nowNs - BEHIND_NS_MAX);
    }
    let made = 0;
    while (exchange.nextNs <= nowNs && made < PASS_MESSAGES) made += exchange.step(sink);
    onPass();
  }
}
