/** From the ring of bars to the program: two ticks make a bar. */
import { TICK_BYTES } from '@tickwire/core';
import { waitForRing } from '@tickwire/io-rings';
import type { RingRun, RingSubscription } from '@tickwire/io-rings';
import { TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import type { TickJson } from '@tickwire/wire-tick';
import type { BarEvent } from './embed-options.ts';

const BAR_RING = 'bars.0';
const RING_TIMEOUT_MS = 10_000;

export interface BarDeliveryOptions {
  readonly ringDir: string;
  readonly onBar: (bar: BarEvent) => void;
  readonly onError: (error: unknown, where: string) => void;
}

export class BarDelivery {
  readonly #options: BarDeliveryOptions;
  readonly #subscription: RingSubscription;
  readonly #tick = new TickView();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  /** Prices that wait for their volume, by instrument. */
  readonly #prices = new Map<number, TickJson>();
  #bars = 0;

  private constructor(options: BarDeliveryOptions, subscription: RingSubscription) {
    this.#options = options;
    this.#subscription = subscription;
    this.#loop = this.#run();
  }

  static async open(options: BarDeliveryOptions): Promise<BarDelivery> {
    const subscription = await waitForRing({
      ...{ dir: options.ringDir, name: BAR_RING, from: 'oldest', timeoutMs: RING_TIMEOUT_MS },
    });
    return new BarDelivery(options, subscription);
  }

  get bars(): number {
    return this.#bars;
  }

  async finish(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#ending.abort(), deadlineMs);
    await this.#loop;
    clearTimeout(deadline);
    this.#subscription.close();
  }

  async #run(): Promise<void> {
    try {
      await this.#subscription.run((run) => this.#take(run), {
        signal: this.#ending.signal,
        untilClosed: true,
      });
    } catch (error) {
      this.#options.onError(error, `ring ${BAR_RING}`);
    }
  }

  #take(run: RingRun): void {
    for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
      const tick = this.#tick.wrap(run.view, at);
      const { kind, instrument } = tick;
      if (kind !== TickKind.BarPrice && kind !== TickKind.BarVolume) continue;
      const entry = run.directory.get(instrument);
      const json = describeTick(tick, entry);
      if (kind === TickKind.BarPrice) {
        this.#prices.set(instrument, json);
        continue;
      }
      const prices = this.#prices.get(instrument);
      this.#prices.delete(instrument);
      if (prices === undefined) continue; // its first half was overwritten before it was read
      this.#bars += 1;
      this.#give({
        ...{ symbol: entry?.symbol ?? '', venue: entry?.venue ?? '' },
        ...{ intervalMs: tick.intervalMs, startMs: msOf(json.tsEvent) },
        ...{ open: text(prices.open), high: text(prices.high) },
        ...{ low: text(prices.low), close: text(prices.close) },
        ...{ volume: text(json.volume), turnover: text(json.turnover), trades: tick.trades },
        ...{ coverage: tick.coverageE4 / 1e4, revision: tick.revision },
      });
    }
  }

  #give(bar: BarEvent): void {
    try {
      this.#options.onBar(bar);
    } catch (error) {
      this.#options.onError(error, 'onBar');
    }
  }
}

const text = (value: unknown): string => (value === undefined ? '' : String(value));

/** Of ns since the Unix epoch as decimal text. */
const msOf = (ns: unknown): number => Number(BigInt(text(ns) || '0') / 1_000_000n);
