// What the ring says of time: CLOCK ticks when nothing else comes, and steps of the wall clock.
import { INSTRUMENT_ALL, StreamReason, StreamScope, StreamState, diffNs } from '@tickwire/core';
import type { Counter, StampNs, TimerHandle, Timers } from '@tickwire/core';
import type { HostClock } from '@tickwire/ipc-shm';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { RingSink } from './ring-sink.ts';

const EVERY_MS = 100;
const STEP_NS_MIN = 1_000_000;

export class RingClock {
  readonly #sink: Pick<RingSink, 'publish' | 'lastPublishNs'>;
  readonly #clock: HostClock;
  readonly #timers: Timers;
  readonly #flags: number;
  readonly #implied: Counter;
  readonly #steps: Counter | undefined;
  readonly #batch = new TickBatch(2);
  readonly #now: StampNs = { hi: 0, lo: 0 };
  #anchor: Readonly<StampNs>;
  #timer: TimerHandle | undefined;

  constructor(options: {
    sink: Pick<RingSink, 'publish' | 'lastPublishNs'>;
    clock: HostClock;
    timers: Timers;
    flags: number;
    /** Ticks to come, counted apart from those published. */
    implied: Counter;
    /** Steps of the wall clock; absent when another ring's clock counts them. */
    steps: Counter | undefined;
  }) {
    this.#sink = options.sink;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#flags = options.flags;
    this.#implied = options.implied;
    this.#steps = options.steps;
    this.#anchor = { ...options.clock.anchor };
  }

  start(): void {
    this.#timer = this.#timers.setTimer(EVERY_MS, () => {
      this.#turn();
      this.start();
    });
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.clearTimer(this.#timer);
  }

  #turn(): void {
    const nowNs = this.#clock.monotonicNs();
    this.#clock.wallNs(nowNs, this.#now);
    const stepNs = diffNs(this.#clock.anchor, this.#anchor);
    if (Math.abs(stepNs) > STEP_NS_MIN) this.#addStep();
    this.#anchor = { hi: this.#clock.anchor.hi, lo: this.#clock.anchor.lo };
    const idle = nowNs - this.#sink.lastPublishNs >= EVERY_MS * 1e6;
    if (idle) this.#begin(TickKind.Clock);
    if (this.#batch.count === 0) return;
    this.#implied.add(this.#batch.count);
    this.#sink.publish(this.#batch, nowNs);
    this.#batch.clear();
  }

  #addStep(): void {
    this.#steps?.add(1);
    const tick = this.#begin(TickKind.Stream);
    tick.setTsEvent(this.#now.hi, this.#now.lo);
    tick.setStream({
      state: StreamState.Live,
      previousState: StreamState.Live,
      reason: StreamReason.WallClockStep,
      scope: StreamScope.Ring,
    });
  }

  #begin(kind: TickKind): TickView {
    const tick = this.#batch.add(kind);
    tick.setTsRecv(this.#now.hi, this.#now.lo);
    tick.instrument = INSTRUMENT_ALL;
    tick.flags = this.#flags;
    return tick;
  }
}
