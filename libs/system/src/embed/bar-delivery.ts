/** From the ring of bars to the program: two ticks make a bar. */
import { setImmediate as turn } from 'node:timers/promises';
import { TICK_BYTES } from '@tickwire/core';
import { waitForRing } from '@tickwire/io-rings';
import type { RingAccount, RingRun, RingSubscription } from '@tickwire/io-rings';
import { TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import type { TickJson } from '@tickwire/wire-tick';
import { BarStream } from './bar-stream.ts';
import type { BarEvent } from './embed-events.ts';
import type { SystemHandlers } from './embed-options.ts';
import type { HandlerGuard } from './handler-guard.ts';

const BAR_RING = 'bars.0';
const RING_TIMEOUT_MS = 10_000;

export interface BarDeliveryOptions {
  readonly ringDir: string;
  readonly handlers: Pick<SystemHandlers, 'onBar' | 'onGap'>;
  readonly guard: HandlerGuard;
  readonly signal: AbortSignal;
}

export class BarDelivery {
  readonly #options: BarDeliveryOptions;
  readonly #subscription: RingSubscription;
  readonly #tick = new TickView();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  readonly #streams = new Set<BarStream>();
  /** Prices that wait for their volume, by instrument. */
  readonly #prices = new Map<number, TickJson>();
  #bars = 0;
  #dropped = 0;

  private constructor(options: BarDeliveryOptions, subscription: RingSubscription) {
    this.#options = options;
    this.#subscription = subscription;
    this.#loop = this.#run();
  }

  static async open(options: BarDeliveryOptions): Promise<BarDelivery> {
    const { ringDir: dir, signal } = options;
    const subscription = await waitForRing({
      ...{ dir, name: BAR_RING, from: 'oldest', timeoutMs: RING_TIMEOUT_MS, signal },
      register: { label: 'embedded' },
    });
    return new BarDelivery(options, subscription);
  }

  get bars(): number {
    return this.#bars;
  }

  account(): RingAccount {
    return this.#subscription.account();
  }

  /** Bars that a loop was too slow for. */
  get dropped(): number {
    return [...this.#streams].reduce((sum, stream) => sum + stream.dropped, this.#dropped);
  }

  async *stream(): AsyncGenerator<BarEvent, void, void> {
    if (this.#ending.signal.aborted) return;
    const stream = new BarStream();
    this.#streams.add(stream);
    try {
      yield* stream.bars();
    } finally {
      this.#streams.delete(stream);
      this.#dropped += stream.dropped;
    }
  }

  /** When the aggregator has ended: reads to the last bar, leaves. */
  async finish(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.account().inFlight > 0) await turn();
    this.#ending.abort();
    await this.#loop;
    this.#subscription.close();
    for (const stream of this.#streams) stream.end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    await turn(); // whoever opened it has a moment to start its loop over the first bars
    try {
      await this.#subscription.run((run) => this.#take(run), { signal });
    } catch (error) {
      this.#options.guard.tell(error, `ring ${BAR_RING}`);
    }
  }

  #take(run: RingRun): void {
    const { gap } = run;
    if (gap !== undefined) {
      const { handlers, guard } = this.#options;
      guard.call('onGap', () => handlers.onGap?.({ ring: BAR_RING, ...gap }));
      this.#prices.clear(); // their other halves are gone, or not theirs
    }
    for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
      this.#takeTick(run, this.#tick.wrap(run.view, at));
    }
  }

  #takeTick(run: RingRun, tick: TickView): void {
    const { kind, instrument } = tick;
    if (kind !== TickKind.BarPrice && kind !== TickKind.BarVolume) return;
    const entry = run.directory.get(instrument);
    const json = describeTick(tick, entry);
    if (kind === TickKind.BarPrice) {
      this.#prices.set(instrument, json);
      return;
    }
    const prices = this.#prices.get(instrument);
    this.#prices.delete(instrument);
    if (prices === undefined) return; // its first half was overwritten before it was read
    this.#give({
      ...{ symbol: entry?.symbol ?? '', venue: entry?.venue ?? '' },
      ...{ intervalMs: tick.intervalMs, startMs: msOf(json.tsEvent) },
      ...{ open: text(prices.open), high: text(prices.high) },
      ...{ low: text(prices.low), close: text(prices.close) },
      ...{ volume: text(json.volume), turnover: text(json.turnover), trades: tick.trades },
      ...{ coverage: tick.coverageE4 / 1e4, revision: tick.revision },
    });
  }

  #give(bar: BarEvent): void {
    const { handlers, guard } = this.#options;
    this.#bars += 1;
    guard.call('onBar', () => handlers.onBar?.(bar));
    for (const stream of this.#streams) stream.push(bar);
  }
}

const text = (value: unknown): string => (value === undefined ? '' : String(value));

/** Of ns since the Unix epoch as decimal text. */
const msOf = (ns: unknown): number => Number(BigInt(text(ns) || '0') / 1_000_000n);
