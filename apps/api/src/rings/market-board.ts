/**
 * The newest quote, trade and change of state of every instrument, as the 64 bytes they came in:
 * keeping them costs a copy per tick, and they become objects only when somebody asks.
 */
import {
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  StreamReason,
  TICK_BYTES,
  streamStateName,
} from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import type { RingDirectoryReader } from '@tickwire/io-rings';
import { TickFlag, TickKind, TickView, describeTick } from '@tickwire/wire-tick';
import type { TickJson } from '@tickwire/wire-tick';
import type { RememberedState } from './stream-memory.ts';

/** Places of an instrument's ticks in its bytes. */
const Place = { Quote: 0, Trade: 1, Stream: 2 } as const;
const PLACES = 3;

type Named = Pick<DirectoryEntry, 'vendor' | 'venue' | 'symbol' | 'index'>;

interface Instrument {
  readonly entry: Named;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** Position of each of its ticks; −1 = none yet. */
  readonly positions: Float64Array;
  /** Flags of its newest tick. */
  flags: number;
}

export interface MarketView {
  readonly ring: string;
  readonly ringId: string;
  readonly vendor: string;
  readonly venue: string;
  readonly symbol: string;
  /** `live`, `stale`, `gap`, `recovering`, …; `unknown` until the stream has said it. */
  readonly state: string;
  /** ns since the Unix epoch of the change to it; null when unknown. */
  readonly sinceTs: string | null;
  readonly reason: string | null;
  readonly simulated: boolean;
  readonly replayed: boolean;
  /** As on the stream, with their positions; null when none was seen. */
  readonly quote: TickJson | null;
  readonly trade: TickJson | null;
}

/** The board of one ring. */
export class MarketBoard {
  readonly ring: string;
  readonly ringId: string;
  readonly #directory: RingDirectoryReader;
  readonly #instruments = new Map<number, Instrument>();
  /** The newest entry of each chain of entries that is one instrument. */
  readonly #heads = new Map<number, number>();
  readonly #view = new TickView();
  /** State of the whole ring, which holds for all that have not said otherwise since. */
  readonly #whole: Instrument;

  constructor(ring: { name: string; ringId: string; directory: RingDirectoryReader }) {
    this.ring = ring.name;
    this.ringId = ring.ringId;
    this.#directory = ring.directory;
    this.#whole = makeInstrument(WHOLE_RING);
  }

  get size(): number {
    return this.#instruments.size;
  }

  /** Takes a tick of kind QUOTE, TRADE or STREAM. */
  take(tick: TickView, at: { bytes: Uint8Array; offset: number; position: number }): void {
    const place = placeOf(tick.kind);
    if (place === undefined) return;
    const instrument = this.#instrumentOf(tick.instrument);
    if (instrument === undefined) return;
    const target = place * TICK_BYTES;
    for (let byte = 0; byte < TICK_BYTES; byte++) {
      instrument.bytes[target + byte] = at.bytes[at.offset + byte] ?? 0;
    }
    instrument.positions[place] = at.position;
    instrument.flags = tick.flags;
  }

  /** Ticks were missed: what the streams said in them is unknown. */
  forget(): void {
    for (const instrument of this.#instruments.values()) instrument.positions[Place.Stream] = -1;
    this.#whole.positions[Place.Stream] = -1;
  }

  /** What the streams have said, for a later life of this process. */
  states(): RememberedState[] {
    const all = [this.#whole, ...this.#instruments.values()];
    return all.flatMap(({ entry, bytes, positions }) => {
      const position = positions[Place.Stream] ?? -1;
      if (position < 0) return [];
      const at = Place.Stream * TICK_BYTES;
      const tick = Buffer.from(bytes.subarray(at, at + TICK_BYTES)).toString('base64');
      return [{ index: entry.index, position, tick }];
    });
  }

  /** Takes over what an earlier life knew, before the first tick. */
  restore(states: readonly RememberedState[]): void {
    for (const { index, position, tick } of states) {
      const instrument = this.#instrumentOf(index === 0 ? INSTRUMENT_ALL : index);
      instrument?.bytes.set(Buffer.from(tick, 'base64'), Place.Stream * TICK_BYTES);
      if (instrument !== undefined) instrument.positions[Place.Stream] = position;
    }
  }

  /** Without the instruments that went on in another ring: that ring's board shows them. */
  views(): MarketView[] {
    return [...this.#instruments.values()]
      .filter((instrument) => !this.#hasLeft(instrument))
      .map((instrument) => this.#viewOf(instrument));
  }

  #hasLeft(instrument: Instrument): boolean {
    if ((instrument.positions[Place.Stream] ?? -1) < 0) return false;
    const tick = this.#view.wrap(instrument.view, Place.Stream * TICK_BYTES);
    return tick.reason === StreamReason.MovedOut;
  }

  #instrumentOf(index: number): Instrument | undefined {
    if (index === INSTRUMENT_ALL) return this.#whole;
    const head = this.#heads.get(index) ?? index;
    const known = this.#instruments.get(head);
    if (known !== undefined) return known;
    const entry = this.#directory.get(index);
    if (entry === undefined || index === 0) return undefined;
    // A finer exponent makes a new entry; it is the same instrument, under its first index.
    const before = entry.supersedes === SUPERSEDES_NONE ? undefined : entry.supersedes;
    if (before !== undefined) {
      const older = this.#instrumentOf(before);
      if (older !== undefined && older.entry.symbol === entry.symbol) {
        this.#heads.set(index, older.entry.index);
        return older;
      }
    }
    const made = makeInstrument(entry);
    this.#instruments.set(index, made);
    return made;
  }

  #viewOf(instrument: Instrument): MarketView {
    const { entry, flags } = instrument;
    const own = instrument.positions[Place.Stream] ?? -1;
    const whole = this.#whole.positions[Place.Stream] ?? -1;
    const told = Math.max(own, whole) < 0 ? undefined : own >= whole ? instrument : this.#whole;
    const stream = told && this.#json(told, Place.Stream);
    return {
      ring: this.ring,
      ringId: this.ringId,
      vendor: entry.vendor,
      venue: entry.venue,
      symbol: entry.symbol,
      state: stream === undefined ? streamStateName(0) : String(stream.state),
      sinceTs: stream === undefined ? null : String(stream.tsRecv),
      reason: stream === undefined ? null : String(stream.reason),
      simulated: (flags & TickFlag.Simulated) !== 0,
      replayed: (flags & TickFlag.Replayed) !== 0,
      quote: this.#json(instrument, Place.Quote) ?? null,
      trade: this.#json(instrument, Place.Trade) ?? null,
    };
  }

  #json(instrument: Instrument, place: number): TickJson | undefined {
    const position = instrument.positions[place] ?? -1;
    if (position < 0) return undefined;
    const tick = this.#view.wrap(instrument.view, place * TICK_BYTES);
    const json = describeTick(tick, this.#directory.get(tick.instrument));
    return { ...json, ring: this.ring, ringId: this.ringId, position };
  }
}

const WHOLE_RING: Named = { vendor: '', venue: '', symbol: '', index: 0 };

function makeInstrument(entry: Named): Instrument {
  const bytes = new Uint8Array(PLACES * TICK_BYTES);
  return {
    entry,
    bytes,
    view: new DataView(bytes.buffer),
    positions: new Float64Array(PLACES).fill(-1),
    flags: 0,
  };
}

function placeOf(kind: number): number | undefined {
  if (kind === TickKind.Quote) return Place.Quote;
  if (kind === TickKind.Trade) return Place.Trade;
  return kind === TickKind.Stream ? Place.Stream : undefined;
}
