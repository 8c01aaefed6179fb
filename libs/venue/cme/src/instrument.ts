import { ABSENT, StreamState } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { InstrumentDepth, OrderBook } from '@tickwire/domain-depth';
import type { DepthShared, NumberPool, OrderBookOptions } from '@tickwire/domain-depth';
import type { FeedSymbol, GapRecord } from '@tickwire/domain-feed';
import type { PendingChanges } from './pending-changes.ts';

/** What a definition says of an instrument, as far as it is used. */
export interface Definition {
  readonly securityId: number;
  /** SecurityGroup and Asset: states of trading are told for all of one. */
  readonly group: string;
  readonly asset: string;
  readonly isDeleted: boolean;
  /** Supersedes nothing: the directory decides. */
  readonly entry: NewDirectoryEntry;
  /** MarketDepth of the feed types GBX and GBI. */
  readonly levels: number;
  readonly impliedLevels: number;
  readonly isInverted: boolean;
  /** SecurityTradingStatus; 255 when not stated. */
  readonly tradingStatus: number;
  /** Mantissas of 1e-9, or `ABSENT`. */
  readonly limitLow: number;
  readonly limitHigh: number;
}

/** SecurityTradingStatus (tag 326) when nothing was stated. */
export const TRADING_STATUS_ABSENT = 255;

const QUOTE_NUMBERS = 4;

/** One instrument of a channel: its books, and what readers of the ticks have of them. */
export class CmeInstrument implements FeedSymbol {
  // What every event touches comes first: few instruments are at hand, and these are fewer cache
  // lines.
  index: number;
  depth: InstrumentDepth;
  orders: OrderBook | undefined;
  /** By the event that is open. */
  isTouched = false;
  /** Readers have the book by level as it was at the last LAST: changes may follow. */
  synced = false;
  /** And the book by order with it. */
  areOrdersShown = false;
  gapBefore = false;
  /** While a replay is under way: no RptSeq has shown yet that nothing of it is missing. */
  isUnproven = false;
  /** Its book is to be written once more when its event ends. */
  isImageAsked = false;
  /** Something changed at the best price of the last QUOTE, or at a better one. */
  isBestTouched = false;
  /** Position of its last tick. */
  lastTick = -1;
  /** What the open event has changed. */
  pending: PendingChanges | undefined = undefined;
  /** From `quoteAt` on: bid price and size, ask price and size, as the last QUOTE said. */
  readonly quotes: Float64Array;
  readonly quoteAt: number;
  /** Packets up to here are in the snapshot that was loaded last. */
  snapshotSequence = 0;
  orderSnapshotSequence = 0;

  definition: Definition;
  stream: StreamState = StreamState.Unknown;
  /** The hole in RptSeq that is open in the ledger. */
  gap: GapRecord | undefined = undefined;
  /** As `isUnproven` of its orders, which have no RptSeq: they wait for the end of the replay. */
  areOrdersUnproven = false;
  /** RptSeq has shown that something is missing: its entries wait in the queue. */
  isHeld = false;
  /** Snapshots up to an older packet than this one repair nothing. */
  floor = 0;
  tradingStatus: number;
  limitLow: number;
  limitHigh: number;

  constructor(definition: Definition, index: number, books: InstrumentBooks) {
    this.definition = definition;
    this.index = index;
    this.tradingStatus = definition.tradingStatus;
    this.limitLow = definition.limitLow;
    this.limitHigh = definition.limitHigh;
    const { cells, at } = books.shared.numbers.take(QUOTE_NUMBERS);
    this.quotes = cells.fill(ABSENT, at, at + QUOTE_NUMBERS);
    this.quoteAt = at;
    this.depth = depthOf(definition, books);
    this.orders = ordersOf(definition, books);
  }

  /** Books by another definition: nothing is known of them. */
  makeBooks(books: InstrumentBooks): void {
    this.depth = depthOf(this.definition, books);
    this.orders?.release();
    this.orders = ordersOf(this.definition, books);
  }

  get securityId(): number {
    return this.definition.securityId;
  }

  /** The book by level is right, and no event of it is open. */
  get areLevelsRight(): boolean {
    return this.depth.isConsistent && !this.isUnproven;
  }

  /** False also where there is no book by order. */
  get areOrdersRight(): boolean {
    return this.orders !== undefined && this.orders.condition.isLive && !this.areOrdersUnproven;
  }

  /** Nothing of it needs to be recovered. */
  get isWhole(): boolean {
    const { condition } = this.depth;
    return (
      condition.isLive && !this.isUnproven && (this.orders === undefined || this.areOrdersRight)
    );
  }
}

/** What the books of a channel share, and whether there are books by order. */
export interface InstrumentBooks {
  readonly shared: DepthShared & { readonly numbers: NumberPool };
  readonly orders: OrderBookOptions | undefined;
}

function depthOf(definition: Definition, { shared }: InstrumentBooks): InstrumentDepth {
  const { securityId, levels, impliedLevels, isInverted } = definition;
  return new InstrumentDepth({ securityId, levels, impliedLevels, isInverted }, shared);
}

function ordersOf(
  { isInverted }: Definition,
  { shared, orders }: InstrumentBooks,
): OrderBook | undefined {
  return orders && new OrderBook({ ...orders, isInverted }, shared);
}
