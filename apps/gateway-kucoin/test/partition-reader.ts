/** Reads all rings of a gateway as one, and judges the order of each symbol's ticks. */
import { StreamReason, StreamState, TICK_BYTES } from '@tickwire/core';
import { BookBuilder } from '@tickwire/domain-book';
import { isMovedOut } from '@tickwire/domain-partition';
import { listRings, openRing } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import { OrderedRings } from '@tickwire/system';
import type { OrderedTicks } from '@tickwire/system';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

const TWO_32 = 4294967296;
const UNKNOWN = 0xffff_ffff;

/** What one symbol's ticks were like, in the order in which they were handled. */
export class SymbolRecord {
  /** Venue sequence of the last change of the book; 0 before the first image. */
  sequence = 0;
  changes = 0;
  images = 0;
  trades = 0;
  /** Changes that did not come, came again, or came too late. */
  missing = 0;
  repeated = 0;
  /** Images that were not of the book as it stood. */
  strayImages = 0;
  /** Changes that a STREAM tick said are missing, and such ticks that began anywhere but here. */
  declared = 0;
  strayGaps = 0;
  tradesOutOfOrder = 0;
  /** Rings that it was in, one after the other. */
  readonly rings: string[] = [];
  #lastTradeId = 0n;
  /** Sequence of the last change or image. */
  #held = 0;
  #recovering = true;

  /** After a gap the book begins anew, anywhere ahead; else an image is of the book as it is. */
  onClear(sequence: number): void {
    const isStray = this.#recovering ? sequence < this.sequence : sequence !== this.sequence;
    if (isStray) this.strayImages += 1;
    this.sequence = Math.max(this.sequence, sequence);
    this.#held = this.sequence;
    this.#recovering = false;
    this.images += 1;
  }

  onGap(first: number, count: number): void {
    // A writer that was killed before its snapshot came leaves its gap to the next one.
    const isNext = first === this.sequence + 1 || first === this.#held + 1;
    if (this.sequence !== 0 && !isNext) this.strayGaps += 1;
    const last = Math.max(this.sequence, first + count - 1);
    if (this.sequence !== 0) this.declared += last - this.sequence;
    this.sequence = last;
    this.#recovering = true;
  }

  /** Whether its book is still to come. */
  get isRecovering(): boolean {
    return this.#recovering;
  }

  /** Another writer, which has its books still to build. */
  onTakeover(): void {
    this.#recovering = true;
  }

  onChange(low: number): void {
    const step = (low - (this.sequence % TWO_32)) | 0;
    if (step > 1) this.missing += step - 1;
    if (step < 1) this.repeated += 1;
    else this.sequence += step;
    this.#held = this.sequence;
    this.changes += 1;
  }

  onTrade(id: bigint): void {
    if (id <= this.#lastTradeId) this.tradesOutOfOrder += 1;
    this.#lastTradeId = id;
    this.trades += 1;
  }

  get faults() {
    const { missing, repeated, strayImages, strayGaps, tradesOutOfOrder } = this;
    return { missing, repeated, strayImages, strayGaps, tradesOutOfOrder };
  }
}

export class PartitionReader {
  delivered = 0;
  lost = 0;
  movesOut = 0;
  readonly records = new Map<string, SymbolRecord>();
  readonly rings: OrderedRings;
  readonly #dir: string;
  readonly #builders = new Map<string, BookBuilder>();
  readonly #directories = new Map<string, RingRun['directory']>();
  readonly #tick = new TickView();
  readonly #stopping = new AbortController();
  readonly #reading: Promise<void>;

  constructor(dir: string) {
    this.#dir = dir;
    this.rings = new OrderedRings({
      ...{ dir, vendor: 'kucoin', from: 'oldest' },
      onTicks: (ticks) => this.#takeAll(ticks),
    });
    this.#reading = this.rings.run({ signal: this.#stopping.signal });
  }

  /** Reads to the ends of all rings, which their writer has closed. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.#reading;
    await this.rings.run({ untilClosed: true });
    this.rings.close();
  }

  /** Bids and asks of the book in the ring that the symbol was in last. */
  book(symbol: string) {
    const ring = this.records.get(symbol)?.rings.at(-1) ?? '';
    const books = this.#builders.get(ring)?.books() ?? [];
    const isIts = (index: number): boolean =>
      this.#directories.get(ring)?.get(index)?.symbol === symbol;
    return books.find((book) => isIts(book.instrument));
  }

  /** By ring: partition and count of its header. */
  partitions(): Map<string, { index: number; count: number }> {
    const found = new Map<string, { index: number; count: number }>();
    for (const name of listRings(this.#dir)) {
      const ring = openRing({ dir: this.#dir, name });
      found.set(name, ring.header.partition);
      ring.close();
    }
    return found;
  }

  #takeAll({ name, run, from, until }: OrderedTicks): void {
    if (from === 0) this.lost += run.gap?.count ?? 0;
    const { directory } = run;
    this.#directories.set(name, directory);
    const builder =
      this.#builders.get(name) ?? new BookBuilder({ entry: (index) => directory.get(index) });
    this.#builders.set(name, builder);
    for (let at = from; at < until; at++) {
      builder.applyAt(run.view, at * TICK_BYTES);
      this.#take(name, run, at);
    }
  }

  #take(ring: string, run: RingRun, at: number): void {
    const tick = this.#tick.wrap(run.view, at * TICK_BYTES);
    this.delivered += 1;
    const symbol = run.directory.get(tick.instrument)?.symbol;
    if (symbol === undefined) {
      const isTakeover =
        tick.kind === TickKind.Stream && tick.reason === StreamReason.WriterRestarted;
      if (isTakeover) for (const record of this.records.values()) record.onTakeover();
      return;
    }
    const record = this.records.get(symbol) ?? new SymbolRecord();
    this.records.set(symbol, record);
    if (record.rings.at(-1) !== ring) record.rings.push(ring);
    if (tick.kind === TickKind.Stream) this.#stream(tick, record);
    if (tick.kind === TickKind.Clear) {
      record.onClear(tick.fullSequenceHi * TWO_32 + tick.fullSequenceLo);
    } else if (tick.kind === TickKind.Level && (tick.flags & TickFlag.Snapshot) === 0) {
      record.onChange(tick.sequence);
    } else if (tick.kind === TickKind.Trade) {
      record.onTrade((BigInt(tick.tradeIdHi) << 32n) | BigInt(tick.tradeIdLo));
    }
  }

  #stream(tick: TickView, record: SymbolRecord): void {
    if (isMovedOut(tick)) this.movesOut += 1;
    if (tick.state !== StreamState.Gap || tick.missingCountHi === UNKNOWN) return;
    const first = tick.firstMissingHi * TWO_32 + tick.firstMissingLo;
    record.onGap(first, tick.missingCountHi * TWO_32 + tick.missingCountLo);
  }
}
