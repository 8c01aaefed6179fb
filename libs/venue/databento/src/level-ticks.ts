import type { TickEmitter } from '@tickwire/domain-feed';
import { RecordFlag } from '@tickwire/wire-dbn';
import type { Mbp10Record } from '@tickwire/wire-dbn';
import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type { Instrument, Instruments } from './instruments.ts';
import { LevelImage } from './level-image.ts';
import type { OnLevel } from './level-image.ts';
import { PublishedPlaces } from './published-places.ts';

const END = TickFlag.Last | TickFlag.EventEnd;

/** Books of ten levels as ticks: what changed by price, all of it after a gap. */
export class LevelTicks {
  /** Levels for whose prices the directory had no room. */
  lost = 0;
  readonly #emitter: TickEmitter;
  readonly #instruments: Instruments;
  /** Each publisher of an instrument has a book of its own. */
  readonly #places = new PublishedPlaces();
  readonly #images: LevelImage[] = [];
  /** Of the record at hand, so that no closure is made for each. */
  #instrument: Instrument | undefined;
  #sequence = 0;
  #publisher = 0;
  #flags = 0;
  #last: TickView | undefined;
  readonly #onLevel: OnLevel = (level) => this.#emit(level);

  constructor(emitter: TickEmitter, instruments: Instruments) {
    this.#emitter = emitter;
    this.#instruments = instruments;
  }

  /** The frame of the record is begun. */
  take(record: Mbp10Record, instrument: Instrument): void {
    const { instrumentId, publisherId, flags } = record;
    const image = this.#imageOf(instrumentId, publisherId);
    this.#instrument = instrument;
    this.#sequence = record.sequence;
    this.#publisher = publisherId;
    this.#last = undefined;
    // Each record has all ten levels: what was wrong before it is over with it.
    instrument.synced = (flags & RecordFlag.MaybeBadBook) === 0;
    this.#flags = image.isKnown ? 0 : TickFlag.Snapshot;
    if (!image.isKnown) this.#emitClear(instrument);
    image.update(record, this.#onLevel);
    image.sequence = this.#sequence;
    // A book changes where its event ends: on the last level of a record that says so.
    const last = this.#last as TickView | undefined;
    if (last !== undefined && (flags & RecordFlag.Last) !== 0) last.flags |= END;
  }

  /** Whether there are levels of any instrument. */
  get isUsed(): boolean {
    return this.#images.length > 0;
  }

  /** The levels of an instrument, each with its publisher. */
  all(instrumentId: number): { readonly publisherId: number; readonly image: LevelImage }[] {
    return this.#places.of(instrumentId).map((place) => {
      return { publisherId: this.#places.publisherOf(place), image: this.#images[place]! };
    });
  }

  /** The next record of an instrument is told whole. */
  forget(instrumentId: number): void {
    for (const place of this.#places.of(instrumentId)) this.#images[place]!.forget();
  }

  forgetAll(): void {
    for (const image of this.#images) image.forget();
  }

  #imageOf(instrumentId: number, publisherId: number): LevelImage {
    const place = this.#places.find(instrumentId, publisherId);
    if (place >= 0) return this.#images[place]!;
    const image = new LevelImage();
    this.#images[this.#places.add(instrumentId, publisherId)] = image;
    return image;
  }

  #emitClear(instrument: Instrument): void {
    const tick = this.#begin(TickKind.Clear, instrument);
    tick.setFullSequence(0, this.#sequence);
    tick.setSideAction(Side.None, Action.Clear);
  }

  #emit(level: Parameters<OnLevel>[0]): void {
    const instrument = this.#instrument!;
    if (!this.#instruments.refine(instrument, level.price)) {
      this.lost += 1;
      return;
    }
    const tick = this.#begin(TickKind.Level, instrument);
    tick.price = instrument.mantissa(level.price);
    tick.size = level.size;
    tick.orderCount = level.orders;
    tick.level = level.depth;
    const action = level.size === 0 ? Action.Delete : level.isNew ? Action.Add : Action.Modify;
    tick.setSideAction(level.isBid ? Side.Bid : Side.Ask, action);
  }

  #begin(kind: TickKind, instrument: Instrument): TickView {
    const tick = this.#emitter.data(kind, instrument);
    tick.publisher = this.#publisher;
    tick.flags = (tick.flags & ~END) | this.#flags;
    tick.sequence = this.#sequence;
    this.#last = tick;
    return tick;
  }
}
