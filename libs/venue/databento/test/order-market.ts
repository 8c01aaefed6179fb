/** A long stream of mbo, made from a seed: several venues, each with books of its own. */
import type { Random } from '@tickwire/core';
import { Action, DbnEncoder, MboRecord, RType, RecordFlag, Side } from '@tickwire/wire-dbn';

const RECORD_BYTES = 56;
const STEP = 250_000_000;
const MIDDLE = 4_000_000_000_000;
const PRICES = 12;
const ORDERS_OF_A_BOOK = 40;
const TIME_HI = 396_759_063;
const WORD = 2 ** 32;
/** Shares of events. */
const CLEARED = 0.004;
const DOUBTED = 0.0002;
const CONTRADICTED = 0.0002;

interface Order {
  readonly idHi: number;
  readonly idLo: number;
  readonly side: number;
  price: number;
  size: number;
}

interface Market {
  readonly instrumentId: number;
  readonly publisherId: number;
  orders: Order[];
  hasBegun: boolean;
}

export class OrderMarket {
  readonly counts = { records: 0, clears: 0, snapshots: 0, doubts: 0, contradictions: 0 };
  readonly #random: Random;
  readonly #markets: readonly Market[];
  readonly #encoder: DbnEncoder;
  readonly #capacity: number;
  readonly #record = new MboRecord();
  readonly #bytes: Uint8Array;

  constructor(random: Random, size: { instruments: number; publishers: number; bytes: number }) {
    this.#random = random;
    this.#bytes = new Uint8Array(size.bytes);
    this.#capacity = size.bytes;
    this.#encoder = new DbnEncoder(this.#bytes, { version: 3 });
    this.#markets = Array.from({ length: size.instruments * size.publishers }, (_, at) => ({
      instrumentId: 42_000_000 + 977 * Math.floor(at / size.publishers),
      publisherId: 1 + (at % size.publishers),
      orders: [],
      hasBegun: false,
    }));
  }

  /** Whole events, as many as the buffer takes; valid until the next call. */
  next(): Uint8Array {
    this.#encoder.clear();
    // An event is a snapshot of a book at most.
    const room = RECORD_BYTES * (2 * ORDERS_OF_A_BOOK + 10);
    while (this.#encoder.length + room < this.#capacity) {
      this.#event(this.#markets[this.#below(this.#markets.length)]!);
    }
    return this.#encoder.written;
  }

  #event(market: Market): void {
    const pick = this.#random();
    if (!market.hasBegun || pick < CLEARED) this.#beginAnew(market);
    else if (pick < CLEARED + DOUBTED) this.#doubt(market);
    else if (pick < CLEARED + DOUBTED + CONTRADICTED) this.#contradict(market);
    else {
      for (let left = 1 + this.#below(4); left > 0; left--) this.#happen(market, left === 1);
    }
  }

  /** A clear; most often followed by the book as it is. */
  #beginAnew(market: Market): void {
    const isSnapshot = this.#random() < 0.7;
    if (!market.hasBegun || !isSnapshot) market.orders = [];
    market.hasBegun = true;
    this.counts.clears += 1;
    const isAlone = market.orders.length === 0;
    const flag = isSnapshot ? RecordFlag.Snapshot : 0;
    this.#put(market, Action.Clear, { flags: flag | (isAlone ? RecordFlag.Last : 0) });
    if (isAlone) return;
    this.counts.snapshots += 1;
    market.orders.forEach((order, at) => {
      const isLast = at === market.orders.length - 1;
      this.#put(market, Action.Add, { order, flags: flag | (isLast ? RecordFlag.Last : 0) });
    });
  }

  /** The vendor doubts the book itself. */
  #doubt(market: Market): void {
    this.counts.doubts += 1;
    const order = this.#newOrder();
    const flags = RecordFlag.Last | RecordFlag.MaybeBadBook;
    this.#put(market, Action.Add, { order, flags });
    market.orders.push(order);
  }

  /** An order that nobody has entered is cancelled: something was lost on its way. */
  #contradict(market: Market): void {
    this.counts.contradictions += 1;
    this.#put(market, Action.Cancel, { order: this.#newOrder(), flags: RecordFlag.Last });
  }

  #happen(market: Market, isLast: boolean): void {
    const flags = isLast ? RecordFlag.Last : 0;
    const { orders } = market;
    const pick = this.#random();
    const at = this.#below(orders.length);
    const order = orders[at];
    if (order === undefined || (orders.length < ORDERS_OF_A_BOOK && pick < 0.45)) {
      const added = this.#newOrder();
      orders.push(added);
      this.#put(market, this.#random() < 0.02 ? Action.Modify : Action.Add, {
        order: added,
        flags,
      });
    } else if (pick < 0.6) this.#change(market, order, flags);
    else if (pick < 0.68) this.#put(market, Action.Trade, { order, flags });
    else if (pick < 0.7) this.#put(market, Action.None, { order, flags });
    else if (pick < 0.78) {
      this.#put(market, Action.Fill, { order, flags: 0 });
      this.#cancel(market, { at, part: 0.5, flags });
    } else this.#cancel(market, { at, part: 0.2, flags });
  }

  #change(market: Market, order: Order, flags: number): void {
    if (this.#random() < 0.4) order.price = this.#price(order.side);
    if (this.#random() < 0.8) order.size = 1 + this.#below(30);
    this.#put(market, Action.Modify, { order, flags });
  }

  /** All of an order, or with the probability `part` some of it. */
  #cancel(market: Market, { at, part, flags }: { at: number; part: number; flags: number }): void {
    const order = market.orders[at]!;
    const isPart = order.size > 1 && this.#random() < part;
    const size = isPart ? 1 + this.#below(order.size - 1) : order.size;
    this.#put(market, Action.Cancel, { order: { ...order, size }, flags });
    order.size -= size;
    if (!isPart) market.orders.splice(at, 1);
  }

  #put(market: Market, action: number, what: { order?: Order; flags: number }): void {
    const { order, flags } = what;
    const record = this.#record;
    this.#encoder.begin(record, RType.Mbo);
    const at = ++this.counts.records;
    record.setInstrumentId(market.instrumentId).setPublisherId(market.publisherId);
    record.setTsEventWords(TIME_HI, at % WORD).setSequence(at % WORD);
    record
      .setAction(action)
      .setFlags(flags)
      .setSide(order?.side ?? Side.None);
    if (order === undefined) return;
    record.setOrderIdWords(order.idHi, order.idLo).setPrice(order.price).setSize(order.size);
  }

  #newOrder(): Order {
    const side = this.#random() < 0.5 ? Side.Bid : Side.Ask;
    const [idHi, idLo] = [this.#below(4), this.#below(WORD)];
    return { idHi, idLo, side, price: this.#price(side), size: 1 + this.#below(30) };
  }

  #price(side: number): number {
    const steps = 1 + Math.min(this.#below(PRICES), this.#below(PRICES));
    return MIDDLE + (side === Side.Bid ? -steps : steps) * STEP;
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
