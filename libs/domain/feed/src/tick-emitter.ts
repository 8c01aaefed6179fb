/**
 * Ticks of one frame into one batch, published together. Everything a tick's header says of the
 * frame is set once, with `begin`.
 */
import {
  ABSENT,
  INSTRUMENT_ALL,
  STAMP_ABSENT_WORD,
  StreamScope,
  StreamState,
  assert,
  diffNs,
} from '@tickwire/core';
import type { StampNs, StreamReason } from '@tickwire/core';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { TickSink } from './feed-sink.ts';
import type { RecvStamp } from './recv-stamp.ts';

const BATCH_TICKS = 1024;
const TWO_32 = 4294967296;

/** What the emitter needs to know of a symbol: a feed's own state of it fits. */
export interface FeedSymbol {
  /** Dense index of its current directory entry. */
  readonly index: number;
  /** Its book may be used; without it ticks carry SUSPECT_BOOK. */
  readonly synced: boolean;
  /** The next data tick carries GAP_BEFORE; that tick clears it. */
  gapBefore: boolean;
}

export interface LevelTick {
  isBid: boolean;
  /** Mantissas at the entry's exponents; `ABSENT` = the sequence moves, no level changes. */
  price: number;
  size: number;
  sequence: number;
  action: Action;
  flags: number;
}

export interface StreamChange {
  state: StreamState;
  previous: StreamState;
  reason: StreamReason;
  /** Venue sequences missing; absent when the change is no gap, or its size is not known. */
  missing?: { first: number; count: number } | undefined;
  from?: Readonly<StampNs> | undefined;
  ledgerId?: number;
}

export interface TickEmitterOptions {
  /** The publisher of all ticks, by the vendor's numbering. */
  readonly publisher: number;
  /** Flag bits of every tick. */
  readonly flags: number;
  /** Distance of event time and receipt beyond which ticks carry BAD_TS. */
  readonly badTimestampMs: number;
}

export class TickEmitter {
  readonly #batch = new TickBatch(BATCH_TICKS);
  readonly #sink: TickSink;
  readonly #publisher: number;
  readonly #flags: number;
  readonly #badTimestampNs: number;
  #recv: Readonly<RecvStamp> = { hi: 0, lo: 0, monotonicNs: 0 };
  #eventHi = STAMP_ABSENT_WORD;
  #eventLo = STAMP_ABSENT_WORD;
  #frameFlags = 0;
  #handedOver = 0;

  constructor(sink: TickSink, options: TickEmitterOptions) {
    this.#sink = sink;
    this.#publisher = options.publisher;
    this.#flags = options.flags;
    this.#badTimestampNs = options.badTimestampMs * 1e6;
  }

  /**
   * Starts a frame: its receipt and, if it names one, its event time. Ticks of an earlier frame go
   * out first: the time from receipt to publication is one for all of a publication.
   * @param recv - Not changed before `publish`; the same object again is the same frame.
   * @returns event time to receipt in ns, or `undefined` without an event time.
   */
  begin(recv: Readonly<RecvStamp>, event: Readonly<StampNs> | undefined): number | undefined {
    if (recv !== this.#recv) this.publish();
    this.#recv = recv;
    this.#frameFlags = this.#flags;
    if (event === undefined) {
      this.#eventHi = STAMP_ABSENT_WORD;
      this.#eventLo = STAMP_ABSENT_WORD;
      return undefined;
    }
    this.#eventHi = event.hi;
    this.#eventLo = event.lo;
    const latencyNs = diffNs(recv, event);
    if (Math.abs(latencyNs) > this.#badTimestampNs) this.#frameFlags |= TickFlag.BadTs;
    return latencyNs;
  }

  /** The event time in the frame cannot be true and was left out. */
  markBadTimestamp(): void {
    this.#frameFlags |= TickFlag.BadTs;
  }

  get hasBadTimestamp(): boolean {
    return (this.#frameFlags & TickFlag.BadTs) !== 0;
  }

  /**
   * One change of a book, or a level of its image. Price `ABSENT` moves the sequence only.
   * @param index - Of the entry that price and size are in: the symbol's own, or a coarser one.
   */
  level(symbol: FeedSymbol, level: Readonly<LevelTick>, index: number): void {
    const tick = this.#add(TickKind.Level, symbol, level.flags);
    tick.instrument = index;
    tick.sequence = level.sequence >>> 0;
    tick.price = level.price;
    tick.size = level.size;
    const side = level.price === ABSENT ? Side.None : level.isBid ? Side.Bid : Side.Ask;
    tick.setSideAction(side, level.action);
  }

  /**
   * A data tick of `symbol`; the caller fills in sequence and payload at once.
   * @param flags - A message that is an event by itself needs none.
   */
  data(
    kind: TickKind,
    symbol: FeedSymbol,
    flags: number = TickFlag.Last | TickFlag.EventEnd,
  ): TickView {
    return this.#add(kind, symbol, flags);
  }

  /** How many ticks were made so far: what the next one has as its position. */
  get position(): number {
    return this.#handedOver + this.#batch.count;
  }

  /**
   * Adds to the flags of a tick, when what follows shows that it was the last of its event.
   * @returns False when it is handed over already: say it by another tick.
   */
  addFlags(position: number, flags: number): boolean {
    const at = position - this.#handedOver;
    if (at < 0) return false;
    assert(at < this.#batch.count, 'flags are added to a tick that was made');
    const tick = this.#batch.at(at);
    tick.flags = tick.flags | flags;
    return true;
  }

  clear(symbol: FeedSymbol, sequence: number, flags: number): void {
    const tick = this.#add(TickKind.Clear, symbol, flags);
    tick.sequence = sequence % TWO_32;
    tick.setSideAction(Side.None, Action.Clear);
    tick.setFullSequence(Math.floor(sequence / TWO_32), sequence % TWO_32);
  }

  /** A change of state, of one symbol or (`undefined`) of the whole channel. */
  stream(symbol: FeedSymbol | undefined, change: StreamChange): void {
    const tick = this.#next(TickKind.Stream);
    tick.instrument = symbol?.index ?? INSTRUMENT_ALL;
    tick.setTsEvent(this.#recv.hi, this.#recv.lo);
    tick.flags = this.#flags | TickFlag.Last | TickFlag.EventEnd;
    const { missing, from } = change;
    const first = missing?.first ?? 0;
    tick.setFirstMissing(Math.floor(first / TWO_32), first % TWO_32);
    if (missing !== undefined) {
      tick.setMissingCount(Math.floor(missing.count / TWO_32), missing.count % TWO_32);
    } else if (change.state === StreamState.Gap) {
      tick.setMissingCount(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
    }
    tick.setFromTs(from?.hi ?? STAMP_ABSENT_WORD, from?.lo ?? STAMP_ABSENT_WORD);
    tick.ledgerId = change.ledgerId ?? 0;
    tick.setStream({
      state: change.state,
      previousState: change.previous,
      reason: change.reason,
      scope: symbol === undefined ? StreamScope.Channel : StreamScope.Instrument,
    });
  }

  /** Hands over what was made since the last call. */
  publish(): void {
    if (this.#batch.count === 0) return;
    this.#handedOver += this.#batch.count;
    this.#sink.publish(this.#batch, this.#recv.monotonicNs);
    this.#batch.clear();
  }

  #add(kind: TickKind, symbol: FeedSymbol, flags: number): TickView {
    const tick = this.#next(kind);
    let bits = this.#frameFlags | flags;
    if (!symbol.synced) bits |= TickFlag.SuspectBook;
    if (symbol.gapBefore) {
      bits |= TickFlag.GapBefore;
      symbol.gapBefore = false;
    }
    tick.instrument = symbol.index;
    tick.setTsEvent(this.#eventHi, this.#eventLo);
    tick.flags = bits;
    return tick;
  }

  #next(kind: TickKind): TickView {
    if (this.#batch.room === 0) this.publish();
    const tick = this.#batch.add(kind);
    tick.setTsRecv(this.#recv.hi, this.#recv.lo);
    tick.publisher = this.#publisher;
    return tick;
  }
}
