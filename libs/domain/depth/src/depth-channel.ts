import { DepthCode } from './depth-code.ts';
import { DepthCounts } from './depth-counts.ts';
import type { LevelUpdate, OrderUpdate } from './depth-update.ts';
import { DepthError } from './errors.ts';
import { InstrumentDepth } from './instrument-depth.ts';
import type { DepthShared, InstrumentDepthOptions } from './instrument-depth.ts';
import { LEVELS_MAX } from './level-refresh.ts';
import { OrderBook } from './order-book.ts';
import type { OrderBookOptions } from './order-book.ts';
import { NumberPool } from './number-pool.ts';
import { OrderTable } from './order-table.ts';
import { PriceChanges } from './price-changes.ts';

/** MatchEventIndicator (tag 5799), bit 7: the message is the last one of its event. */
export const END_OF_EVENT = 0x80;

/** Books of one instrument of a channel. */
export interface ChannelInstrument {
  readonly securityId: number;
  readonly depth: InstrumentDepth;
  /** Only where asked for. */
  readonly orders: OrderBook | undefined;
}

export interface ChannelInstrumentOptions extends InstrumentDepthOptions {
  /** A book by order as well. */
  readonly orders?: OrderBookOptions;
}

interface TouchedInstrument extends ChannelInstrument {
  /** By the event that is open. */
  isTouched: boolean;
}

/**
 * The books of one channel: what concerns all of them at once. An event of the exchange spans
 * messages and instruments, and its end is stated once: `endEvent` is for all it touched.
 */
export class DepthChannel {
  /** What the last update did, by price. */
  readonly changes = new PriceChanges(LEVELS_MAX);
  readonly counts = new DepthCounts();
  readonly #shared: DepthShared = {
    changes: this.changes,
    counts: this.counts,
    numbers: new NumberPool(),
    orders: new OrderTable(),
  };
  readonly #instruments = new Map<number, TouchedInstrument>();
  readonly #touched: TouchedInstrument[] = [];
  #touchedCount = 0;

  /** @throws DepthError `BAD_OPTION`, `DUPLICATE_INSTRUMENT`. */
  add(options: ChannelInstrumentOptions): ChannelInstrument {
    const { securityId, orders, isInverted = false } = options;
    if (this.#instruments.has(securityId)) {
      throw new DepthError('DUPLICATE_INSTRUMENT', `instrument ${securityId} is there already`);
    }
    const instrument: TouchedInstrument = {
      isTouched: false,
      securityId,
      depth: new InstrumentDepth(options, this.#shared),
      orders: orders && new OrderBook({ isInverted, ...orders }, this.#shared),
    };
    this.#instruments.set(securityId, instrument);
    return instrument;
  }

  get(securityId: number): ChannelInstrument | undefined {
    return this.#instruments.get(securityId);
  }

  /** Any event of the instrument that was open is dropped with it. */
  remove(securityId: number): void {
    const instrument = this.#instruments.get(securityId);
    this.#instruments.delete(securityId);
    instrument?.orders?.release();
    const at = instrument === undefined ? -1 : this.#touched.indexOf(instrument);
    if (at < 0 || at >= this.#touchedCount) return;
    this.#touched.splice(at, 1);
    this.#touchedCount -= 1;
  }

  /** An entry of a book by level; see `InstrumentDepth.apply`. */
  apply(update: LevelUpdate): DepthCode {
    const instrument = this.#instruments.get(update.securityId);
    if (instrument === undefined) return this.#unknown();
    this.#touch(instrument);
    return instrument.depth.apply(update);
  }

  /** An entry that counts in RptSeq and changes no book; see `InstrumentDepth.advance`. */
  advance(update: LevelUpdate): DepthCode {
    const instrument = this.#instruments.get(update.securityId);
    return instrument === undefined ? this.#unknown() : instrument.depth.advance(update);
  }

  /** An entry of a book by order; `UnknownInstrument` also where it has no such book. */
  applyOrder(update: OrderUpdate): DepthCode {
    const instrument = this.#instruments.get(update.securityId);
    if (instrument?.orders === undefined) return this.#unknown();
    this.#touch(instrument);
    return instrument.orders.apply(update);
  }

  /**
   * After the last entry of a message. Where `matchEventIndicator` says that the event has ended,
   * its books are consistent again, or damaged: `touched` gives them, until the next update.
   *
   * @returns How many instruments the event touched; 0 while it goes on.
   */
  endEvent(matchEventIndicator: number): number {
    if ((matchEventIndicator & END_OF_EVENT) === 0) return 0;
    const count = this.#touchedCount;
    for (let at = 0; at < count; at++) {
      const instrument = this.#touched[at]!;
      instrument.isTouched = false;
      instrument.depth.endEvent();
      instrument.orders?.endEvent();
    }
    this.#touchedCount = 0;
    return count;
  }

  /** @param at - Below what `endEvent` returned. */
  touched(at: number): ChannelInstrument {
    return this.#touched[at]!;
  }

  /** A channel reset: all books are empty, every RptSeq begins at 1 again. */
  reset(): void {
    for (const instrument of this.#instruments.values()) {
      instrument.isTouched = false;
      instrument.depth.reset();
      instrument.orders?.reset();
    }
    this.#touchedCount = 0;
  }

  /** Packets are missing on every feed: all books are in doubt, those by order to be recovered. */
  packetsMissing(): void {
    for (const { depth, orders } of this.#instruments.values()) {
      depth.doubt();
      orders?.markSuspect();
    }
  }

  #touch(instrument: TouchedInstrument): void {
    if (instrument.isTouched) return;
    instrument.isTouched = true;
    this.#touched[this.#touchedCount++] = instrument;
  }

  #unknown(): DepthCode {
    this.counts.add(DepthCode.UnknownInstrument);
    return DepthCode.UnknownInstrument;
  }
}
