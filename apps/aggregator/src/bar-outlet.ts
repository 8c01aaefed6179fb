import { HopCounters, collectHops, diffNs, hopImbalance, recordLatency } from '@tickwire/core';
import type { Clock, Counter, CounterTable, DirectoryEntry, StampNs } from '@tickwire/core';
import type { ClosedBar } from '@tickwire/domain-bars';
import { barSubject } from '@tickwire/io-bus';
import type { Bus, BusMeter } from '@tickwire/io-bus';
import type { HostClock } from '@tickwire/ipc-shm';
import { barMessage } from './bar-message.ts';
import type { BarRing } from './bar-ring.ts';

/** Where finished bars go: the bar ring first, then the bus, which is never waited for. */
export class BarOutlet {
  readonly #ring: BarRing;
  readonly #clock: HostClock;
  readonly #bars: HopCounters;
  readonly #busHop: BusHop;
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #inFlight: Counter;
  readonly #closed: Counter;
  readonly #revised: Counter;
  readonly #latency: Float64Array;
  readonly #now: StampNs = { hi: 0, lo: 0 };
  readonly #closedAt: StampNs = { hi: 0, lo: 0 };
  #bus: Bus | undefined;

  constructor(parts: { ring: BarRing; clock: HostClock; stats: CounterTable; busHop: BusHop }) {
    this.#ring = parts.ring;
    this.#clock = parts.clock;
    this.#busHop = parts.busHop;
    this.#bars = new HopCounters(parts.stats, 'bars', 'bar');
    this.#out = this.#bars.out;
    this.#in = this.#bars.in;
    this.#inFlight = this.#bars.inFlight;
    this.#declareKilled();
    this.#closed = parts.stats.counter('count/bars.closed');
    this.#revised = parts.stats.counter('count/bars.revised');
    this.#latency = parts.stats.histogram('latency/bar');
  }

  connect(bus: Bus): void {
    this.#bus = bus;
  }

  /**
   * @param how - `mayExist`: after a restart, it may be in the ring already. `timely`: the tick
   *   that closed it came just now, so that the time since then is a latency. `traceparent`: of
   *   the trace that goes on with the message.
   */
  give(
    bar: ClosedBar,
    source: DirectoryEntry,
    how: { mayExist: boolean; timely: boolean; traceparent?: string | undefined },
  ): void {
    const index = this.#ring.indexOf(source, bar);
    if (index < 0) {
      this.#bars.dropped('directory-full').add(1);
      return;
    }
    const earlier = how.mayExist ? this.#ring.find(bar, index) : undefined;
    const position = earlier ?? this.#ring.put(bar, index);
    this.#out.add(1);
    if (earlier === undefined) (bar.revision === 0 ? this.#closed : this.#revised).add(1);
    if (how.timely) this.#measure(bar);
    if (this.#bus === undefined) return;
    this.#busHop.take();
    const { intervalMs } = bar;
    const subject = barSubject({ intervalMs, venue: source.venue, symbol: source.symbol });
    const message = barMessage(bar, source, { ringId: this.#ring.ringId, position });
    const { traceparent } = how;
    this.#bus.publish(subject, message, traceparent === undefined ? undefined : { traceparent });
  }

  onOpened(count: number): void {
    this.#in.add(count);
  }

  showOpen(count: number): void {
    this.#inFlight.set(count);
  }

  /** Bars that a killed life of this process had open: those found again are opened again. */
  #declareKilled(): void {
    const dropped = this.#bars.dropped('killed');
    const full = this.#bars.dropped('directory-full');
    const open = this.#in.value - this.#out.value - dropped.value - full.value;
    if (open > 0) dropped.add(open);
    // Given out, and killed before their opening was counted.
    else if (open < 0) this.#in.add(-open);
    this.#inFlight.set(0);
  }

  #measure(bar: ClosedBar): void {
    this.#closedAt.hi = bar.closedTsHi;
    this.#closedAt.lo = bar.closedTsLo;
    this.#clock.wallNs(this.#clock.monotonicNs(), this.#now);
    recordLatency(this.#latency, diffNs(this.#now, this.#closedAt));
  }
}

/** The hop `bus.bars`: handed to the bus ▸ confirmed by the server. */
export class BusHop {
  readonly meter: BusMeter;
  readonly #in: Counter;
  readonly #inFlight: Counter;
  readonly #clock: Clock;
  readonly #latency: Float64Array;
  /** Messages handed over by this process, and those that are confirmed or dropped. */
  #taken = 0;
  #settled = 0;
  /** The one message whose confirmation is timed: its number and when it was handed over. */
  #timed: { number: number; sinceNs: number } | undefined;

  constructor(stats: CounterTable, clock: Clock) {
    const hop = new HopCounters(stats, 'bus.bars', 'message');
    const { out } = hop;
    // There from the start: the first drop is an increase of a metric then, not its beginning.
    for (const reason of ['full', 'oversize', 'closed']) hop.dropped(reason);
    this.#in = hop.in;
    this.#inFlight = hop.inFlight;
    this.#clock = clock;
    this.#latency = stats.histogram('latency/bus');
    this.meter = {
      onFlushed: (count) => {
        out.add(count);
        this.#settle(count);
      },
      onDropped: (reason, count) => {
        hop.dropped(reason).add(count);
        this.#timed = undefined;
        this.#settle(count);
      },
    };
    // What a killed life of this process had handed over and not seen confirmed: by the counts,
    // because `inFlight` is as old as the last look at it.
    this.#inFlight.set(0);
    const before = collectHops([stats.snapshot().values]).get(hop.hop);
    const lost = before === undefined ? 0 : hopImbalance(before);
    if (lost > 0) hop.dropped('killed').add(lost);
  }

  /** Called before a message is handed to the bus. One of those in flight is timed. */
  take(): void {
    this.#in.add(1);
    this.#taken += 1;
    this.#timed ??= { number: this.#taken, sinceNs: this.#clock.monotonicNs() };
  }

  show(bus: Bus): void {
    this.#inFlight.set(bus.stats().inFlight);
  }

  #settle(count: number): void {
    this.#settled += count;
    if (this.#timed === undefined || this.#settled < this.#timed.number) return;
    recordLatency(this.#latency, this.#clock.monotonicNs() - this.#timed.sinceNs);
    this.#timed = undefined;
  }
}
