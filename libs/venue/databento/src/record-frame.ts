/**
 * What every record needs on its way to ticks: the time and the publisher of the one at hand, its
 * instrument, and the flags that it shares with its ticks.
 */
import type { StampNs } from '@tickwire/core';
import { STAMP_ABSENT_WORD } from '@tickwire/core';
import { TickEmitter } from '@tickwire/domain-feed';
import type { FeedSink, RecvStamp } from '@tickwire/domain-feed';
import { RecordFlag, Side as RecordSide } from '@tickwire/wire-dbn';
import { Side, TickFlag } from '@tickwire/wire-tick';
import type { TickKind, TickView } from '@tickwire/wire-tick';
import { Instruments } from './instruments.ts';
import type { Instrument } from './instruments.ts';
import { createNormaliserCounts } from './normaliser-counts.ts';
import type { NormaliserCounts } from './normaliser-counts.ts';
import type { LiveRecord } from './record-identity.ts';

const BAD_TIMESTAMP_MS = 24 * 3_600_000;
const TWO_32 = 4294967296;
const { isSafeInteger } = Number;

/** Where a record has no price. */
export const NO_PRICE = Number.NaN;

/** Flags of ticks by those of the record. */
const TICK_FLAGS = Uint16Array.from({ length: 256 }, (_, flags) => {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  let bits = 0;
  if (has(RecordFlag.Last)) bits |= TickFlag.Last | TickFlag.EventEnd;
  if (has(RecordFlag.Snapshot)) bits |= TickFlag.Snapshot;
  if (has(RecordFlag.BadTsRecv)) bits |= TickFlag.BadTs | TickFlag.SuspectBook;
  if (has(RecordFlag.MaybeBadBook)) bits |= TickFlag.SuspectBook;
  return bits;
});

export class RecordFrame {
  readonly counts: NormaliserCounts = createNormaliserCounts();
  readonly emitter: TickEmitter;
  readonly instruments: Instruments;
  readonly event: StampNs = { hi: 0, lo: 0 };
  publisher = 0;
  /** The record at hand is in `counts`: each is once, however many ticks it makes. */
  #isCounted = false;

  constructor(sink: FeedSink, flags: number) {
    this.instruments = new Instruments(sink);
    this.emitter = new TickEmitter(sink, {
      ...{ publisher: 0, flags, badTimestampMs: BAD_TIMESTAMP_MS },
    });
  }

  begin({ view, offset }: LiveRecord, recv: Readonly<RecvStamp>): void {
    const { event } = this;
    this.counts.records += 1;
    this.#isCounted = false;
    event.lo = view.getUint32(offset + 8, true);
    event.hi = view.getUint32(offset + 12, true);
    const hasTime = event.hi !== STAMP_ABSENT_WORD || event.lo !== STAMP_ABSENT_WORD;
    this.emitter.begin(recv, hasTime ? event : undefined);
    this.publisher = view.getUint16(offset + 2, true);
  }

  /** A tick of the record at hand, whose flags are given. */
  tick(kind: TickKind, instrument: Instrument, flags: number): TickView {
    const tick = this.emitter.data(kind, instrument, TICK_FLAGS[flags]);
    tick.publisher = this.publisher;
    return tick;
  }

  accept(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.counts.accepted += 1;
  }

  drop(reason: keyof NormaliserCounts['dropped']): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.counts.dropped[reason] += 1;
  }

  /**
   * The instrument of an id. If it is new, its entry is made for `price`.
   * @returns `undefined`, counted, when the directory is full.
   */
  find(instrumentId: number, price: number): Instrument | undefined {
    const instrument = this.instruments.find(instrumentId, this.event, price);
    if (instrument === undefined) this.drop('directoryFull');
    return instrument;
  }

  /** Whether the entry of `instrument` holds `price`, made finer if need be. False: counted. */
  holds(instrument: Instrument, price: number): boolean {
    if (isSafeInteger(price) && instrument.fits(price)) return true;
    return this.#canHold(instrument, price);
  }

  #canHold(instrument: Instrument, price: number): boolean {
    if (Number.isNaN(price)) return true;
    if (!isSafeInteger(price)) this.drop('priceRange');
    else if (this.instruments.refine(instrument, price)) return true;
    else this.drop('directoryFull');
    return false;
  }
}

/**
 * A price of DBN by its two words, in units of 1e-9; `NaN` of none. Words, since a getter that may
 * give null makes an object of each number where it is not inlined.
 */
export function priceOf(hi: number, lo: number): number {
  return hi === 0x7fff_ffff && lo === 0xffff_ffff ? NO_PRICE : (hi | 0) * TWO_32 + lo;
}

export function sideOf(side: number): Side {
  if (side === RecordSide.Bid) return Side.Bid;
  return side === RecordSide.Ask ? Side.Ask : Side.None;
}
