import { StreamState } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { PriceBook } from '@tickwire/domain-book';
import type { FeedSymbol, GapRecord } from '@tickwire/domain-feed';
import { DeltaBuffer } from './delta-buffer.ts';
import type { KucoinNormaliserLimits } from './normaliser-options.ts';

/** A lost connection's ledger entry, shared by the symbols that wait for their new snapshots. */
export interface ChannelGap {
  readonly record: GapRecord;
  waiting: number;
}

/** An entry of the same price exponent for sizes too large for the main one. */
export interface CoarserEntry {
  readonly sizeExp: number;
  readonly index: number;
}

/** How much finer than the vendor's list a price may be. */
const PRICE_DIGITS_BEYOND = 6;
/** Digits of a size: as many as the list says, at least 8, and these. */
const SIZE_DIGITS_LEAST = 8;
const SIZE_DIGITS_BEYOND = 2;

/** Open gaps kept apart per symbol; the count of later ones is added to the last. */
export const OPEN_GAPS_MAX = 256;

/** What the normaliser knows of one symbol. */
export class SymbolState implements FeedSymbol {
  entry: NewDirectoryEntry;
  /** Dense index of the current entry; −1 before the first. */
  index = -1;
  /** Entries of the same price exponent and coarser sizes, for sizes too large for `entry`. */
  readonly coarser: CoarserEntry[] = [];
  stream: StreamState = StreamState.Unknown;
  /** The book may be used: it follows the stream without a hole since its snapshot. */
  synced = false;
  readonly symbolBytes: Uint8Array;
  /**
   * Finest exponents allowed. Without a bound one absurd value would make an entry so fine that
   * ordinary values no longer fit it.
   */
  readonly priceExpMin: number;
  readonly sizeExpMin: number;
  readonly book: PriceBook;
  readonly buffer: DeltaBuffer;
  /** Venue sequence of the last change in the book; of no meaning before the first snapshot. */
  lastApplied = -1;
  /** Venue sequence of the last change received, used or not; −1 before the first. */
  lastSeen = -1;
  /** A snapshot below this sequence cannot be joined to the changes at hand. */
  snapshotFloor = 0;
  /** Messages of old sequences in an unbroken row, and the sequence that would go on. */
  backwardRun = 0;
  backwardNext = -1;
  /** Receipt of the last change, for `fromTs` of a gap. */
  lastRecvHi = 0;
  lastRecvLo = 0;
  /** The next data tick carries GAP_BEFORE. */
  gapBefore = false;
  /** The first change after a lost connection, or a lost writer, is still to come. */
  resuming = false;
  lostBy: 'disconnect' | 'writer-restarted' = 'disconnect';
  /** How often a snapshot was asked for since the book was last live; 0 = none awaited. */
  snapshotAttempt = 0;
  readonly openGaps: GapRecord[] = [];
  channelGap: ChannelGap | undefined;

  constructor(entry: NewDirectoryEntry, limits: KucoinNormaliserLimits) {
    this.entry = entry;
    this.priceExpMin = Math.max(-18, entry.priceExp - PRICE_DIGITS_BEYOND);
    this.sizeExpMin = -Math.max(SIZE_DIGITS_LEAST, -entry.sizeExp) - SIZE_DIGITS_BEYOND;
    this.symbolBytes = new TextEncoder().encode(entry.symbol);
    this.book = new PriceBook(limits.bookLevelsMax);
    this.buffer = new DeltaBuffer({
      messagesMax: limits.bufferedMessagesMax,
      bytesMax: limits.bufferedBytesMax,
    });
  }

  get symbol(): string {
    return this.entry.symbol;
  }
}
