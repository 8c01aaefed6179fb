/**
 * Changes of an order book as the exchange tells them by position: a level that comes or goes moves
 * those behind it without a word, one beyond the depth is not told, and one that comes up into the
 * last place is told again.
 */
import { MDUpdateAction } from '@tickwire/wire-mdp3/messages';
import type { EventDraft, LevelEntry, OrderEntry } from './event-draft.ts';
import type { Market } from './market.ts';
import type { BookSide, PriceLevel } from './order-book.ts';

/** Why a level changed. */
export interface LevelCause {
  readonly draft: EventDraft;
  /** The order that is told beside the level; absent when it is told apart from it. */
  readonly entry?: OrderEntry;
}

export class LevelPublisher {
  readonly #market: Market;

  constructor(market: Market) {
    this.#market = market;
  }

  /** A level came at a place (0 = best), by an order. */
  added(side: BookSide, at: number, cause: LevelCause): void {
    this.#told(side, { action: MDUpdateAction.New, at, cause });
  }

  changed(side: BookSide, at: number, cause: LevelCause): void {
    this.#told(side, { action: MDUpdateAction.Change, at, cause });
  }

  /** A level went from a place, with its last order. */
  deleted(side: BookSide, gone: LevelCause & { at: number; level: PriceLevel }): void {
    const { at, level, draft, entry } = gone;
    const { depth } = this.#market.instrument;
    if (at >= depth) {
      if (entry !== undefined) draft.orders.push(entry);
      return;
    }
    draft.levels.push({
      ...this.#place(side, at),
      action: MDUpdateAction.Delete,
      price: this.#market.priceOf(level.ticks),
      size: null,
      orders: null,
      ...beside(entry),
    });
    this.#refill(side, { from: depth - 1, draft });
  }

  /** The best levels went, and perhaps a part of the next one; orders are told apart from it. */
  consumed(
    side: BookSide,
    by: {
      /** Levels that are not there any more, best first. */
      readonly gone: readonly PriceLevel[];
      readonly isPartial: boolean;
      readonly draft: EventDraft;
    },
  ): void {
    const { isPartial, draft } = by;
    const gone = by.gone.length;
    const { depth } = this.#market.instrument;
    const shownBefore = Math.min(depth, side.levels.length + gone);
    const shown = Math.max(0, shownBefore - gone);
    if (gone > 0) this.#gone(side, { gone: by.gone.slice(0, shownBefore), shown, draft });
    if (isPartial && shown > 0) {
      draft.levels.push({ ...this.#content(side, 0), action: MDUpdateAction.Change });
    }
    if (gone > 0 && shownBefore === depth) this.#refill(side, { from: shown, draft });
  }

  /** Says all levels of a side as if they came now. */
  restated(side: BookSide, draft: EventDraft): void {
    this.#refill(side, { from: 0, draft });
  }

  #gone(
    side: BookSide,
    by: { gone: readonly PriceLevel[]; shown: number; draft: EventDraft },
  ): void {
    const { gone, shown, draft } = by;
    const isOne = gone.length === 1;
    const action = isOne
      ? MDUpdateAction.Delete
      : shown === 0
        ? MDUpdateAction.DeleteThru
        : MDUpdateAction.DeleteFrom;
    const at = action === MDUpdateAction.DeleteFrom ? gone.length - 1 : 0;
    const price = isOne ? this.#market.priceOf(gone[0]!.ticks) : null;
    draft.levels.push({ ...this.#place(side, at), action, price, size: null, orders: null });
  }

  /** Levels that came up from beyond the depth. */
  #refill(side: BookSide, by: { from: number; draft: EventDraft }): void {
    const end = Math.min(this.#market.instrument.depth, side.levels.length);
    for (let at = by.from; at < end; at += 1) {
      by.draft.levels.push({ ...this.#content(side, at), action: MDUpdateAction.New });
    }
  }

  #told(side: BookSide, of: { action: MDUpdateAction; at: number; cause: LevelCause }): void {
    const { action, at, cause } = of;
    const { draft, entry } = cause;
    if (at < this.#market.instrument.depth) {
      draft.levels.push({ ...this.#content(side, at), action, ...beside(entry) });
    } else if (entry !== undefined) draft.orders.push(entry);
  }

  #content(side: BookSide, at: number): Omit<LevelEntry, 'action'> {
    const level = side.levels[at]!;
    const price = this.#market.priceOf(level.ticks);
    const orders = level.orders.length;
    return { ...this.#place(side, at), price, size: level.quantity, orders };
  }

  #place(side: BookSide, at: number) {
    return { market: this.#market, isBid: side.isBid, isImplied: false, level: at + 1 };
  }
}

const beside = (order: OrderEntry | undefined): Pick<LevelEntry, 'order'> =>
  order === undefined ? {} : { order };
