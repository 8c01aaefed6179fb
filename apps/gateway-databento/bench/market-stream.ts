/**
 * A seeded market as DBN: so many instruments, interleaved at random, each with a book of about a
 * hundred orders that its records change as a venue would. The same bytes on every run, and no two
 * records alike.
 */
import {
  Action,
  DbnEncoder,
  MboRecord,
  Mbp1Record,
  RType,
  RecordFlag,
  SCHEMA_NONE,
  STYPE_NONE,
  Side,
  TIME_OPEN,
  TradeRecord,
  metadataBytes,
} from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';

const TIME_HI = 0x1654_e2db;
const ORDER_ID_HI = 0x96;
const ORDERS_OF_A_BOOK = 100;
const STEP = 250_000_000;
const MIDDLE = 4_000_000_000_000;
const LEVELS = 30;
const RECORD_BYTES_MAX = 80;
const FIRST_ID = 42_000_000;
const ID_STEP = 1_377;

export type StreamKind = 'mbo' | 'mbp-1' | 'trades' | 'mixed';

export const METADATA: DbnMetadata = {
  ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NONE, tsOut: false },
  ...{ start: 0n, end: TIME_OPEN, limit: 0n, stypeIn: STYPE_NONE, stypeOut: 0 },
  ...{ symbolCstrLength: 71, symbols: [], partial: [], notFound: [], mappings: [] },
};

/** A seeded source of integers. */
class Dice {
  #state = 0x2545_f491;

  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * end);
  }

  /** 0 … end − 1, the lower the likelier: near the best price most of a market happens. */
  near(end: number): number {
    return Math.min(this.below(end), this.below(end));
  }
}

/** Orders of one instrument, each in all columns at one place. */
class OpenOrders {
  readonly ids: number[] = [];
  readonly prices: number[] = [];
  readonly sizes: number[] = [];
  readonly isBid: boolean[] = [];

  get count(): number {
    return this.ids.length;
  }

  add(id: number, order: { price: number; size: number; isBid: boolean }): void {
    this.ids.push(id);
    this.prices.push(order.price);
    this.sizes.push(order.size);
    this.isBid.push(order.isBid);
  }

  remove(at: number): void {
    for (const column of [this.ids, this.prices, this.sizes]) {
      column[at] = column.at(-1)!;
      column.pop();
    }
    this.isBid[at] = this.isBid.at(-1)!;
    this.isBid.pop();
  }
}

/** Writes records one behind the other. */
export class MarketWriter {
  readonly #encoder: DbnEncoder;
  readonly #books: readonly OpenOrders[];
  readonly #order = new MboRecord();
  readonly #change = new Mbp1Record();
  readonly #trade = new TradeRecord();
  readonly #dice = new Dice();
  #index = 0;

  constructor(encoder: DbnEncoder, instruments: number) {
    this.#encoder = encoder;
    this.#books = Array.from({ length: instruments }, () => new OpenOrders());
  }

  /** The next record. The buffer has room for it. */
  write(kind: StreamKind): void {
    const index = this.#index++;
    const place = index % 10;
    if (index < this.#books.length && (kind === 'mbo' || kind === 'mixed')) this.#clear(index);
    else if (kind === 'mbo' || (kind === 'mixed' && place < 6)) this.#writeOrder(index);
    else if (kind === 'mbp-1' || (kind === 'mixed' && place < 9)) this.#writeChange(index);
    else this.#writeTrade(index);
  }

  /** Each book begins with one: it is right from there on. */
  #clear(index: number): void {
    this.#begin(this.#order, { rtype: RType.Mbo, instrument: index, index });
    this.#order.setAction(Action.Clear).setSide(Side.None).setFlags(RecordFlag.Last);
  }

  #writeOrder(index: number): void {
    const dice = this.#dice;
    const instrument = dice.below(this.#books.length);
    const book = this.#books[instrument]!;
    this.#begin(this.#order, { rtype: RType.Mbo, instrument, index });
    this.#order.setFlags(index % 4 === 3 ? RecordFlag.Last : 0).setChannelId(3);
    const pick = dice.below(20);
    if (book.count < ORDERS_OF_A_BOOK || pick < 8) this.#add(book, index);
    else this.#touch(book, pick);
  }

  #add(book: OpenOrders, index: number): void {
    const dice = this.#dice;
    const isBid = dice.below(2) === 0;
    const price = MIDDLE - (isBid ? 1 : -1) * (1 + dice.near(LEVELS)) * STEP;
    const order = { price, size: 1 + dice.below(50), isBid };
    book.add(index, order);
    this.#state(Action.Add, { id: index, ...order });
  }

  /** Cancels most, changes some, fills some: a fill alone changes no book. */
  #touch(book: OpenOrders, pick: number): void {
    const dice = this.#dice;
    const at = dice.below(book.count);
    const [id, size, isBid] = [book.ids[at]!, book.sizes[at]!, book.isBid[at]!];
    const price = book.prices[at]!;
    if (pick < 16) {
      const cancelled = pick < 14 ? size : 1 + dice.below(size);
      this.#state(Action.Cancel, { id, price, size: cancelled, isBid });
      if (cancelled === size) book.remove(at);
      else book.sizes[at] = size - cancelled;
    } else if (pick < 19) {
      book.sizes[at] = 1 + dice.below(50);
      if (pick === 18) book.prices[at] = price - (isBid ? STEP : -STEP);
      this.#state(Action.Modify, { id, price: book.prices[at]!, size: book.sizes[at], isBid });
    } else this.#state(Action.Fill, { id, price, size: 1 + dice.below(size), isBid });
  }

  #state(action: number, order: { id: number; price: number; size: number; isBid: boolean }): void {
    this.#order.setAction(action).setOrderIdWords(ORDER_ID_HI, order.id).setPrice(order.price);
    this.#order.setSize(order.size).setSide(order.isBid ? Side.Bid : Side.Ask);
  }

  #writeChange(index: number): void {
    const dice = this.#dice;
    const change = this.#change;
    const instrument = dice.below(this.#books.length);
    this.#begin(change, { rtype: RType.Mbp1, instrument, index });
    const bid = MIDDLE - dice.near(LEVELS) * STEP;
    change
      .setPrice(bid)
      .setSize(1 + (index & 0xff))
      .setSide(Side.Bid)
      .setDepth(0);
    change.setAction(Action.Modify).setFlags(RecordFlag.Last);
    const level = change.level(0);
    level.setBidPx(bid).setAskPx(bid + (1 + dice.below(3)) * STEP);
    level.setBidSz(index & 0xfff).setAskSz(dice.below(0xfff));
    level.setBidCt(index & 0x7f).setAskCt(9);
  }

  #writeTrade(index: number): void {
    const dice = this.#dice;
    const trade = this.#trade;
    const instrument = dice.below(this.#books.length);
    this.#begin(trade, { rtype: RType.Trade, instrument, index });
    trade.setPrice(MIDDLE - dice.below(LEVELS) * STEP).setSize(1 + (index & 0xff));
    trade.setAction(Action.Trade).setSide(index % 2 === 0 ? Side.Ask : Side.Bid);
    trade.setFlags(RecordFlag.Last).setDepth(0);
  }

  /** What records of all three kinds have. */
  #begin(
    record: MboRecord | Mbp1Record | TradeRecord,
    { rtype, instrument, index }: { rtype: RType; instrument: number; index: number },
  ): void {
    this.#encoder.begin(record, rtype);
    // Ids of a venue are sparse.
    record.setPublisherId(1).setInstrumentId(FIRST_ID + ID_STEP * instrument);
    record.setTsEventWords(TIME_HI, index * 1_000).setTsRecvWords(TIME_HI, index * 1_000 + 300);
    record.setTsInDelta(index & 0xffff).setSequence(index);
  }
}

/** Ids of a venue are sparse. */
export const instrumentIds = (instruments: number): number[] =>
  Array.from({ length: instruments }, (_, at) => FIRST_ID + ID_STEP * at);

/** A stream of so many records of so many instruments. */
export function marketStream(
  kind: StreamKind,
  options: { records: number; instruments: number },
): Uint8Array {
  const head = metadataBytes(METADATA);
  const encoder = new DbnEncoder(new Uint8Array(head + options.records * RECORD_BYTES_MAX));
  encoder.metadata(METADATA);
  const writer = new MarketWriter(encoder, options.instruments);
  for (let left = options.records; left > 0; left--) writer.write(kind);
  return encoder.written;
}
