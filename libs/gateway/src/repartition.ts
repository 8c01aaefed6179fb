/**
 * Takes a gateway from the places that its symbols have to those of a plan, while it runs: rings
 * that are missing are made first, then symbol after symbol moves.
 *
 * Every move writes a whole book into its new ring, so the moves are spread over time: a reader
 * that keeps up with the market is not lapped by them.
 */
import type { Counter, CounterTable, TimerHandle, Timers } from '@tickwire/core';
import type { PartitionPlan, SymbolMove } from '@tickwire/domain-partition';
import type { GatewayRings } from './gateway-rings.ts';
import type { RingRouter } from './ring-router.ts';
import type { MoveRefusal, SymbolMover } from './symbol-mover.ts';

const TURN_MS = 25;
/** A turn ends with the move that passes this share of a ring: all of it takes 16 turns. */
const TURN_SHARE = 1 / 16;

export interface RepartitionDone {
  readonly plan: PartitionPlan;
  readonly moved: number;
  readonly refused: readonly { readonly symbol: string; readonly code: MoveRefusal }[];
}

export interface RepartitionParts {
  readonly rings: GatewayRings;
  readonly router: RingRouter;
  readonly mover: Pick<SymbolMover, 'move'>;
  readonly slotCount: number;
  readonly stats: CounterTable;
  readonly timers: Timers;
}

interface Running {
  readonly plan: PartitionPlan;
  readonly moves: SymbolMove[];
  readonly refused: { symbol: string; code: MoveRefusal }[];
  readonly done: (result: RepartitionDone) => void;
  moved: number;
}

export class Repartition {
  readonly #parts: RepartitionParts;
  readonly #number: Counter;
  readonly #moved: Counter;
  readonly #refused: Counter;
  readonly #partitions: Counter;
  #plan: PartitionPlan | undefined;
  #running: Running | undefined;
  #timer: TimerHandle | undefined;

  constructor(parts: RepartitionParts) {
    this.#parts = parts;
    const { stats } = parts;
    this.#number = stats.counter('count/repartitions');
    this.#moved = stats.counter('count/symbolsMoved');
    this.#refused = stats.counter('count/symbolsNotMoved');
    this.#partitions = stats.counter('gauge/partitions');
  }

  /** Partitions of the last plan. */
  get count(): number {
    return this.#partitions.value;
  }

  /** Where a symbol belongs that has no home yet, by the last plan. */
  partitionOf(symbol: string): number {
    return this.#plan?.partitionOf(symbol) ?? 0;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Takes a plan for symbols to come: those that have a home stay there. */
  begin(plan: PartitionPlan): void {
    this.#parts.rings.use(plan.count);
    this.#partitions.set(plan.count);
    this.#plan = plan;
  }

  /**
   * Begins; `done` is called when the last symbol has moved, at once when none has to.
   * @throws as `createRing` when a ring cannot be made: no symbol has moved then.
   */
  run(plan: PartitionPlan, done: (result: RepartitionDone) => void): void {
    const { router } = this.#parts;
    this.begin(plan);
    const moves: SymbolMove[] = [];
    for (const [symbol, from] of router.homes()) {
      const to = plan.partitionOf(symbol);
      if (to !== from) moves.push({ symbol, from, to });
    }
    this.#number.add(1);
    this.#running = { plan, moves: moves.reverse(), refused: [], done, moved: 0 };
    this.#turn();
  }

  /** Leaves what has not moved yet where it is; `done` is not called. */
  stop(): void {
    if (this.#timer !== undefined) this.#parts.timers.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#running = undefined;
  }

  #turn(): void {
    const running = this.#running;
    if (running === undefined) return;
    const { rings, slotCount } = this.#parts;
    const end = rings.published + slotCount * TURN_SHARE;
    while (running.moves.length > 0 && rings.published < end) this.#move(running);
    if (running.moves.length === 0) {
      this.#finish(running);
      return;
    }
    this.#timer = this.#parts.timers.setTimer(TURN_MS, () => this.#turn());
  }

  #move(running: Running): void {
    const { rings, mover } = this.#parts;
    const move = running.moves.pop();
    const from = rings.all[move?.from ?? -1];
    const to = rings.all[move?.to ?? -1];
    if (move === undefined || from === undefined || to === undefined) return;
    const number = this.#number.value % 2 ** 32;
    const code = mover.move(move.symbol, { from, to, number });
    if (code === undefined) {
      running.moved += 1;
      this.#moved.add(1);
    } else {
      running.refused.push({ symbol: move.symbol, code });
      this.#refused.add(1);
    }
  }

  #finish({ plan, moved, refused, done }: Running): void {
    this.#running = undefined;
    this.#timer = undefined;
    done({ plan, moved, refused });
  }
}
