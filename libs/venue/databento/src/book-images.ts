import type { SnapshotRefusal } from '@tickwire/domain-book';
import { OrderUpdate } from '@tickwire/domain-depth';
import type { OrderBook, OrderSide } from '@tickwire/domain-depth';
import type { ImageLimits } from '@tickwire/domain-feed';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { Instrument } from './instruments.ts';
import type { LevelImage, OnLevel } from './level-image.ts';
import type { LevelTicks } from './level-ticks.ts';
import type { OrderTicks } from './order-ticks.ts';
import type { RecordFrame } from './record-frame.ts';
import type { VenueBook } from './venue-book.ts';

const NO_ORDER = -1;
const END = TickFlag.Last | TickFlag.EventEnd;

/** What one publisher has of an instrument, where it is right. */
interface RightBook {
  readonly publisherId: number;
  readonly orders: VenueBook | undefined;
  readonly levels: LevelImage | undefined;
}

/**
 * Books of an instrument written once more, for a reader that came late or has followed it into
 * another ring: of each publisher a CLEAR, its orders, its levels. LAST is on the last tick, unless
 * an event of the book is open: then it comes with the end of that.
 */
export class BookImages {
  readonly #frame: RecordFrame;
  readonly #orders: OrderTicks;
  readonly #levels: LevelTicks;
  readonly #order = new OrderUpdate();

  constructor(frame: RecordFrame, parts: { orders: OrderTicks; levels: LevelTicks }) {
    this.#frame = frame;
    this.#orders = parts.orders;
    this.#levels = parts.levels;
  }

  /** Why nothing would be written; `undefined` when it would. */
  refusal(
    instrument: Instrument | undefined,
    { ticksMax }: ImageLimits,
  ): SnapshotRefusal | undefined {
    if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
    const books = this.#rightBooks(instrument);
    if (books.length === 0) {
      return this.#orders.hasBooks || this.#levels.isUsed ? 'NOT_SYNCHRONISED' : 'NO_BOOK';
    }
    const ticks = books.reduce(
      (sum, { orders, levels }) => sum + 1 + (orders?.book.count ?? 0) + (levels?.count ?? 0),
      0,
    );
    return ticks > ticksMax ? 'BOOK_TOO_LARGE' : undefined;
  }

  /** The frame is begun, and has no event time: a book is as it is now. */
  write(instrument: Instrument): void {
    for (const book of this.#rightBooks(instrument)) this.#write(instrument, book);
  }

  #write(instrument: Instrument, { publisherId, orders, levels }: RightBook): void {
    const sequence = orders?.sequence ?? levels?.sequence ?? 0;
    let last: TickView | undefined;
    const begin = (kind: TickKind): TickView => {
      last = this.#frame.emitter.data(kind, instrument, TickFlag.Snapshot);
      last.publisher = publisherId;
      last.sequence = sequence;
      return last;
    };
    const clear = begin(TickKind.Clear);
    clear.setFullSequence(0, sequence);
    clear.setSideAction(Side.None, Action.Clear);
    if (orders !== undefined) {
      const { book } = orders;
      this.#writeOrders(instrument, { book, side: book.bids }, begin);
      this.#writeOrders(instrument, { book, side: book.asks }, begin);
    }
    levels?.tellAll((level) => this.#writeLevel(instrument, level, begin));
    const isOpen = orders?.book.isEventOpen === true;
    if (last !== undefined && !isOpen) last.flags |= END;
  }

  #writeOrders(
    instrument: Instrument,
    { book, side }: { book: OrderBook; side: OrderSide },
    begin: (kind: TickKind) => TickView,
  ): void {
    const update = this.#order;
    for (let depth = 0; depth < side.count; depth++) {
      let order = side.firstOrderAt(depth);
      for (; order !== NO_ORDER; order = book.nextOrder(order)) {
        book.readOrder(order, update);
        const tick = begin(TickKind.Order);
        tick.price = instrument.mantissa(update.price);
        tick.size = update.size;
        tick.setOrderId(update.idHi, update.idLo);
        tick.setSideAction(update.isBid ? Side.Bid : Side.Ask, Action.Add);
      }
    }
  }

  #writeLevel(
    instrument: Instrument,
    level: Parameters<OnLevel>[0],
    begin: (kind: TickKind) => TickView,
  ): void {
    // Without room for an entry that holds its price it was not told before either: `lost`.
    if (!instrument.fits(level.price)) return;
    const tick = begin(TickKind.Level);
    tick.price = instrument.mantissa(level.price);
    tick.size = level.size;
    tick.orderCount = level.orders;
    tick.level = level.depth;
    tick.setSideAction(level.isBid ? Side.Bid : Side.Ask, Action.Add);
  }

  #rightBooks(instrument: Instrument): RightBook[] {
    const { id } = instrument;
    const found = new Map<number, RightBook>();
    for (const { publisherId, book: orders } of this.#orders.all(id)) {
      if (!orders.book.condition.isLive) continue;
      found.set(publisherId, { publisherId, orders, levels: undefined });
    }
    for (const { publisherId, image: levels } of this.#levels.all(id)) {
      if (!levels.isKnown) continue;
      found.set(publisherId, { publisherId, orders: found.get(publisherId)?.orders, levels });
    }
    return [...found.values()];
  }
}
