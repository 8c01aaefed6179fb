/** Sessions of ticks for tests: random books that change, and the truth about them. */
import {
  ABSENT,
  INSTRUMENT_ALL,
  StreamReason,
  StreamScope,
  StreamState,
  TICK_BYTES,
} from '@tickwire/core';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';

const PRICES = 40;
const { Last, Snapshot } = TickFlag;

interface Market {
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
  sequence: number;
  synced: boolean;
}

/** What a book is, as one text: comparable, and independent of how it was come by. */
export type BookText = string;

const textOf = (bids: [number, number][], asks: [number, number][]): BookText =>
  JSON.stringify([bids, asks]);

export class TickScript {
  readonly instruments: number;
  readonly #random: () => number;
  readonly #markets: Market[];
  readonly #batch: TickBatch;
  /** By instrument, then by sequence. */
  readonly #truth: Map<number, BookText>[];
  /** Ends of events that change a book. */
  changes = 0;
  images = 0;

  constructor(options: { instruments: number; ticksMax: number; random: () => number }) {
    this.instruments = options.instruments;
    this.#random = options.random;
    this.#batch = new TickBatch(options.ticksMax);
    this.#markets = Array.from({ length: options.instruments }, () => ({
      bids: new Map<number, number>(),
      asks: new Map<number, number>(),
      sequence: 1_000,
      synced: true,
    }));
    this.#truth = this.#markets.map(() => new Map<number, BookText>());
  }

  get view(): DataView {
    return this.#batch.view;
  }

  get count(): number {
    return this.#batch.count;
  }

  /** Room for a few events more. */
  get hasRoom(): boolean {
    return this.#batch.room > 16 * PRICES;
  }

  /** Bytes of the tick at a position. */
  offset(position: number): number {
    return position * TICK_BYTES;
  }

  /** The right book of an instrument at a sequence. */
  truth(instrument: number, sequence: number): BookText | undefined {
    return this.#truth[instrument]?.get(sequence);
  }

  sequenceOf(instrument: number): number {
    return this.#market(instrument).sequence;
  }

  isSynced(instrument: number): boolean {
    return this.#market(instrument).synced;
  }

  /** Some changes of a random book in one event. */
  change(instrument = this.#int(this.instruments)): void {
    const market = this.#market(instrument);
    const changes = 1 + this.#int(3);
    for (let at = 0; at < changes; at++) {
      const isBid = this.#random() < 0.5;
      const price = (isBid ? 1 : 1 + PRICES) + this.#int(PRICES);
      const size = this.#random() < 0.4 ? 0 : 1 + this.#int(9);
      const side = isBid ? market.bids : market.asks;
      if (size === 0) side.delete(price);
      else side.set(price, size);
      market.sequence += 1;
      const last = at === changes - 1 ? Last : 0;
      const suspect = market.synced ? 0 : TickFlag.SuspectBook;
      this.#level(instrument, { isBid, price, size, flags: last | suspect });
    }
    this.changes += 1;
    this.#note(instrument);
  }

  /** The whole book, as it is written on request: false while there is none. */
  image(instrument = this.#int(this.instruments)): boolean {
    const market = this.#market(instrument);
    if (!market.synced) return false;
    this.#writeImage(instrument);
    this.images += 1;
    return true;
  }

  /** A hole in the vendor's stream: a gap is told, the book moves on unseen. */
  gap(instrument = this.#int(this.instruments)): void {
    const market = this.#market(instrument);
    const tick = this.#batch.add(TickKind.Stream);
    tick.instrument = instrument;
    tick.flags = Last;
    tick.setStream({
      state: StreamState.Gap,
      previousState: StreamState.Live,
      reason: StreamReason.SequenceGap,
      scope: StreamScope.Instrument,
    });
    market.synced = false;
    market.sequence += 1;
    market.bids.set(1 + this.#int(PRICES), 1 + this.#int(9));
  }

  /** Another writer goes on: all books are to be doubted. */
  newWriter(): void {
    const tick = this.#batch.add(TickKind.Stream);
    tick.instrument = INSTRUMENT_ALL;
    tick.flags = Last;
    tick.setStream({
      state: StreamState.Gap,
      previousState: StreamState.Unknown,
      reason: StreamReason.WriterRestarted,
      scope: StreamScope.Ring,
    });
    for (const market of this.#markets) market.synced = false;
  }

  /** The vendor's snapshot came: the book is right again, by an image. */
  recover(instrument = this.#int(this.instruments)): void {
    const market = this.#market(instrument);
    if (market.synced) return;
    market.synced = true;
    market.sequence += 1;
    market.asks.delete(1 + PRICES + this.#int(PRICES));
    this.#writeImage(instrument);
  }

  #writeImage(instrument: number): void {
    const market = this.#market(instrument);
    const total = market.bids.size + market.asks.size;
    const clear = this.#batch.add(TickKind.Clear);
    clear.instrument = instrument;
    clear.flags = total === 0 ? Snapshot | Last : Snapshot;
    clear.sequence = market.sequence;
    clear.setFullSequence(0, market.sequence);
    let left = total;
    for (const [isBid, levels] of [
      [true, sorted(market.bids, -1)],
      [false, sorted(market.asks, 1)],
    ] as const) {
      for (const [price, size] of levels) {
        left -= 1;
        this.#level(instrument, { isBid, price, size, flags: Snapshot | (left === 0 ? Last : 0) });
      }
    }
    this.#note(instrument);
  }

  #level(
    instrument: number,
    level: { isBid: boolean; price: number; size: number; flags: number },
  ): void {
    const tick = this.#batch.add(TickKind.Level);
    tick.instrument = instrument;
    tick.flags = level.flags;
    tick.sequence = this.#market(instrument).sequence;
    tick.setSideAction(level.isBid ? Side.Bid : Side.Ask, Action.Modify);
    tick.price = level.price;
    tick.size = level.size;
  }

  #note(instrument: number): void {
    const { bids, asks, sequence } = this.#market(instrument);
    this.#truth[instrument]?.set(sequence, textOf(sorted(bids, -1), sorted(asks, 1)));
  }

  #market(instrument: number): Market {
    const market = this.#markets[instrument];
    if (market === undefined) throw new Error(`no market ${instrument}`);
    return market;
  }

  #int(below: number): number {
    return Math.floor(this.#random() * below);
  }
}

const sorted = (side: ReadonlyMap<number, number>, direction: 1 | -1): [number, number][] =>
  [...side].sort((a, b) => (a[0] - b[0]) * direction);

interface ReadSide {
  readonly count: number;
  priceAt(depth: number): number | undefined;
  sizeAt(depth: number): number | undefined;
}

/** A built book in the same form as the truth. */
export function bookText(book: { bids: ReadSide; asks: ReadSide }): BookText {
  const rows = (side: ReadSide): [number, number][] =>
    Array.from({ length: side.count }, (_, depth) => [
      side.priceAt(depth) ?? ABSENT,
      side.sizeAt(depth) ?? ABSENT,
    ]);
  return textOf(rows(book.bids), rows(book.asks));
}
