/** From the session to the rings: each symbol has a home, and is told what state it begins in. */
import { StreamReason, StreamScope, StreamState } from '@tickwire/core';
import type { Clock, Counter, NewDirectoryEntry, StampNs } from '@tickwire/core';
import type { FeedSink, GapRecord } from '@tickwire/domain-feed';
import type { GatewayHops, RingRouter } from '@tickwire/gateway';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import type { KnownTicks } from './known-ticks.ts';

export interface FeedOutletOptions {
  readonly router: RingRouter;
  readonly normalise: GatewayHops['normalise'];
  readonly clock: Clock;
  /** Flag bits of every tick. */
  readonly flags: number;
  /** Where a symbol lives that has no home yet. */
  readonly partitionOf: (symbol: string) => number;
  /** What the stream as a whole is at. */
  readonly state: () => StreamState;
  readonly gap: (record: Readonly<GapRecord>) => void;
  readonly gaps: Counter;
}

export class FeedOutlet implements FeedSink {
  readonly #options: FeedOutletOptions;
  readonly #implied: Counter;
  readonly #alreadyThere: Counter;
  readonly #begun = new Set<string>();
  readonly #one = new TickBatch(1);
  readonly #now: StampNs = { hi: 0, lo: 0 };
  #known: KnownTicks | undefined;

  /** @param known - Ticks of a killed writer, which a replay brings once more. */
  constructor(options: FeedOutletOptions, known: KnownTicks | undefined) {
    this.#options = options;
    this.#known = known;
    this.#implied = options.normalise.in;
    this.#alreadyThere = options.normalise.dropped('already-published');
  }

  /** Instruments that there are. */
  get instruments(): number {
    return this.#begun.size;
  }

  /** The present is reached: nothing comes a second time any more. */
  forgetKnown(): void {
    this.#known = undefined;
  }

  publish(batch: TickBatch, recvMonotonicNs: number): void {
    this.#implied.add(batch.count);
    const wanted = this.#known === undefined ? batch : this.#known.without(batch);
    if (wanted.count < batch.count) this.#alreadyThere.add(batch.count - wanted.count);
    if (wanted.count > 0) this.#options.router.publish(wanted, recvMonotonicNs);
  }

  define(entry: NewDirectoryEntry): number | undefined {
    const { router, partitionOf } = this.#options;
    const { symbol } = entry;
    if (router.homeOf(symbol) === undefined) router.setHome(symbol, partitionOf(symbol));
    const index = router.define(entry);
    if (index === undefined) return undefined;
    this.#known?.name(index, symbol);
    if (this.#begun.has(symbol)) return index;
    this.#begun.add(symbol);
    this.#tellState(index);
    return index;
  }

  /** Ticks of a symbol come by this index from now on. */
  moved(index: number, symbol: string): void {
    this.#known?.name(index, symbol);
  }

  gap(record: Readonly<GapRecord>): void {
    if (record.state === 'open') this.#options.gaps.add(1);
    this.#options.gap(record);
  }

  /** What is said of everything, later, holds for this one as well. */
  #tellState(instrument: number): void {
    const { clock, flags, state, router } = this.#options;
    const nowNs = clock.monotonicNs();
    clock.wallNs(nowNs, this.#now);
    const tick = this.#one.add(TickKind.Stream);
    tick.setTsEvent(this.#now.hi, this.#now.lo);
    tick.setTsRecv(this.#now.hi, this.#now.lo);
    tick.instrument = instrument;
    tick.flags = flags;
    tick.setStream({
      state: state(),
      previousState: StreamState.Unknown,
      reason: StreamReason.Started,
      scope: StreamScope.Instrument,
    });
    this.#implied.add(1);
    router.publish(this.#one, nowNs);
    this.#one.clear();
  }
}
