import type { StampNs } from '@tickwire/core';
import { nextSampled, publishedAt } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickKind, TickView } from '@tickwire/wire-tick';

const TICK_STRIDE = 64;
/** Instruments whose traced trade waits for its bar; beyond them the oldest is forgotten. */
const WAITING_MAX = 256;

/** A traced trade that is part of an open bar. */
interface WaitingTrade {
  readonly tick: TickView;
  readonly read: StampNs;
}

/** The aggregator's part in the traces of one ring: the read, the fold, and the bar it led to. */
export class TickTraces {
  readonly #tracer: TickTracer;
  readonly #clock: HostClock;
  readonly #tick = new TickView();
  readonly #waiting = new Map<number, WaitingTrade>();

  constructor(tracer: TickTracer, clock: HostClock) {
    this.#tracer = tracer;
    this.#clock = clock;
  }

  /** Called after a run was folded; costs one look at each tick's flags. */
  take(run: RingRun, readNs: number): void {
    for (let at = nextSampled(run); at >= 0; at = nextSampled(run, at + TICK_STRIDE)) {
      const tick = this.#tick.wrap(run.view, at);
      const read = this.#wall(readNs);
      this.#tracer.span(tick, {
        ...{ stage: 'ring.aggregator', parent: 'decode' },
        ...{ start: publishedAt(tick), end: read },
      });
      const end = this.#wall(this.#clock.monotonicNs());
      this.#tracer.span(tick, {
        ...{ stage: 'aggregate', parent: 'ring.aggregator' },
        ...{ start: read, end },
      });
      if (tick.kind === TickKind.Trade) this.#wait(tick.instrument, run.bytes, at, end);
    }
  }

  /** `traceparent` of the bar that a traced trade of this instrument is part of, or none. */
  barOf(instrument: number): string | undefined {
    const waiting = this.#waiting.get(instrument);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(instrument);
    this.#tracer.span(waiting.tick, {
      ...{ stage: 'bar', parent: 'aggregate' },
      ...{ start: waiting.read, end: this.#wall(this.#clock.monotonicNs()) },
    });
    return this.#tracer.traceparent(waiting.tick, 'bar');
  }

  #wait(instrument: number, bytes: Uint8Array, at: number, read: StampNs): void {
    const copy = Uint8Array.from(bytes.subarray(at, at + TICK_STRIDE));
    const tick = new TickView().wrap(new DataView(copy.buffer), 0);
    this.#waiting.set(instrument, { tick, read });
    if (this.#waiting.size <= WAITING_MAX) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  #wall(monotonicNs: number): StampNs {
    const stamp = { hi: 0, lo: 0 };
    this.#clock.wallNs(monotonicNs, stamp);
    return stamp;
  }
}
