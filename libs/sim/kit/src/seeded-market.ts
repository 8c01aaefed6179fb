/**
 * One seeded market: a book, a small matching engine, and traders who add, cancel and take.
 *
 * Consistent by construction: nobody may add through the other side, every trade is a fill of a
 * resting order at its own price, and every order event takes exactly one sequence number, be it
 * with a level change or (price `"0"`) without. Pure: no clock, no I/O. The same seed and symbol
 * give the same market, whatever others there are.
 */
import { BookHistory } from './book-history.ts';
import type { BookImage } from './book-history.ts';
import { SimulatorError } from './errors.ts';
import type { MarketUpdate, VenueTime } from './market-update.ts';
import { OrderBook, Side } from './order-book.ts';
import type { Level, Order } from './order-book.ts';
import { LEVELS_MIN, OrderDraws } from './order-draws.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { SimulatedInstrument } from './simulated-instrument.ts';

/** Gives the ids of a market's trades, in their order. */
export interface TradeIdSource {
  next(): string;
}

export interface SeededMarketOptions<Instrument extends SimulatedInstrument> {
  readonly instrument: Instrument;
  readonly seed: string;
  /** Levels the traders keep on each side, about; 20 … 5,000. */
  readonly depth: number;
  /** Sequences of which the book can be served later. */
  readonly history: number;
  readonly openedAt: VenueTime;
  /** Sequences begin somewhere in the 2^31 above it. Default 0. */
  readonly sequenceFloor?: number;
  /** Share of the order events that change no level (a hidden order, say). Default 0. */
  readonly idleShare?: number;
  /** Default: 1, 2, 3 … */
  readonly tradeIds?: (random: Random) => TradeIdSource;
  /** The text of an order's id. Default: its number. */
  readonly orderId?: (order: Order) => string;
}

/** Share of the opening price by which a market may wander before takers turn it round. */
const WANDER = 0.15;
/** Orders the traders keep at a level, on average. */
const ORDERS_PER_LEVEL = 2.5;
const SHARE_TAKE = 0.09;

export class SeededMarket<Instrument extends SimulatedInstrument = SimulatedInstrument> {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  readonly #random: Random;
  readonly #history: BookHistory;
  readonly #depth: number;
  readonly #tradeIds: TradeIdSource;
  readonly #idleShare: number;
  readonly #orderId: (order: Order) => string;
  readonly #draws: OrderDraws;
  readonly #update: MarketUpdate = { sequenceStart: 0, sequenceEnd: 0, changes: [], fills: [] };
  #sequence: number;
  #orderCount = 0;
  #now: VenueTime;
  #lastPriceText: string;
  #lastSize: number;

  constructor(options: SeededMarketOptions<Instrument>) {
    const { instrument, seed, depth, openedAt } = options;
    if (!Number.isInteger(depth) || depth < 20 || depth > 5_000) {
      throw new SimulatorError('BAD_OPTION', 'depth', `${depth} is not in 20 … 5,000`);
    }
    this.instrument = instrument;
    this.book = new OrderBook(instrument.price);
    this.#random = createRandom(`${seed}/market/${instrument.symbol}`);
    this.#tradeIds = options.tradeIds?.(this.#random) ?? countingIds();
    this.#idleShare = options.idleShare ?? 0;
    this.#orderId = options.orderId ?? (({ id }) => String(id));
    this.#draws = new OrderDraws({ random: this.#random, instrument, depth });
    this.#depth = depth;
    this.#now = openedAt;
    this.#sequence = (options.sequenceFloor ?? 0) + this.#random.below(2 ** 31);
    this.#history = new BookHistory({
      capacity: options.history,
      priceUnit: instrument.price,
      sequence: this.#sequence,
      openedAtMs: openedAt.ms,
    });
    this.#open();
    this.#lastPriceText = this.book.best(Side.Bid)?.text ?? '0';
    this.#lastSize = instrument.typicalSize;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Price of the last trade; before the first, the best bid at the opening. */
  get lastPriceText(): string {
    return this.#lastPriceText;
  }

  /** Size of the last trade, in size increments. */
  get lastSize(): number {
    return this.#lastSize;
  }

  /** Lets the traders act once. The result is valid until the next call. */
  step(now: VenueTime): MarketUpdate {
    const update = this.#update;
    this.#now = now;
    update.changes.length = 0;
    update.fills.length = 0;
    update.sequenceStart = this.#sequence + 1;
    let events = 1;
    while (events < 5 && this.#random.chance(0.18)) events += 1;
    for (let i = 0; i < events; i += 1) this.#act();
    update.sequenceEnd = this.#sequence;
    return update;
  }

  /** See {@link BookHistory.bookAt}. */
  bookAt(sequence: number, depth: number): BookImage {
    return this.#history.bookAt(sequence, this.book, depth);
  }

  /** The last sequence made at or before a time (ms since the Unix epoch), if still kept. */
  sequenceAt(timeMs: number): number {
    return this.#history.sequenceAt(timeMs);
  }

  /** The oldest sequence at which the book can still be served. */
  get oldestSequence(): number {
    return this.#history.oldest;
  }

  #open(): void {
    const { openPrice } = this.instrument;
    for (const side of [Side.Bid, Side.Ask] as const) {
      let price = side === Side.Bid ? openPrice : openPrice + 1 + this.#random.below(3);
      for (let i = 0; i < this.#depth && price > 0; i += 1) {
        const orders = 1 + this.#random.below(3);
        for (let k = 0; k < orders; k += 1) {
          this.book.add(side, price, this.#order(this.#draws.size()));
        }
        const gap = 1 + this.#random.below(1 + Math.min(4, Math.floor(i / 10)));
        price += side === Side.Bid ? -gap : gap;
      }
    }
  }

  #act(): void {
    const draw = this.#random.unit();
    if (draw < this.#idleShare) {
      this.#advance(this.#random.chance(0.5) ? Side.Bid : Side.Ask, undefined);
      return;
    }
    if (draw < this.#idleShare + SHARE_TAKE && this.#take()) return;
    const side = this.#random.chance(0.5) ? Side.Bid : Side.Ask;
    const fullness = Math.max(
      this.book.side(side).length / this.#depth,
      this.book.orderCount(side) / (this.#depth * ORDERS_PER_LEVEL),
    );
    const cancels = this.#random.unit() * 2 < fullness;
    if (!cancels || !this.#cancel(side)) this.#add(side);
  }

  #add(side: Side): void {
    const own = this.book.best(side)?.price ?? 0;
    const other = this.book.best(opposite(side))?.price ?? 0;
    const inside = Math.abs(other - own) - 1;
    const inward = side === Side.Bid ? 1 : -1;
    let price: number;
    if (inside > 0 && this.#random.chance(inside > 8 ? 0.6 : 0.15)) {
      price = own + inward * (1 + this.#random.below(inside));
    } else {
      price = own - inward * this.#draws.distance();
    }
    if (price < 1) price = own;
    const before = this.#sizeAt(side, price);
    const level = this.book.add(side, price, this.#order(this.#draws.size()));
    this.#advance(side, { level, before });
  }

  #cancel(side: Side): boolean {
    const levels = this.book.side(side);
    if (levels.length <= LEVELS_MIN) return false;
    const level = levels[levels.length - 1 - this.#draws.depth(levels.length)];
    if (level === undefined) return false;
    const index = this.#random.below(level.orders.length);
    const order = level.orders[index];
    if (order === undefined) return false;
    const part = order.size > 1 && this.#random.chance(0.25);
    const size = part ? 1 + this.#random.below(Math.min(order.size - 1, 2 ** 32)) : order.size;
    const before = level.size;
    this.book.reduce(side, level, { index, size });
    this.#advance(side, { level, before });
    return true;
  }

  /** A market order, or a limit order through the best price. False if the book is too thin. */
  #take(): boolean {
    const buys = this.#random.chance(this.#buyShare());
    const side = buys ? Side.Ask : Side.Bid;
    const taker = this.#order(this.#draws.size() * (this.#random.chance(0.1) ? 6 : 1));
    const takerOrderId = this.#orderId(taker);
    const rests = this.#random.chance(0.3);
    let reached: number | undefined;
    while (taker.size > 0 && this.book.side(side).length > LEVELS_MIN) {
      const level = this.book.best(side);
      // A limit order stops at the first price it reached.
      if (level === undefined || (rests && reached !== undefined && reached !== level.price)) break;
      reached = level.price;
      this.#fill(side, level, { taker, takerOrderId });
    }
    if (reached === undefined) return false;
    if (rests && taker.size > 0 && this.#sizeAt(side, reached) === 0) {
      const own = opposite(side);
      const before = this.#sizeAt(own, reached);
      this.#advance(own, { level: this.book.add(own, reached, taker), before });
    }
    return true;
  }

  #fill(side: Side, level: Level, by: { taker: Order; takerOrderId: string }): void {
    const maker = level.orders[0];
    if (maker === undefined) throw new RangeError('a level without orders is not in the book');
    const size = Math.min(maker.size, by.taker.size);
    const makerOrderId = this.#orderId(maker);
    const before = level.size;
    this.book.reduce(side, level, { index: 0, size });
    by.taker.size -= size;
    this.#lastPriceText = level.text;
    this.#lastSize = size;
    this.#update.fills.push({
      side: side === Side.Ask ? 'buy' : 'sell',
      price: level.price,
      priceText: level.text,
      size,
      tradeId: this.#tradeIds.next(),
      makerOrderId,
      takerOrderId: by.takerOrderId,
    });
    this.#advance(side, { level, before });
  }

  #advance(side: Side, changed: { level: Level; before: number } | undefined): void {
    this.#sequence += 1;
    const price = changed?.level.price ?? 0;
    const before = changed?.before ?? 0;
    const recorded = changed === undefined ? undefined : side;
    this.#history.record(recorded, { price, before, timeMs: this.#now.ms });
    this.#update.changes.push({
      side,
      priceText: changed?.level.text ?? '0',
      size: changed?.level.size ?? 0,
      sequence: this.#sequence,
    });
  }

  #sizeAt(side: Side, price: number): number {
    // Asked only about the top of a side or about a price no order may rest at.
    const levels = this.book.side(side);
    for (let i = levels.length - 1; i >= 0; i -= 1) {
      const level = levels[i];
      if (level === undefined) break;
      if (level.price === price) return level.size;
      if (side === Side.Bid ? level.price < price : level.price > price) break;
    }
    return 0;
  }

  #buyShare(): number {
    const price = this.book.best(Side.Bid)?.price ?? 0;
    const off = (price - this.instrument.openPrice) / (this.instrument.openPrice * WANDER);
    return 0.5 - 0.5 * Math.max(-1, Math.min(1, off));
  }

  #order(size: number): Order {
    this.#orderCount += 1;
    return { id: this.#orderCount, createdAtMs: this.#now.ms, size };
  }
}

function countingIds(): TradeIdSource {
  let last = 0;
  return { next: () => String((last += 1)) };
}

function opposite(side: Side): Side {
  return side === Side.Bid ? Side.Ask : Side.Bid;
}
