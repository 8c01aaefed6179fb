import { ABSENT, StreamState } from '@tickwire/core';
import { ConsolidatedSide, LEVELS_MAX, OrderUpdate } from '@tickwire/domain-depth';
import type { InstrumentDepth, OrderBook, OrderSide, PriceChanges } from '@tickwire/domain-depth';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { ConsolidatedLevel } from './consolidated-level.ts';
import type { EventTicks } from './event-ticks.ts';
import { PendingChanges } from './pending-changes.ts';
import type { CmeInstrument } from './instrument.ts';
import type { StreamTicks } from './stream-ticks.ts';

const NO_ORDER = -1;
const BID_PRICE = 0;
const BID_SIZE = 1;
const ASK_PRICE = 2;
const ASK_SIZE = 3;

/**
 * Books as readers get them. LEVEL states all that is at a price, real and implied together; the
 * changes of an event are written when it ends, each price once, LAST on the last of them. A book
 * that readers do not have (any more) is written whole: CLEAR, ORDERs, LEVELs, all SNAPSHOT.
 */
export class BookPublisher {
  readonly #ticks: EventTicks;
  readonly #streams: StreamTicks;
  readonly #level = new ConsolidatedLevel();
  readonly #side = new ConsolidatedSide(2 * LEVELS_MAX);
  readonly #order = new OrderUpdate();
  /** As many as there ever were open events of instruments at once. */
  readonly #free: PendingChanges[] = [];

  constructor(ticks: EventTicks, streams: StreamTicks) {
    this.#ticks = ticks;
    this.#streams = streams;
  }

  /** What an update of the level book did. */
  note(instrument: CmeInstrument, changes: PriceChanges): void {
    const { quotes, quoteAt, depth } = instrument;
    const pending = (instrument.pending ??= this.#free.pop() ?? new PendingChanges());
    const { isBid } = changes;
    const side = depth.side(isBid);
    const best = quotes[quoteAt + (isBid ? BID_PRICE : ASK_PRICE)]!;
    for (let at = 0; at < changes.count; at++) {
      if (pending.isFull) this.#writePending(instrument, pending);
      pending.add(changes, at);
      const isBehind = best !== ABSENT && side.prefers(best, changes.priceAt(at));
      if (!isBehind) instrument.isBestTouched = true;
    }
  }

  /** An update of the book by order, which readers have. */
  writeOrder(instrument: CmeInstrument, update: OrderUpdate, action: Action): void {
    fillOrder(this.#ticks.add(TickKind.Order, instrument), update, action);
  }

  /** The event that is open has ended: its books are written. */
  endEvent(): void {
    const ticks = this.#ticks;
    for (let at = 0; at < ticks.touchedCount; at++) {
      const instrument = ticks.touchedAt(at);
      this.endInstrument(instrument);
      ticks.endInstrument(instrument);
    }
    ticks.endEvent();
  }

  /** The instrument's part in an event has ended: its book is written, if it is right. */
  endInstrument(instrument: CmeInstrument): void {
    instrument.depth.endEvent();
    instrument.orders?.endEvent();
    if (!instrument.areLevelsRight || this.#ticks.isBehind(instrument)) {
      this.#drop(instrument);
      if (instrument.synced) this.hide(instrument);
      return;
    }
    if (!instrument.synced || instrument.areOrdersRight !== instrument.areOrdersShown) {
      this.#show(instrument);
      return;
    }
    if (instrument.isBestTouched) this.#writeQuote(instrument);
    const { pending } = instrument;
    if (pending !== undefined) {
      this.#writePending(instrument, pending);
      this.#ticks.addFlags(instrument, TickFlag.Last);
      this.#drop(instrument);
    }
    if (!instrument.isImageAsked) return;
    instrument.isImageAsked = false;
    this.writeImage(instrument);
  }

  /** Readers are told that their book is not right any more, by whoever calls this. */
  hide(instrument: CmeInstrument): void {
    instrument.synced = false;
    instrument.areOrdersShown = false;
    instrument.isImageAsked = false;
    this.#drop(instrument);
  }

  /** All of the book, LAST on its last tick: also for a reader that came late. */
  writeImage(instrument: CmeInstrument): void {
    const { orders } = instrument;
    const clear = this.#ticks.addEnded(TickKind.Clear, instrument, TickFlag.Snapshot);
    clear.setSideAction(Side.None, Action.Clear);
    clear.setFullSequence(0, this.#ticks.sequence);
    if (orders !== undefined && instrument.areOrdersShown) {
      this.#writeOrders(orders, orders.bids, instrument);
      this.#writeOrders(orders, orders.asks, instrument);
      if (orders.count > 0 && isEmpty(instrument.depth)) this.#ticks.close(instrument);
    }
    this.#writeSide(instrument, true);
    this.#writeSide(instrument, false);
    this.#ticks.addFlags(instrument, TickFlag.Last);
  }

  #show(instrument: CmeInstrument): void {
    this.#drop(instrument);
    const hasAll = instrument.orders === undefined || instrument.areOrdersRight;
    this.#streams.regained(instrument, hasAll ? StreamState.Live : StreamState.Recovering);
    instrument.synced = true;
    instrument.areOrdersShown = instrument.areOrdersRight;
    this.#writeQuote(instrument);
    this.writeImage(instrument);
  }

  #writePending(instrument: CmeInstrument, pending: PendingChanges): void {
    for (let at = 0; at < pending.count; at++) {
      const level = this.#level.changed(instrument.depth, pending, at);
      const tick = this.#ticks.addEnded(TickKind.Level, instrument, 0);
      fillLevel(tick, level, pending.isBidAt(at));
    }
    pending.clear();
  }

  /** What the event has changed is written, or of no use any more. */
  #drop(instrument: CmeInstrument): void {
    const { pending } = instrument;
    if (pending === undefined) return;
    instrument.pending = undefined;
    pending.clear();
    this.#free.push(pending);
  }

  #writeSide(instrument: CmeInstrument, isBid: boolean): void {
    this.#side.read(instrument.depth, isBid);
    for (let at = 0; at < this.#side.count; at++) {
      const level = this.#level.at(instrument.depth, isBid, this.#side.priceAt(at)!);
      const tick = this.#ticks.addEnded(TickKind.Level, instrument, TickFlag.Snapshot);
      fillLevel(tick, level, isBid);
    }
  }

  #writeOrders(orders: OrderBook, side: OrderSide, instrument: CmeInstrument): void {
    for (let depth = 0; depth < side.count; depth++) {
      let order = side.firstOrderAt(depth);
      while (order !== NO_ORDER) {
        orders.readOrder(order, this.#order);
        const tick = this.#ticks.addEnded(TickKind.Order, instrument, TickFlag.Snapshot);
        fillOrder(tick, this.#order, Action.Add);
        order = orders.nextOrder(order);
      }
    }
  }

  /** A QUOTE, when the best bid or offer is not what the last one said. */
  #writeQuote(instrument: CmeInstrument): void {
    const { depth } = instrument;
    const { quotes, quoteAt: at } = instrument;
    instrument.isBestTouched = false;
    const level = this.#level;
    const bid = level.best(depth, true);
    const bidPrice = bid.price;
    const bidSize = bidPrice === ABSENT ? ABSENT : bid.size;
    let isImplied = bid.isImplied;
    const ask = level.best(depth, false);
    const askSize = ask.price === ABSENT ? ABSENT : ask.size;
    isImplied ||= ask.isImplied;
    const isSame =
      quotes[at + BID_PRICE] === bidPrice &&
      quotes[at + BID_SIZE] === bidSize &&
      quotes[at + ASK_PRICE] === ask.price &&
      quotes[at + ASK_SIZE] === askSize;
    if (isSame) return;
    quotes[at + BID_PRICE] = bidPrice;
    quotes[at + BID_SIZE] = bidSize;
    quotes[at + ASK_PRICE] = ask.price;
    quotes[at + ASK_SIZE] = askSize;
    const hasBoth = bidPrice !== ABSENT && ask.price !== ABSENT;
    const isCrossed = hasBoth && !depth.side(false).prefers(bidPrice, ask.price);
    const flags = (isImplied ? TickFlag.Implied : 0) | (isCrossed ? TickFlag.Crossed : 0);
    const tick = this.#ticks.addEnded(TickKind.Quote, instrument, flags);
    tick.bidPrice = bidPrice;
    tick.bidSize = bidSize;
    tick.askPrice = ask.price;
    tick.askSize = askSize;
  }
}

const isEmpty = ({ real, implied }: InstrumentDepth): boolean =>
  real.bids.count + real.asks.count + implied.bids.count + implied.asks.count === 0;

function fillLevel(tick: TickView, level: ConsolidatedLevel, isBid: boolean): void {
  tick.price = level.price;
  tick.size = level.size;
  tick.orderCount = level.orders;
  const action = level.size === 0 ? Action.Delete : Action.Modify;
  tick.setSideAction(isBid ? Side.Bid : Side.Ask, action);
  if (level.isImplied) tick.flags = tick.flags | TickFlag.Implied;
}

function fillOrder(tick: TickView, order: OrderUpdate, action: Action): void {
  tick.price = order.price;
  tick.size = order.size;
  tick.setOrderId(order.idHi, order.idLo);
  tick.setPriority(order.priorityHi, order.priorityLo);
  tick.setSideAction(order.isBid ? Side.Bid : Side.Ask, action);
}
