import {
  DAMAGE_FROM,
  DepthCode,
  LevelUpdate,
  ORDERS_ABSENT,
  OrderUpdate,
  UpdateAction,
} from '@tickwire/domain-depth';
import { Action } from '@tickwire/wire-tick';
import type {
  MDIncrementalRefreshBook32Decoder,
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshBookLongQty64Decoder,
  MDIncrementalRefreshOrderBook43Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookPublisher } from './book-publisher.ts';
import type { EntryGate } from './entry-gate.ts';
import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import { Pass } from './pass.ts';
import { priceOfWords } from './prices.ts';
import type { CmeTallies } from './tallies.ts';

export type BookMessage =
  | MDIncrementalRefreshBook32Decoder
  | MDIncrementalRefreshBook46Decoder
  | MDIncrementalRefreshBookLongQty64Decoder;

export type OrderBookMessage =
  MDIncrementalRefreshOrderBook43Decoder | MDIncrementalRefreshOrderBook47Decoder;

/** MDEntryType (tag 269) of books. */
const BID = 0x30;
const OFFER = 0x31;
const IMPLIED_BID = 0x45;
const IMPLIED_OFFER = 0x46;
const MARKET_BEST_OFFER = 0x77;
const MARKET_BEST_BID = 0x78;

/** numInGroup is a byte. */
const ENTRIES_MAX = 256;

/** Order updates as ORDER ticks call them, by OrderUpdateAction. */
const ORDER_ACTIONS: readonly Action[] = [Action.Add, Action.Modify, Action.Delete];

/** A book of an instrument is not right any more, by this code. */
export type OnLost = (instrument: CmeInstrument, code: DepthCode) => void;

/** MDIncrementalRefreshBook and MDIncrementalRefreshOrderBook: entries into books. */
export class BookMessages {
  readonly #instruments: Instruments;
  readonly #gate: EntryGate;
  readonly #ticks: EventTicks;
  readonly #books: BookPublisher;
  readonly #tallies: CmeTallies;
  readonly #onLost: OnLost;
  readonly #hasOrders: boolean;
  readonly #update = new LevelUpdate();
  readonly #order = new OrderUpdate();
  /** Of the message at hand, for the orders behind its entries. */
  readonly #entryInstruments: (CmeInstrument | undefined)[] = [];
  readonly #entryPrices = new Float64Array(ENTRIES_MAX);
  readonly #entryIsBid = new Uint8Array(ENTRIES_MAX);
  #entryCount = 0;

  constructor(parts: {
    instruments: Instruments;
    gate: EntryGate;
    ticks: EventTicks;
    books: BookPublisher;
    tallies: CmeTallies;
    onLost: OnLost;
    /** Whether books by order are kept. */
    hasOrders: boolean;
  }) {
    this.#instruments = parts.instruments;
    this.#gate = parts.gate;
    this.#ticks = parts.ticks;
    this.#books = parts.books;
    this.#tallies = parts.tallies;
    this.#onLost = parts.onLost;
    this.#hasOrders = parts.hasOrders;
    for (let at = 0; at < ENTRIES_MAX; at++) this.#entryInstruments.push(undefined);
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  levels(message: BookMessage, scale: number): void {
    const update = this.#update;
    update.tsHi = message.transactTimeHi32;
    update.tsLo = message.transactTimeLo32;
    const entries = message.noMDEntries();
    this.#entryCount = entries.count;
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      const type = entries.mdEntryType;
      const px = entries.mdEntryPx;
      const price = priceOfWords(px.mantissaHi32, px.mantissaLo32, scale);
      if (this.#hasOrders) {
        this.#entryInstruments[entries.index] = instrument;
        this.#entryPrices[entries.index] = price;
        this.#entryIsBid[entries.index] = type === BID ? 1 : 0;
      }
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      update.rptSeq = entries.rptSeq;
      if (type === MARKET_BEST_BID || type === MARKET_BEST_OFFER) {
        this.#tallies.droppedEntries.add(1);
        this.advance(instrument, entries.rptSeq);
        continue;
      }
      update.securityId = entries.securityID;
      update.isBid = type === BID || type === IMPLIED_BID;
      update.isImplied = type === IMPLIED_BID || type === IMPLIED_OFFER;
      update.level = entries.mdPriceLevel;
      update.price = price;
      update.size = entries.mdEntrySize ?? 0;
      update.orders = entries.numberOfOrders ?? ORDERS_ABSENT;
      // A reset of one book by a level entry has no description: the book is given up.
      const isLevel = update.isBid || update.isImplied || type === OFFER;
      update.action = isLevel ? entries.mdUpdateAction : NO_ACTION;
      this.#apply(instrument);
    }
    this.#orderEntries(message);
  }

  /** MDIncrementalRefreshOrderBook: orders whose level did not change. */
  orders(message: OrderBookMessage, scale: number): void {
    const order = this.#order;
    order.tsHi = message.transactTimeHi32;
    order.tsLo = message.transactTimeLo32;
    const entries = message.noMDEntries();
    if (!this.#hasOrders) return this.#passOrders(entries.count);
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admitsOrder(instrument)) continue;
      order.securityId = entries.securityID;
      order.isBid = entries.mdEntryType === BID;
      order.action = entries.mdUpdateAction;
      const px = entries.mdEntryPx;
      order.price = priceOfWords(px.mantissaHi32, px.mantissaLo32, scale);
      order.size = entries.mdDisplayQty ?? 0;
      order.idHi = entries.orderIDHi32;
      order.idLo = entries.orderIDLo32;
      order.priorityHi = entries.mdOrderPriorityHi32;
      order.priorityLo = entries.mdOrderPriorityLo32;
      this.#applyOrder(instrument);
    }
  }

  /** An entry that counts in RptSeq and is of no book. It was admitted. */
  advance(instrument: CmeInstrument, rptSeq: number): void {
    const update = this.#update;
    update.rptSeq = rptSeq;
    if (this.#gate.pass === Pass.Live) this.#ticks.touch(instrument);
    const code = instrument.depth.advance(update);
    if (code === DepthCode.Gap) this.#onLost(instrument, code);
  }

  #apply(instrument: CmeInstrument): void {
    const { depth } = instrument;
    if (this.#gate.pass === Pass.Live) this.#ticks.touch(instrument);
    const code = depth.apply(this.#update);
    if (code === DepthCode.Applied) {
      if (instrument.synced) this.#books.note(instrument, depth.changes);
    } else if (code === DepthCode.Gap || code >= DAMAGE_FROM) this.#onLost(instrument, code);
  }

  /** The orders behind the levels of the message, each at the price and side of its entry. */
  #orderEntries(message: BookMessage): void {
    const order = this.#order;
    order.tsHi = message.transactTimeHi32;
    order.tsLo = message.transactTimeLo32;
    const entries = message.noOrderIDEntries();
    if (!this.#hasOrders) return this.#passOrders(entries.count);
    while (entries.next()) {
      const at = (entries.referenceID ?? 0) - 1;
      const isThere = at >= 0 && at < this.#entryCount;
      const instrument = isThere ? this.#entryInstruments[at] : undefined;
      if (instrument === undefined || !this.#gate.admitsOrder(instrument)) continue;
      order.securityId = instrument.securityId;
      order.isBid = this.#entryIsBid[at] === 1;
      order.action = entries.orderUpdateAction;
      order.price = this.#entryPrices[at]!;
      order.size = entries.mdDisplayQty ?? 0;
      order.idHi = entries.orderIDHi32;
      order.idLo = entries.orderIDLo32;
      order.priorityHi = entries.mdOrderPriorityHi32;
      order.priorityLo = entries.mdOrderPriorityLo32;
      this.#applyOrder(instrument);
    }
  }

  #passOrders(count: number): void {
    if (this.#gate.isFirst) this.#tallies.unwantedOrders.add(count);
  }

  #applyOrder(instrument: CmeInstrument): void {
    const order = this.#order;
    const code = instrument.orders!.apply(order);
    if (code >= DAMAGE_FROM) this.#onLost(instrument, code);
    else if (code === DepthCode.Applied && instrument.areOrdersShown) {
      this.#books.writeOrder(instrument, order, ORDER_ACTIONS[order.action]!);
    }
  }
}

/** None of MDUpdateAction: the depth refuses it. */
const NO_ACTION = UpdateAction.Overlay + 1;
