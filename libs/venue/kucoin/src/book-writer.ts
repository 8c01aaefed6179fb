/**
 * A book's changes as ticks, in the exponents of its directory entry: changes one by one, images as
 * a whole. Knows nothing of where a book stands in the stream.
 */
import { ABSENT, StreamReason } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { LevelChange } from '@tickwire/domain-book';
import type { BookSide } from '@tickwire/domain-book';
import { finerEntry } from '@tickwire/domain-feed';
import type { LevelTick, TickEmitter } from '@tickwire/domain-feed';
import { POW10 } from '@tickwire/wire-json';
import { Action, TickFlag } from '@tickwire/wire-tick';
import { KucoinDecodeError } from './errors.ts';
import { outOfRange, scaled, scaledSize } from './exact-scale.ts';
import type { LevelList } from './level-list.ts';
import type { KucoinSink } from './sink.ts';
import type { CoarserEntry, SymbolState } from './symbol-state.ts';
import type { Tallies } from './tallies.ts';

export interface BookWriterParts {
  emit: TickEmitter;
  sink: KucoinSink;
  tallies: Tallies;
  /** The levels of the message at hand. */
  levels: LevelList;
}

export class BookWriter {
  readonly #emit: TickEmitter;
  readonly #sink: KucoinSink;
  readonly #tallies: Tallies;
  readonly #levels: LevelList;
  /** Used again for every level: the hot path makes no objects. */
  readonly #level: LevelTick = {
    isBid: false,
    price: 0,
    size: 0,
    sequence: 0,
    action: Action.None,
    flags: 0,
  };

  constructor(parts: BookWriterParts) {
    this.#emit = parts.emit;
    this.#sink = parts.sink;
    this.#tallies = parts.tallies;
    this.#levels = parts.levels;
  }

  /**
   * Ticks of the changes above the book's sequence, in the order of their sequences, up to the end
   * of `delta`.
   * @throws KucoinDecodeError as `fitDigits`, with nothing done.
   */
  applyDelta(state: SymbolState, delta: Readonly<{ end: number }>): void {
    const { end } = delta;
    const levels = this.#levels;
    this.fitDigits(state);
    const first = this.#firstNew(state.lastApplied);
    const closing = levels.count > first && this.#sequenceAt(levels.count - 1) === end;
    this.#tallies.ticksImplied.add(levels.count - first + (closing ? 0 : 1));
    for (let at = first; at < levels.count; at++) {
      const row = levels.order[at] as number;
      const last = closing && at === levels.count - 1;
      this.#applyChange(state, row, last ? TickFlag.Last | TickFlag.EventEnd : 0);
    }
    // A message may end behind its last change: the sequence moves, and the event needs an end.
    if (!closing) this.#moveSequence(state, end, TickFlag.Last | TickFlag.EventEnd);
    state.lastApplied = end;
  }

  #firstNew(lastApplied: number): number {
    let at = 0;
    while (at < this.#levels.count && this.#sequenceAt(at) <= lastApplied) at += 1;
    return at;
  }

  #sequenceAt(at: number): number {
    return this.#levels.sequences[this.#levels.order[at] as number] as number;
  }

  #applyChange(state: SymbolState, row: number, flags: number): void {
    const levels = this.#levels;
    const price = levels.prices[row] as number;
    const size = levels.sizes[row] as number;
    const sequence = levels.sequences[row] as number;
    if (price === 0) {
      this.#moveSequence(state, sequence, flags);
      return;
    }
    const isBid = levels.isBid[row] === 1;
    const change = (isBid ? state.book.bids : state.book.asks).set(price, size);
    let action: Action = Action.Modify;
    if (change === LevelChange.Added) action = Action.Add;
    else if (change !== LevelChange.Modified) action = Action.Delete;
    if (change === LevelChange.None) this.#tallies.unknownDeletes.add(1);
    const tick = this.#level;
    tick.isBid = isBid;
    tick.price = price;
    tick.size = size;
    tick.sequence = sequence;
    tick.action = action;
    tick.flags = flags;
    this.#emitLevel(state);
  }

  #moveSequence(state: SymbolState, sequence: number, flags: number): void {
    const tick = this.#level;
    tick.isBid = false;
    tick.price = ABSENT;
    tick.size = 0;
    tick.sequence = sequence;
    tick.action = Action.None;
    tick.flags = flags;
    this.#emit.level(state, tick, state.index);
  }

  /** The level list, fitted, becomes the book: an image of it at `sequence`. */
  loadSnapshot(state: SymbolState, sequence: number): void {
    const levels = this.#levels;
    const { book } = state;
    book.clear();
    // From the worst price to the best: each goes to the end of its side.
    for (let row = levels.count - 1; row >= 0; row--) {
      const side = levels.isBid[row] === 1 ? book.bids : book.asks;
      side.set(levels.prices[row] as number, levels.sizes[row] as number);
    }
    state.synced = true;
    state.lastApplied = sequence;
    this.writeImage(state);
  }

  /**
   * CLEAR and every level of the book, best first: for a new snapshot, a new entry, or readers
   * that came late.
   */
  writeImage(state: SymbolState): void {
    const { bids, asks } = state.book;
    const total = bids.count + asks.count;
    this.#tallies.ticksImplied.add(1 + total);
    const end = TickFlag.Snapshot | TickFlag.Last | TickFlag.EventEnd;
    this.#emit.clear(state, state.lastApplied, total === 0 ? end : TickFlag.Snapshot);
    for (let at = 0; at < total; at++) {
      const isBid = at < bids.count;
      const side = isBid ? bids : asks;
      const depth = isBid ? at : at - bids.count;
      const tick = this.#level;
      tick.isBid = isBid;
      tick.price = side.priceAt(depth) ?? ABSENT;
      tick.size = side.sizeAt(depth) ?? 0;
      tick.sequence = state.lastApplied;
      tick.action = Action.Add;
      tick.flags = at === total - 1 ? end : TickFlag.Snapshot;
      this.#emitLevel(state);
    }
  }

  /**
   * Brings the level list to the entry's exponents, after a finer entry where the entry is too
   * coarse. Everything is checked before the first tick of the message.
   * @throws KucoinDecodeError `OUT_OF_RANGE`, `DIRECTORY_FULL`, `BOOK_FULL`.
   */
  fitDigits(state: SymbolState): void {
    const levels = this.#levels;
    const priceExp = Math.min(state.entry.priceExp, 0 - levels.priceDigitsMax);
    const sizeExp = Math.min(state.entry.sizeExp, 0 - levels.sizeDigitsMax);
    for (let row = 0; row < levels.count; row++) {
      const { prices, priceDigits, sizes, sizeDigits } = levels;
      prices[row] = scaled(prices[row] as number, priceDigits[row] as number, priceExp);
      sizes[row] = scaledSize(sizes[row] as number, sizeDigits[row] as number, sizeExp);
      priceDigits[row] = -priceExp;
      sizeDigits[row] = -sizeExp;
    }
    this.#checkRoom(state);
    this.supersede(state, priceExp, sizeExp);
    for (let row = 0; row < levels.count; row++) {
      this.coarserFor(state, levels.sizes[row] as number);
    }
  }

  #checkRoom(state: SymbolState): void {
    const { bids, asks, levelsMax } = state.book;
    if (Math.max(bids.count, asks.count) + this.#levels.count <= levelsMax) return;
    if (!state.synced) {
      let bidCount = 0;
      for (let row = 0; row < this.#levels.count; row++) bidCount += this.#levels.isBid[row] ?? 0;
      if (Math.max(bidCount, this.#levels.count - bidCount) <= levelsMax) return;
    }
    throw new KucoinDecodeError('BOOK_FULL', { field: state.symbol, offset: 0 });
  }

  /** Makes a finer entry when `state` needs one, and shows its book again under it. */
  supersede(state: SymbolState, priceExp: number, sizeExp: number): void {
    const { entry } = state;
    if (priceExp >= entry.priceExp && sizeExp >= entry.sizeExp) return;
    if (priceExp < state.priceExpMin || sizeExp < state.sizeExpMin) throw outOfRange(state.symbol);
    const next = finerEntry(entry, { priceExp, sizeExp, supersedes: state.index });
    if (next === undefined) throw outOfRange(state.symbol);
    const factors = {
      price: POW10[entry.priceExp - priceExp] ?? Infinity,
      size: POW10[entry.sizeExp - sizeExp] ?? Infinity,
    };
    const { bids, asks } = state.book;
    if (!state.synced) state.book.clear();
    for (const side of [bids, asks]) {
      const largest = side.largest();
      scaled(largest.price, 0, priceExp - entry.priceExp);
      if (largest.size * factors.size > Number.MAX_SAFE_INTEGER) {
        this.#checkSizes(side, sizeExp - entry.sizeExp);
      }
    }
    const index = this.#define(state, next);
    bids.rescale(factors);
    asks.rescale(factors);
    if (priceExp === entry.priceExp) {
      state.coarser.push({ sizeExp: entry.sizeExp, index: state.index });
    } else state.coarser.length = 0;
    state.entry = next;
    state.index = index;
    this.#tallies.supersedingEntries.add(1);
    this.#tallies.ticksImplied.add(1);
    const { stream } = state;
    this.#emit.stream(state, { state: stream, previous: stream, reason: StreamReason.None });
    if (state.synced) this.showAgain(state);
  }

  /**
   * The book of a live `state` under an entry that is new to it.
   * @throws KucoinDecodeError `DIRECTORY_FULL`, `OUT_OF_RANGE`: nothing was written, and `state` is
   *   no longer synchronised.
   */
  showAgain(state: SymbolState): void {
    // Until the image is out the book under the new entry is not to be trusted.
    state.synced = false;
    this.#makeCoarser(state);
    state.synced = true;
    this.writeImage(state);
  }

  #makeCoarser(state: SymbolState): void {
    for (const side of [state.book.bids, state.book.asks]) {
      for (let depth = 0; depth < side.count; depth++) {
        this.coarserFor(state, side.sizeAt(depth) ?? 0);
      }
    }
  }

  #checkSizes(side: BookSide, exponent: number): void {
    for (let depth = 0; depth < side.count; depth++) {
      scaledSize(side.sizeAt(depth) ?? 0, 0, exponent);
    }
  }

  /**
   * A level whose size is too large for the entry, under one of coarser sizes. The event then ends
   * with a tick of the entry itself, so that LAST always stands there.
   */
  #emitLevel(state: SymbolState): void {
    const tick = this.#level;
    if (tick.size <= Number.MAX_SAFE_INTEGER) {
      this.#emit.level(state, tick, state.index);
      return;
    }
    const { flags } = tick;
    const target = this.coarserFor(state, tick.size);
    if (target === undefined) return;
    tick.size /= POW10[target.sizeExp - state.entry.sizeExp] as number;
    tick.flags &= ~(TickFlag.Last | TickFlag.EventEnd);
    this.#emit.level(state, tick, target.index);
    if ((flags & TickFlag.Last) === 0) return;
    this.#tallies.ticksImplied.add(1);
    this.#moveSequence(state, tick.sequence, flags);
  }

  /**
   * The entry for a size beyond the main one's reach, made when there is none; `undefined` when the
   * main entry holds it. `beside` is another size of the same tick.
   * @throws KucoinDecodeError `DIRECTORY_FULL`, `OUT_OF_RANGE` when no entry holds both.
   */
  coarserFor(state: SymbolState, size: number, beside = 0): CoarserEntry | undefined {
    if (size <= Number.MAX_SAFE_INTEGER) return undefined;
    let digits = 1;
    while (size / (POW10[digits] as number) > Number.MAX_SAFE_INTEGER) digits += 1;
    const sizeExp = state.entry.sizeExp + digits;
    const known = state.coarser.find(
      (coarser) =>
        coarser.sizeExp >= sizeExp && fits(state, coarser, size) && fits(state, coarser, beside),
    );
    if (known !== undefined) return known;
    if (beside % (POW10[digits] as number) !== 0) throw outOfRange('sizes');
    const next = { ...state.entry, sizeExp, lotSize: ABSENT, supersedes: state.index };
    const made = { sizeExp, index: this.#define(state, next) };
    this.#tallies.supersedingEntries.add(1);
    state.coarser.push(made);
    return made;
  }

  #define(state: SymbolState, entry: NewDirectoryEntry): number {
    const index = this.#sink.define(entry);
    if (index !== undefined) return index;
    throw new KucoinDecodeError('DIRECTORY_FULL', { field: state.symbol, offset: 0 });
  }
}

/** Whether `size` at the entry's exponent is a whole number of `coarser` units. */
function fits(state: SymbolState, coarser: { sizeExp: number }, size: number): boolean {
  return size % (POW10[coarser.sizeExp - state.entry.sizeExp] ?? Infinity) === 0;
}
