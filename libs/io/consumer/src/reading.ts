/** Reads the rings of a consumer in turn, and sleeps when there is nothing to read. */
import { setImmediate as turn } from 'node:timers/promises';
import { LookAway, Waiting } from '@tickwire/io-rings';
import type { RingRun, RunSource } from '@tickwire/io-rings';
import type { ConsumerOptions } from './consumer-options.ts';
import type { Delivery } from './delivery.ts';
import type { Lane } from './lane.ts';
import { requirePaced } from './open-lanes.ts';

/** `closed`: the writers ended all rings. `stopped`, `aborted`: the program ended the consumer. */
export type ReadingEnd = 'closed' | 'stopped' | 'aborted';

/** Runs handled before the event loop gets a turn: at most 16,384 ticks. */
const RUNS_PER_TURN = 64;

export interface ReadingParts {
  readonly lanes: readonly Lane[];
  readonly delivery: Delivery;
  /** All of them, to wait for. */
  readonly rings: RunSource;
  readonly options: Pick<ConsumerOptions, 'policy' | 'untilClosed' | 'waiting'>;
}

export class Reading {
  readonly #parts: ReadingParts;
  readonly #waiting: Waiting;
  readonly #waitingBeside = new Waiting('yield');
  readonly #lookAway = new LookAway();
  #ending: ReadingEnd | undefined;
  #failure: { readonly error: unknown } | undefined;
  #sleep = new AbortController();

  constructor(parts: ReadingParts) {
    this.#parts = parts;
    this.#waiting = new Waiting(parts.options.waiting ?? 'yield');
  }

  /** @throws What a handler threw, or reading a ring. */
  async untilEnd(): Promise<ReadingEnd> {
    const { delivery } = this.#parts;
    delivery.flush(); // a gap before the first tick
    for (;;) {
      for (let runs = 0; runs < RUNS_PER_TURN;) {
        this.throwFailure();
        if (this.#ending !== undefined) return this.#ending;
        const taken = this.#pollEach();
        runs += taken;
        if (taken > 0) {
          this.#waiting.reset();
          this.#waitingBeside.reset();
          continue;
        }
        this.#lookAway.reset();
        delivery.flush();
        if (this.#isAtEnd) return 'closed';
        runs += 1;
        const pause = this.#pause();
        if (pause !== undefined) await pause;
      }
      await turn();
    }
  }

  end(how: ReadingEnd): void {
    this.#ending ??= how;
    this.wake();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.wake();
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Something may have changed: look. */
  wake(): void {
    this.#sleep.abort();
  }

  /** One run of each ring; returns how many there were. */
  #pollEach(): number {
    let taken = 0;
    for (const lane of this.#parts.lanes) if (this.#pollOne(lane)) taken++;
    return taken;
  }

  #pollOne(lane: Lane): boolean {
    const run = lane.poll();
    if (run === undefined) return lane.isHolding && this.#release(lane);
    if (!lane.isOfNewRing(run)) this.#parts.delivery.accept(lane, run);
    else if (this.#isEmptied(lane)) this.#acceptOfNewRing(lane, run);
    else lane.hold(run, 0);
    this.#lookAway.after(run);
    return true;
  }

  /** Goes on with a run that had no room, or had to wait for the ticks of the ring before. */
  #release(lane: Lane): boolean {
    if (lane.pushHeld()) return true;
    if (!lane.isHoldingNewRing || !this.#isEmptied(lane)) return false;
    const run = lane.takeHeld();
    if (run === undefined) return false;
    this.#acceptOfNewRing(lane, run);
    return true;
  }

  #isEmptied(lane: Lane): boolean {
    const { delivery } = this.#parts;
    delivery.flush();
    return !delivery.isBusy && !lane.queue.hasMore;
  }

  #acceptOfNewRing(lane: Lane, run: RingRun): void {
    requirePaced(this.#parts.options, lane.source);
    lane.adopt(run);
    this.#parts.delivery.accept(lane, run);
  }

  get #isAtEnd(): boolean {
    const { delivery, lanes, options } = this.#parts;
    if (options.untilClosed !== true || delivery.isBusy || delivery.hasMore) return false;
    return lanes.every((lane) => lane.source.ended && !lane.isHolding);
  }

  /**
   * Waits a little. While a handler is waited for, this thread must not sleep in the kernel,
   * however the program wants to wait otherwise.
   */
  #pause(): Promise<void> | undefined {
    const { delivery, rings } = this.#parts;
    if (this.#sleep.signal.aborted) this.#sleep = new AbortController();
    const waiting = delivery.isBusy ? this.#waitingBeside : this.#waiting;
    return waiting.wait(rings, this.#sleep.signal);
  }
}
