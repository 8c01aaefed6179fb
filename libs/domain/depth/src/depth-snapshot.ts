import { DepthCode } from './depth-code.ts';
import { UpdateAction } from './depth-update.ts';
import type { LevelUpdate } from './depth-update.ts';
import { LEVELS_DEFAULT, LevelBook } from './level-book.ts';
import { PriceChanges } from './price-changes.ts';

/**
 * The levels of one SnapshotFullRefresh, in whatever order they come: `begin`, `add` each, then
 * give it to `InstrumentDepth.loadSnapshot`. Used again for the next one.
 */
export class DepthSnapshot {
  readonly real: LevelBook;
  readonly implied: LevelBook;
  readonly #changes: PriceChanges;
  #fault: DepthCode = DepthCode.Applied;
  #isEnded = false;
  rptSeq = 0;

  /** Depths of the deepest book that it is used for. */
  constructor(options: { levels?: number; impliedLevels?: number; isInverted?: boolean } = {}) {
    const { levels = LEVELS_DEFAULT, impliedLevels = 0, isInverted = false } = options;
    this.real = new LevelBook({ levels, isInverted });
    this.implied = new LevelBook({ levels: impliedLevels, isInverted });
    this.#changes = new PriceChanges(Math.max(levels, impliedLevels));
  }

  /** @param rptSeq - Of the last update that the snapshot has in it; 0 of an untouched book. */
  begin(rptSeq: number): void {
    this.rptSeq = rptSeq;
    this.#fault = DepthCode.Applied;
    this.#isEnded = false;
    this.real.forget();
    this.implied.forget();
  }

  /** One level. Of `update` the action and RptSeq are not read; the action becomes Overlay. */
  add(update: LevelUpdate): void {
    if (this.#fault !== DepthCode.Applied) return;
    update.action = UpdateAction.Overlay;
    this.#changes.begin(update.isBid, update.isImplied);
    this.#fault = (update.isImplied ? this.implied : this.real).apply(update, this.#changes);
  }

  /** What is wrong with it: `Applied` for nothing. No level can be added any more. */
  end(): DepthCode {
    if (this.#isEnded || this.#fault !== DepthCode.Applied) return this.#fault;
    this.#isEnded = true;
    this.#fault = this.real.endImage();
    if (this.#fault === DepthCode.Applied) this.#fault = this.implied.endImage();
    return this.#fault;
  }
}
