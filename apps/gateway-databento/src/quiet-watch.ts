/**
 * A connection that answers and tells nothing: the stream is marked stale when no record of the
 * market has come for much longer than usual, and unmarked by the next one.
 */
import { StreamReason, StreamState } from '@tickwire/core';
import type { Clock } from '@tickwire/core';
import { Cadence, receiptClock } from '@tickwire/domain-feed';
import type { StreamChange } from '@tickwire/domain-feed';
import type { RecvStamp } from '@tickwire/domain-feed';

/** Usual intervals without a record, and the least time, before a stream counts as silent. */
const LIMITS = { leastMs: 5_000, factor: 20 };

export interface QuietWatchOptions {
  readonly clock: Clock;
  /** Records of the market so far. */
  readonly records: () => number;
  /** Whether the stream is whole and of the present: else its state says more than silence. */
  readonly isLive: () => boolean;
  readonly tell: (change: StreamChange, recv: Readonly<RecvStamp>) => void;
}

export class QuietWatch {
  readonly #options: QuietWatchOptions;
  readonly #cadence = new Cadence(LIMITS);
  readonly #now: () => Readonly<RecvStamp>;
  #records = 0;
  #isStale = false;

  constructor(options: QuietWatchOptions) {
    this.#options = options;
    this.#now = receiptClock(options.clock);
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** After each piece of a connection, and once a second. */
  look(): void {
    const { clock, records, isLive } = this.#options;
    const nowNs = clock.monotonicNs();
    const count = records();
    const hasNew = count > this.#records;
    this.#records = count;
    if (!isLive()) {
      this.#cadence.reset();
      this.#isStale = false;
      return;
    }
    if (hasNew) this.#cadence.arrived(nowNs);
    const isStale = this.#cadence.isStale(nowNs);
    if (isStale === this.#isStale) return;
    this.#isStale = isStale;
    const { Live, Stale } = StreamState;
    const change = isStale ? { state: Stale, previous: Live } : { state: Live, previous: Stale };
    this.#options.tell({ ...change, reason: StreamReason.Quiet }, this.#now());
  }
}
