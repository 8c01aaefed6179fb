import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { nextSampled, publishedAt } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickView } from '@tickwire/wire-tick';

const TICK_STRIDE = 64;
/** Traced ticks on their way to the disk; beyond them their last span stays missing. */
const PENDING_MAX = 256;

interface PendingTick {
  readonly tick: TickView;
  readonly position: number;
  readonly read: StampNs;
}

/** What turns monotonic time into the wall time of a ring's stamps: the ring's own anchor. */
type Anchor = Readonly<StampNs> | undefined;

/** Persistence's part in the traces of one ring: the read, and the moment it is durable. */
export class TickTraces {
  readonly #tracer: TickTracer;
  readonly #clock: HostClock;
  readonly #tick = new TickView();
  #pending: PendingTick[] = [];

  constructor(tracer: TickTracer, clock: HostClock) {
    this.#tracer = tracer;
    this.#clock = clock;
  }

  /** Called for each run that was read; costs one look at each tick's flags. */
  take(run: RingRun, anchorOf: () => Anchor): void {
    for (let at = nextSampled(run); at >= 0; at = nextSampled(run, at + TICK_STRIDE)) {
      const tick = this.#tick.wrap(run.view, at);
      const read = this.#now(anchorOf());
      this.#tracer.span(tick, {
        ...{ stage: 'ring.persistence', parent: 'decode' },
        ...{ start: publishedAt(tick), end: read },
      });
      if (this.#pending.length >= PENDING_MAX) continue;
      const bytes = run.bytes.slice(at, at + TICK_STRIDE);
      this.#pending.push({
        tick: new TickView().wrap(new DataView(bytes.buffer), 0),
        position: run.firstPosition + at / TICK_STRIDE,
        read,
      });
    }
  }

  /** Everything below `position` is on the disk now. */
  durable(position: number, anchor: Anchor): void {
    if (this.#pending.length === 0) return;
    const end = this.#now(anchor);
    for (const { tick, read } of this.#pending.filter((one) => one.position < position)) {
      this.#tracer.span(tick, {
        ...{ stage: 'store', parent: 'ring.persistence' },
        ...{ start: read, end },
      });
    }
    this.#pending = this.#pending.filter((one) => one.position >= position);
  }

  #now(anchor: Anchor): StampNs {
    const { hi, lo } = anchor ?? this.#clock.anchor;
    const stamp = { hi, lo };
    addNs(stamp, this.#clock.monotonicNs());
    return stamp;
  }
}
