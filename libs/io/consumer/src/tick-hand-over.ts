/** Calls the handlers of the ticks at hand: the loop that every tick goes through. */
import { TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';
import { TickView } from '@tickwire/wire-tick';
import { asPromise } from './as-promise.ts';
import type { Hand } from './hand.ts';
import type { HandlerErrors } from './handler-errors.ts';
import { handlerName } from './handler-table.ts';
import type { HandlerTable } from './handler-table.ts';
import type { ConsumerHandlers } from './handlers.ts';
import { TickOrigin } from './tick-origin.ts';

export interface TickHandOverParts {
  readonly hand: Hand;
  readonly handlers: ConsumerHandlers;
  readonly table: HandlerTable;
  readonly errors: HandlerErrors;
}

export class TickHandOver {
  readonly #hand: Hand;
  readonly #handlers: ConsumerHandlers;
  readonly #byKind: HandlerTable['byKind'];
  readonly #errors: HandlerErrors;
  readonly #tick = new TickView();
  readonly #origin: TickOrigin;

  constructor(parts: TickHandOverParts) {
    this.#hand = parts.hand;
    this.#handlers = parts.handlers;
    this.#byKind = parts.table.byKind;
    this.#errors = parts.errors;
    this.#origin = new TickOrigin(parts.hand);
  }

  /** Name of the handler of the tick at hand, for errors. */
  get handlerAtHand(): string {
    const { at, bytes } = this.#hand;
    return handlerName(this.#handlers, bytes[at * TICK_BYTES + TICK_KIND_OFFSET]!);
  }

  /** Up to the first promise, which is returned. @throws As errors are to be taken. */
  handOver(): Promise<void> | undefined {
    for (;;) {
      try {
        return this.#untilThrown();
      } catch (error) {
        this.#hand.lane.counters.addFailed(1);
        this.#errors.take(this.handlerAtHand, error);
      }
    }
  }

  /** The tick at hand lies elsewhere now: the window that its handler holds moves there. */
  follow(): void {
    const { at, view } = this.#hand;
    this.#tick.wrap(view, at * TICK_BYTES);
  }

  #untilThrown(): Promise<void> | undefined {
    const hand = this.#hand;
    const { bytes, count, lane, view } = hand;
    const { counters } = lane;
    // What comes out of a queue was filtered on its way in.
    const symbols = hand.isBorrowed ? lane.symbols : undefined;
    const byKind = this.#byKind;
    const tick = this.#tick;
    const origin = this.#origin;
    const beyond = lane.queue.waiting + lane.heldTicks;
    for (let index = hand.next; index < count; index++) {
      const at = index * TICK_BYTES;
      hand.next = index + 1;
      counters.setInFlight(beyond + count - hand.next);
      const handler = byKind[bytes[at + TICK_KIND_OFFSET]!];
      if (handler === undefined) {
        counters.addFiltered(1);
        continue;
      }
      tick.wrap(view, at);
      if (symbols !== undefined && !symbols.wants(tick.instrument, lane.directory)) {
        counters.addFiltered(1);
        continue;
      }
      counters.addDelivered(1);
      const returned = handler(tick, origin);
      if (returned === undefined) continue;
      const pending = asPromise(returned);
      if (pending !== undefined) return pending;
    }
    return undefined;
  }
}
