/**
 * Hands ticks to the program, one handler at a time.
 *
 *   run ─▶ in place, as long as handlers are synchronous
 *    └──▶ queue ─▶ hand ─▶ handler, from when one returned a promise until the queue is empty
 *
 * Batches always come from the queue, so a batch may be longer than a run.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { RUN_TICKS_MAX } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import { Asides, gapsOf } from './asides.ts';
import { asPromise } from './as-promise.ts';
import { BatchWindow } from './batch-window.ts';
import type { BatchRule } from './consumer-options.ts';
import { Hand } from './hand.ts';
import { HandlerErrors } from './handler-errors.ts';
import type { HandlerTable } from './handler-table.ts';
import type { ConsumerGap, ConsumerHandlers } from './handlers.ts';
import type { Lane } from './lane.ts';
import { TickHandOver } from './tick-hand-over.ts';

/** Ticks of one step out of a queue, when they are handed over one by one. */
const STEP_TICKS = 256;
/** Steps before the event loop gets a turn: the ring is read and timers are served meanwhile. */
const STEPS_PER_TURN = 64;

export interface DeliveryParts {
  readonly lanes: readonly Lane[];
  readonly handlers: ConsumerHandlers;
  readonly table: HandlerTable;
  readonly batch: { readonly ticksMax: number; readonly rule: BatchRule };
  readonly errors: 'throw' | 'count';
  /** It has come to rest: all was handed over, or a handler threw. */
  readonly onRest: (failure: { readonly error: unknown } | undefined) => void;
  /** A queue that was full has room again. */
  readonly onRoom: () => void;
}

export class Delivery {
  readonly errors: HandlerErrors;
  readonly hand: Hand;
  readonly #parts: DeliveryParts;
  readonly #ticks: TickHandOver;
  readonly #batch: BatchWindow;
  readonly #asides: Asides;
  #nextLane = 0;
  #isBusy = false;
  #isGivenUp = false;
  #where = '';
  /** Ticks of the newest batch. */
  #batchTicks = 0;

  constructor(parts: DeliveryParts) {
    const [first] = parts.lanes;
    if (first === undefined) throw new RangeError('a consumer has at least one ring');
    this.#parts = parts;
    const { isBatching } = parts.table;
    this.hand = new Hand(first, isBatching ? parts.batch.ticksMax : STEP_TICKS);
    this.#batch = new BatchWindow(this.hand);
    this.errors = new HandlerErrors(parts.errors);
    this.#asides = new Asides(parts.handlers, this.errors);
    const { handlers, table } = parts;
    this.#ticks = new TickHandOver({ hand: this.hand, handlers, table, errors: this.errors });
  }

  /** Whether a handler's promise is waited for, or what came meanwhile is handed over. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  get hasMore(): boolean {
    return this.hand.left > 0 || this.#parts.lanes.some((lane) => lane.queue.hasMore);
  }

  get batchTicks(): number {
    return this.#batchTicks;
  }

  inFlight(lane: Lane): number {
    const atHand = this.hand.lane === lane ? this.hand.left : 0;
    return lane.queue.waiting + lane.heldTicks + atHand;
  }

  /**
   * Takes charge of a run.
   * @throws What a handler threw, when errors are not counted.
   */
  accept(lane: Lane, run: RingRun): void {
    if (this.#isBusy || this.#parts.table.isBatching) {
      lane.enqueue(run, 0);
      this.#asides.updatePressure(lane);
      if (!this.#isBusy && this.#isBatchDue(lane)) this.flush();
    } else this.#acceptInPlace(lane, run);
    lane.counters.setInFlight(this.inFlight(lane));
  }

  /** Hands over what waits, until a handler returns a promise. @throws as `accept`. */
  flush(): void {
    if (this.#isBusy) return;
    let pending: Promise<void> | undefined;
    while (pending === undefined && this.hasMore) pending = this.#step();
    if (pending !== undefined) void this.#goOn(pending);
    else this.hand.empty();
  }

  /** Hands over nothing more; what is left is counted as stopped. */
  giveUp(): void {
    this.#isGivenUp = true;
    const { hand } = this;
    hand.lane.discardTicks(hand, { from: hand.next, to: hand.count });
    hand.next = hand.count;
    for (const lane of this.#parts.lanes) {
      lane.discard();
      lane.counters.setInFlight(this.inFlight(lane));
    }
  }

  #acceptInPlace(lane: Lane, run: RingRun): void {
    const { gap } = run;
    const { hand } = this;
    if (gap !== undefined) {
      const { name: ring, ringId } = lane;
      const told = this.#tell([{ ring, ringId, cause: 'ring', ...gap }]);
      if (told !== undefined) {
        lane.enqueueTicks(run, 0);
        void this.#goOn(told);
        return;
      }
    }
    hand.borrow(lane, run);
    const pending = this.#handOver();
    if (pending === undefined) {
      lane.counters.setPosition(run.firstPosition + run.count);
      hand.empty();
      return;
    }
    const { next } = hand;
    lane.counters.setPosition(hand.position);
    hand.keepCurrent();
    this.#ticks.follow(); // the handler's window moves with it
    lane.enqueueTicks(run, next);
    this.#asides.updatePressure(lane);
    void this.#goOn(pending);
  }

  /** Waits for a handler, then hands over what came meanwhile, until nothing waits. */
  async #goOn(first: Promise<void>): Promise<void> {
    this.#isBusy = true;
    let failure: { readonly error: unknown } | undefined;
    try {
      let pending: Promise<void> | undefined = first;
      for (let steps = 1; ; steps++) {
        if (pending !== undefined) await this.#settled(pending);
        this.#markDone();
        if (this.#isGivenUp || !this.hasMore) break;
        if (steps % STEPS_PER_TURN === 0) await turn();
        if (this.#isGivenUp) break;
        pending = this.#step();
      }
    } catch (error) {
      failure = { error };
      if (this.#isGivenUp) this.errors.count(this.#where, error); // nobody else will hear of it
    }
    this.#isBusy = false;
    if (this.hand.left === 0) this.hand.empty();
    this.#parts.onRest(failure);
  }

  async #settled(pending: Promise<void>): Promise<void> {
    const where = this.#where;
    try {
      await pending;
    } catch (error) {
      this.#where = where;
      const ticks = where === 'batch' ? this.#batchTicks : 1;
      this.#failed(error, where === 'gap' ? 0 : ticks);
    }
  }

  /** One gap, or one batch, or the ticks up to the next promise. */
  #step(): Promise<void> | undefined {
    const { hand } = this;
    if (hand.left > 0) return this.#handOverOwn();
    const lane = this.#laneWithMore();
    if (lane === undefined) return undefined;
    const pending = this.#parts.table.isBatching ? this.#giveBatch(lane) : this.#giveTicks(lane);
    if (lane.pushHeld()) this.#parts.onRoom();
    this.#asides.updatePressure(lane);
    lane.counters.setInFlight(this.inFlight(lane));
    return pending;
  }

  /** A whole batch waits, or the next run may not fit. */
  #isBatchDue({ queue }: Lane): boolean {
    return queue.room < RUN_TICKS_MAX || queue.waiting >= this.#parts.batch.rule(queue.waiting);
  }

  #giveTicks(lane: Lane): Promise<void> | undefined {
    const gap = lane.queue.takeGap();
    if (gap !== undefined) return this.#tell(gapsOf(lane, gap));
    this.hand.takeFrom(lane, STEP_TICKS);
    return this.#handOverOwn();
  }

  #giveBatch(lane: Lane): Promise<void> | undefined {
    const { hand } = this;
    const gap = lane.queue.takeGap();
    const wanted = Math.floor(this.#parts.batch.rule(lane.queue.waiting));
    hand.takeFrom(lane, Math.max(1, wanted));
    hand.next = hand.count; // all of it is handed over at once
    this.#batchTicks = hand.count;
    lane.counters.addDelivered(hand.count);
    lane.counters.setInFlight(this.inFlight(lane));
    this.#batch.gaps = gap === undefined ? [] : gapsOf(lane, gap);
    this.#where = 'batch';
    try {
      const pending = asPromise(this.#parts.handlers.batch?.(this.#batch));
      if (pending !== undefined) return pending;
    } catch (error) {
      this.#failed(error, hand.count);
    }
    this.#markDone();
    return undefined;
  }

  /** The handlers of all that was handed over are done: a successor would go on behind it. */
  #markDone(): void {
    const { hand } = this;
    if (hand.next > 0) hand.lane.counters.setPosition(hand.position + 1);
  }

  #handOverOwn(): Promise<void> | undefined {
    const pending = this.#handOver();
    if (pending === undefined) this.#markDone();
    return pending;
  }

  /** Hands over the ticks at hand up to the first promise. */
  #handOver(): Promise<void> | undefined {
    const pending = this.#ticks.handOver();
    if (pending !== undefined) this.#where = this.#ticks.handlerAtHand;
    return pending;
  }

  #tell(gaps: readonly ConsumerGap[]): Promise<void> | undefined {
    this.#where = 'gap';
    return this.#asides.tellGaps(gaps);
  }

  /** The lanes take turns, so that none waits for another that is always full. */
  #laneWithMore(): Lane | undefined {
    const { lanes } = this.#parts;
    for (let tried = 0; tried < lanes.length; tried++) {
      const lane = lanes[this.#nextLane];
      this.#nextLane = (this.#nextLane + 1) % lanes.length;
      if (lane?.queue.hasMore === true) return lane;
    }
    return undefined;
  }

  /** @param ticks - Of the lane at hand, delivered in vain. */
  #failed(error: unknown, ticks: number): void {
    this.hand.lane.counters.addFailed(ticks);
    this.errors.take(this.#where, error);
  }
}
