import { STAMP_ABSENT_WORD, addNs, stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { nextSampled, publishedAt } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import type { TickTracer } from '@tickwire/io-service';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

const TICK_STRIDE = 64;
/** Instruments whose traced trade waits for its bar; beyond them the oldest is forgotten. */
const WAITING_MAX = 256;

/** The bar that asks whether a traced trade is in it. */
export interface AskingBar {
  readonly source: number;
  readonly startMs: number;
  readonly intervalMs: number;
}

export interface TickTracesOptions {
  readonly tracer: TickTracer;
  readonly clock: HostClock;
  /** What turns monotonic time into the wall time of the ring's stamps: its own anchor. */
  readonly anchor: () => Readonly<StampNs> | undefined;
}

/** A traced trade whose bar is open. */
interface WaitingTrade {
  readonly tick: TickView;
  readonly timeMs: number;
  readonly readNs: number;
}

/** The aggregator's part in the traces of one ring: the read, the fold, and the bar it led to. */
export class TickTraces {
  readonly #options: TickTracesOptions;
  readonly #tick = new TickView();
  readonly #waiting = new Map<number, WaitingTrade>();
  /** Byte offsets of the traced ticks of the current run. */
  readonly #found: number[] = [];

  constructor(options: TickTracesOptions) {
    this.#options = options;
  }

  /**
   * Finds the traced ticks of a run, from tick `from` on: one look at each tick's flags. Called
   * before the run is folded, so that a bar which the run itself closes finds its trade.
   */
  look(run: RingRun, from: number, readNs: number): void {
    this.#found.length = 0;
    let at = nextSampled(run, from * TICK_STRIDE);
    for (; at >= 0; at = nextSampled(run, at + TICK_STRIDE)) {
      this.#found.push(at);
      const isTrade = this.#tick.wrap(run.view, at).kind === TickKind.Trade;
      if (isTrade) this.#wait(run.bytes.slice(at, at + TICK_STRIDE), readNs);
    }
  }

  /** Records the spans of what `look` found; called when the run is folded. */
  folded(run: RingRun, readNs: number): void {
    if (this.#found.length === 0) return;
    const { tracer, clock } = this.#options;
    const read = this.#wall(readNs);
    const end = this.#wall(clock.monotonicNs());
    for (const at of this.#found) {
      const tick = this.#tick.wrap(run.view, at);
      tracer.span(tick, {
        ...{ stage: 'ring.aggregator', parent: 'decode' },
        ...{ start: publishedAt(tick), end: read },
      });
      tracer.span(tick, {
        ...{ stage: 'aggregate', parent: 'ring.aggregator' },
        ...{ start: read, end },
      });
    }
  }

  /** `traceparent` of a bar that a traced trade is part of; none for any other bar. */
  barOf(bar: AskingBar): string | undefined {
    const waiting = this.#waiting.get(bar.source);
    if (waiting === undefined || waiting.timeMs >= bar.startMs + bar.intervalMs) return undefined;
    this.#waiting.delete(bar.source);
    if (waiting.timeMs < bar.startMs) return undefined; // its own bar is gone
    const { tracer, clock } = this.#options;
    tracer.span(waiting.tick, {
      ...{ stage: 'bar', parent: 'aggregate' },
      ...{ start: this.#wall(waiting.readNs), end: this.#wall(clock.monotonicNs()) },
    });
    return tracer.traceparent(waiting.tick, 'bar');
  }

  #wait(bytes: Uint8Array, readNs: number): void {
    const tick = new TickView().wrap(new DataView(bytes.buffer), 0);
    const { instrument } = tick;
    this.#waiting.delete(instrument);
    this.#waiting.set(instrument, { tick, timeMs: barTimeMs(tick), readNs });
    if (this.#waiting.size <= WAITING_MAX) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  #wall(monotonicNs: number): StampNs {
    const { hi, lo } = this.#options.anchor() ?? this.#options.clock.anchor;
    const stamp = { hi, lo };
    addNs(stamp, monotonicNs);
    return stamp;
  }
}

/** The time that puts a trade into a bar: the venue's, else ours. */
function barTimeMs(tick: TickView): number {
  const isAbsent = tick.tsEventHi === STAMP_ABSENT_WORD || (tick.flags & TickFlag.BadTs) !== 0;
  const stamp = isAbsent
    ? { hi: tick.tsRecvHi, lo: tick.tsRecvLo }
    : { hi: tick.tsEventHi, lo: tick.tsEventLo };
  return Number(stampToBigInt(stamp) / 1_000_000n);
}
