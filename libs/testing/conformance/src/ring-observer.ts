/** Reads a gateway's ring from its first tick to its end, and keeps what the tests ask about. */
import {
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  StreamReason,
  StreamState,
  formatDecimal,
} from '@tickwire/core';
import { BookBuilder, BookTrust } from '@tickwire/domain-book';
import type { BookSide, InstrumentBook } from '@tickwire/domain-book';
import { openRing } from '@tickwire/io-rings';
import type { RingSubscription } from '@tickwire/io-rings';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

/** A change of state, as the ring tells it. */
export interface SeenStream {
  /** `undefined` = of all instruments. */
  readonly symbol: string | undefined;
  readonly state: number;
  readonly reason: number;
  readonly first: number;
  readonly count: number;
  /** When the gateway noticed it, ms since the Unix epoch. */
  readonly atMs: number;
}

/** What came of one instrument, in order; decimals as texts. */
export class SeenInstrument {
  state: number = StreamState.Unknown;
  ticks = 0;
  readonly trades: string[][] = [];
  readonly quotes: string[][] = [];
  /** [price, size, low 32 bits of the sequence]; images are not in it. */
  readonly levels: string[][] = [];
  /** Low 32 bits of the newest sequence that gaps are counted in. */
  lastSequence = -1;
  /** A writer took the ring over, and nothing of this instrument has come since. */
  isAfterTakeover = false;
}

const TWO_32 = 2 ** 32;

export class RingObserver {
  delivered = 0;
  /** Ticks without the flag SIMULATED. */
  unmarked = 0;
  readonly streams: SeenStream[] = [];
  /** Holes behind a takeover that no STREAM tick declares, or declares with other bounds. */
  readonly unexplained: string[] = [];
  /** Resolves when the writer has closed the ring and its last tick was read. */
  readonly done: Promise<unknown>;
  readonly #ending = new AbortController();
  readonly #isAllSequenced: boolean;
  readonly #subscription: RingSubscription;
  readonly #builder: BookBuilder;
  readonly #tick = new TickView();
  readonly #seen = new Map<string, SeenInstrument>();

  /** @param place.sequenced - Whose sequences gaps are counted in: of the book, or of all ticks. */
  constructor(place: { dir: string; name: string; sequenced: 'book' | 'all' }) {
    this.#isAllSequenced = place.sequenced === 'all';
    this.#subscription = openRing({ dir: place.dir, name: place.name, from: 'oldest' });
    const { directory } = this.#subscription;
    this.#builder = new BookBuilder({ entry: (index) => directory.get(index) });
    this.done = this.#subscription.run((run) => this.#take(run.view, run.count), {
      untilClosed: true,
      signal: this.#ending.signal,
    });
  }

  of(symbol: string): SeenInstrument {
    const known = this.#seen.get(symbol);
    if (known !== undefined) return known;
    const made = new SeenInstrument();
    this.#seen.set(symbol, made);
    return made;
  }

  /** Whether each of them is told to be live now. */
  areLive(symbols: readonly string[]): boolean {
    return symbols.every((symbol) => this.of(symbol).state === StreamState.Live);
  }

  /** Directory entries that supersede another one. */
  get supersedingCount(): number {
    const { directory } = this.#subscription;
    let count = 0;
    for (let index = 1; index < directory.count; index++) {
      if (directory.get(index)?.supersedes !== SUPERSEDES_NONE) count += 1;
    }
    return count;
  }

  isTrusted(symbol: string): boolean {
    return this.#bookOf(symbol)?.trust === BookTrust.Trusted;
  }

  /** The book as decimal texts, best first. */
  book(symbol: string): { sequence: number; bids: string[][]; asks: string[][] } | undefined {
    const found = this.#bookOf(symbol);
    if (found === undefined) return undefined;
    const rows = (side: BookSide): string[][] =>
      Array.from({ length: side.count }, (_, depth) => [
        textOf(side.priceAt(depth), found.priceExp),
        textOf(side.sizeAt(depth), found.sizeExp),
      ]);
    const { bids, asks } = found.book;
    return { sequence: Number(found.sequence), bids: rows(bids), asks: rows(asks) };
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.done;
    this.#subscription.close();
  }

  #bookOf(symbol: string): InstrumentBook | undefined {
    const { directory } = this.#subscription;
    return this.#builder
      .books()
      .find(({ instrument }) => directory.get(instrument)?.symbol === symbol);
  }

  #take(view: DataView, count: number): void {
    for (let index = 0; index < count; index++) {
      const tick = this.#tick.wrap(view, index * 64);
      this.delivered += 1;
      if ((tick.flags & TickFlag.Simulated) === 0) this.unmarked += 1;
      this.#builder.apply(tick);
      this.#keep(tick);
    }
  }

  #keep(tick: TickView): void {
    if (tick.kind === TickKind.Stream) {
      this.#stream(tick);
      return;
    }
    if (tick.instrument === INSTRUMENT_ALL) return;
    const entry = this.#subscription.directory.get(tick.instrument);
    if (entry === undefined) return;
    const seen = this.of(entry.symbol);
    seen.ticks += 1;
    const price = (mantissa: number): string => textOf(mantissa, entry.priceExp);
    const size = (mantissa: number): string => textOf(mantissa, entry.sizeExp);
    this.#sequence(seen, entry.symbol, tick);
    if (tick.kind === TickKind.Trade) {
      seen.trades.push([price(tick.price), size(tick.size)]);
    } else if (tick.kind === TickKind.Quote) {
      const { bidPrice, bidSize, askPrice, askSize } = tick;
      seen.quotes.push([price(bidPrice), size(bidSize), price(askPrice), size(askSize)]);
    } else if (tick.kind === TickKind.Level && (tick.flags & TickFlag.Snapshot) === 0) {
      seen.levels.push([price(tick.price), size(tick.size), String(tick.sequence)]);
    }
  }

  #sequence(seen: SeenInstrument, symbol: string, tick: TickView): void {
    const isImage = tick.kind === TickKind.Clear;
    const isOfBook = isImage || tick.kind === TickKind.Level;
    if (!isOfBook && !this.#isAllSequenced) return;
    const sequence = isImage ? tick.fullSequenceLo : tick.sequence;
    if (seen.isAfterTakeover) {
      // An image holds what came up to it; a change follows the one before.
      const joins = isImage ? seen.lastSequence : (seen.lastSequence + 1) % TWO_32;
      if (sequence > joins) this.unexplained.push(`${symbol}: ${joins} to ${sequence}`);
      seen.isAfterTakeover = false;
    }
    seen.lastSequence = sequence;
  }

  #hole(seen: SeenInstrument, stream: SeenStream): void {
    const { symbol = '', first, count } = stream;
    if (count === 0) return;
    if (seen.isAfterTakeover && first % TWO_32 !== (seen.lastSequence + 1) % TWO_32) {
      this.unexplained.push(`${symbol}: ${seen.lastSequence} before the hole from ${first}`);
    }
    seen.isAfterTakeover = false;
    seen.lastSequence = (first + count - 1) % TWO_32;
  }

  #stream(tick: TickView): void {
    const isAll = tick.instrument === INSTRUMENT_ALL;
    const symbol = isAll ? undefined : this.#subscription.directory.get(tick.instrument)?.symbol;
    const stream: SeenStream = {
      symbol,
      state: tick.state,
      reason: tick.reason,
      first: tick.firstMissingHi * TWO_32 + tick.firstMissingLo,
      count: tick.missingCountHi * TWO_32 + tick.missingCountLo,
      atMs: (tick.tsRecvHi * TWO_32 + tick.tsRecvLo) / 1e6,
    };
    this.streams.push(stream);
    if (symbol !== undefined) {
      const seen = this.of(symbol);
      seen.state = tick.state;
      if (tick.state === StreamState.Gap) this.#hole(seen, stream);
      return;
    }
    for (const seen of this.#seen.values()) {
      seen.state = tick.state;
      if (tick.reason === StreamReason.WriterRestarted) seen.isAfterTakeover = true;
    }
  }
}

/** Decimal text without trailing zeros; '' for an absent value. */
function textOf(mantissa: number | undefined, exponent: number): string {
  return mantissa === undefined ? '' : (formatDecimal(mantissa, exponent) ?? '');
}
