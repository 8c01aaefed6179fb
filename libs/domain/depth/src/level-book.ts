import { DepthCode } from './depth-code.ts';
import type { LevelUpdate } from './depth-update.ts';
import { wholeNumber } from './errors.ts';
import { LEVELS_MAX } from './level-refresh.ts';
import { LevelSide } from './level-side.ts';
import type { NumberPool } from './number-pool.ts';
import type { PriceChanges } from './price-changes.ts';

/** Levels of most books of the exchange (MarketDepth, tag 264). */
export const LEVELS_DEFAULT = 10;

/**
 * A book by level (MBP): both sides by position, real or implied. Each update gives its changes by
 * price: applied to a book by price they make exactly these levels. What falls off the depth is
 * gone; it is a level again when the exchange sends it.
 */
export class LevelBook {
  readonly bids: LevelSide;
  readonly asks: LevelSide;

  /**
   * @param options.levels - Levels of each side, 0 … 30.
   * @param options.isInverted - Bids rise and asks fall from the best on (InvertedBook).
   * @param pool - Where its numbers are, together with those of other books.
   * @throws DepthError `BAD_OPTION`.
   */
  constructor(options: { levels: number; isInverted?: boolean }, pool?: NumberPool) {
    const levels = wholeNumber('levels', options.levels, { min: 0, max: LEVELS_MAX });
    const isInverted = options.isInverted === true;
    this.bids = new LevelSide(levels, isInverted ? -1 : 1, pool);
    this.asks = new LevelSide(levels, isInverted ? 1 : -1, pool);
  }

  get isKnown(): boolean {
    return this.bids.isKnown && this.asks.isKnown;
  }

  /** `changes` is begun by the caller; what is in it says nothing when the code is a damage. */
  apply(update: LevelUpdate, changes: PriceChanges): DepthCode {
    return (update.isBid ? this.bids : this.asks).apply(update, changes);
  }

  /** The end of an event: `PriceOrder` when Overlays of it left the prices out of order. */
  settle(): DepthCode {
    const code = this.bids.settle();
    return code === DepthCode.Applied ? this.asks.settle() : code;
  }

  empty(): void {
    this.bids.empty();
    this.asks.empty();
  }

  forget(): void {
    this.bids.forget();
    this.asks.forget();
  }

  /** Ends an image, given as Overlays since `forget`. */
  endImage(): DepthCode {
    const code = this.bids.endImage();
    return code === DepthCode.Applied ? this.asks.endImage() : code;
  }

  /** `source` is known. False, and nothing done, when it is deeper than this book. */
  copyFrom(source: LevelBook): boolean {
    if (source.bids.count > this.bids.levels || source.asks.count > this.asks.levels) return false;
    this.bids.copyFrom(source.bids);
    this.asks.copyFrom(source.asks);
    return true;
  }
}
