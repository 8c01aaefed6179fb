/** The line gateway's ring: entries, ticks, states of streams, and what is counted of them. */
import {
  ABSENT,
  AssetClass,
  HopCounters,
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  STAMP_ABSENT_WORD,
  StreamReason,
  StreamScope,
  StreamState,
  TextForm,
  mantissaAt,
  parseDecimal,
  stampToBigInt,
} from '@tickwire/core';
import type { Clock, CounterTable, NewDirectoryEntry, StampNs } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { TickBatch, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { LineError } from './line-error.ts';
import type { LineBug } from './line-bug.ts';

const FLAGS = TickFlag.Simulated | TickFlag.Last | TickFlag.EventEnd;
const DECIMAL = /^\d{1,12}(\.\d{1,12})?$/;
const NOTICED: Readonly<Record<number, string>> = {
  [StreamReason.WriterRestarted]: 'writer-restarted',
  [StreamReason.SequenceGap]: 'sequence',
};

interface Instrument {
  entry: NewDirectoryEntry;
  index: number;
  /** Last sequence; −1 = none yet. */
  last: number;
  state: StreamState;
  /** Why a hole before the next message would be there. */
  holeReason: StreamReason;
}

export class LinePublisher {
  readonly #ring: RingProducer;
  readonly #clock: Clock;
  readonly #bug: LineBug;
  readonly #implied;
  readonly #published;
  readonly #gaps;
  readonly #ledger: (record: object) => void;
  readonly #instruments = new Map<string, Instrument>();
  readonly #batch = new TickBatch(8);
  readonly #now: StampNs = { hi: 0, lo: 0 };
  #ledgerId = 0;

  constructor(parts: {
    ring: RingProducer;
    clock: Clock;
    stats: CounterTable;
    ledger: (record: object) => void;
    bug: LineBug;
  }) {
    const hop = new HopCounters(parts.stats, 'line.normalise', 'tick');
    this.#ring = parts.ring;
    this.#clock = parts.clock;
    this.#bug = parts.bug;
    this.#implied = hop.in;
    this.#published = hop.out;
    this.#gaps = parts.stats.counter('count/gaps');
    this.#ledger = parts.ledger;
  }

  /** What a killed writer left: where each instrument stood. */
  resume(place: { dir: string; name: string }): void {
    const reader = openRing({ ...place, from: 'oldest' });
    const tick = new TickView();
    for (let run = reader.poll(); run !== undefined; run = reader.poll()) {
      for (let at = 0; at < run.count; at++) {
        tick.wrap(run.view, at * 64);
        if (tick.kind !== TickKind.Trade && tick.kind !== TickKind.Quote) continue;
        const entry = reader.directory.get(tick.instrument);
        if (entry === undefined) continue;
        const { index, ...rest } = entry;
        const holeReason = StreamReason.WriterRestarted;
        const state = StreamState.Gap;
        const last = tick.sequence;
        this.#instruments.set(entry.symbol, { entry: rest, index, last, state, holeReason });
      }
    }
    reader.close();
    this.#record({ noticedBy: 'writer-restarted' });
  }

  define(symbol: string, priceIncrement: string, sizeIncrement: string): void {
    if (this.#instruments.has(symbol)) return;
    const [price, size] = [parseDecimal(priceIncrement), parseDecimal(sizeIncrement)];
    const entry: NewDirectoryEntry = {
      ...{ vendor: 'line', venue: 'LINE', symbol, canonicalSymbol: '', currency: '' },
      ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, markExp: 0 },
      ...{ priceExp: Math.min(0, price.exponent), sizeExp: Math.min(0, size.exponent) },
      ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
      supersedes: SUPERSEDES_NONE,
    };
    const index = this.#ring.append(entry);
    const holeReason = StreamReason.SequenceGap;
    const state = StreamState.Unknown;
    this.#instruments.set(symbol, { entry, index, last: -1, state, holeReason });
  }

  /** A line of data: returns whether it was new. @throws LineError when it cannot be used. */
  data(line: string): boolean {
    const [kind = '', symbol = '', text = '', ...values] = line.split('|');
    if (kind !== 'T' && kind !== 'Q') throw new LineError('UNKNOWN_KIND');
    const instrument = this.#instruments.get(symbol);
    if (instrument === undefined) throw new LineError('UNKNOWN_SYMBOL');
    const decimals = values.slice(0, kind === 'T' ? 2 : 4);
    const isWhole = decimals.length === (kind === 'T' ? 2 : 4);
    if (!/^\d{1,9}$/.test(text) || !isWhole || !decimals.every((each) => DECIMAL.test(each))) {
      throw new LineError('BAD_FIELD');
    }
    const sequence = Number(text);
    if (sequence <= instrument.last) return false;
    this.#noticeHole(instrument, sequence);
    instrument.last = sequence;
    this.#tick(instrument, kind === 'T' ? TickKind.Trade : TickKind.Quote, decimals);
    if (instrument.state !== StreamState.Live) {
      this.#stream(instrument, { state: StreamState.Live, reason: StreamReason.Connected });
    }
    this.#publish();
    return true;
  }

  /** The connection is lost, and with it whatever comes until the next one. */
  lost(reason: StreamReason): void {
    this.#record({ noticedBy: 'disconnect' });
    for (const instrument of this.#instruments.values()) {
      instrument.holeReason = StreamReason.Disconnected;
      this.#stream(instrument, { state: StreamState.Gap, reason });
      this.#publish();
    }
  }

  #noticeHole(instrument: Instrument, sequence: number): void {
    const { last, holeReason, entry } = instrument;
    instrument.holeReason = StreamReason.SequenceGap;
    if (last < 0 || sequence === last + 1) return;
    if (this.#bug === 'silent-gap' && holeReason === StreamReason.SequenceGap) return;
    const missing = sequence - last - 1;
    this.#gaps.add(1);
    this.#record({
      ...{ symbol: entry.symbol, firstMissing: String(last + 1), missing },
      noticedBy: NOTICED[holeReason] ?? 'disconnect',
    });
    const hole = { first: last + 1, count: missing };
    this.#stream(instrument, { state: StreamState.Gap, reason: holeReason, hole });
  }

  #tick(instrument: Instrument, kind: TickKind, decimals: readonly string[]): void {
    const prices = decimals.filter((_, at) => at % 2 === 0);
    const sizes = decimals.filter((_, at) => at % 2 === 1);
    if (this.#bug !== 'rounds-digits') this.#refine(instrument, prices, sizes);
    const { priceExp, sizeExp } = instrument.entry;
    const [price = 0, other = 0] = prices.map((text) => this.#mantissa(text, priceExp));
    const [size = 0, otherSize = 0] = sizes.map((text) => this.#mantissa(text, sizeExp));
    const tick = this.#add(kind, instrument.index);
    tick.sequence = instrument.last;
    if (kind === TickKind.Trade) {
      tick.price = price;
      tick.size = size;
      return;
    }
    tick.bidPrice = price;
    tick.bidSize = size;
    tick.askPrice = other;
    tick.askSize = otherSize;
  }

  #mantissa(text: string, exponent: number): number {
    if (this.#bug === 'rounds-digits') return Math.round(Number(text) / 10 ** exponent);
    return mantissaAt(text, exponent);
  }

  /** A finer entry that supersedes the instrument's, when its digits do not hold the values. */
  #refine(instrument: Instrument, prices: readonly string[], sizes: readonly string[]): void {
    const { entry, index } = instrument;
    const finest = (texts: readonly string[]): number =>
      Math.min(...texts.map((text) => parseDecimal(text).exponent));
    const priceExp = Math.min(entry.priceExp, finest(prices));
    const sizeExp = Math.min(entry.sizeExp, finest(sizes));
    if (priceExp === entry.priceExp && sizeExp === entry.sizeExp) return;
    instrument.entry = { ...entry, priceExp, sizeExp, supersedes: index };
    instrument.index = this.#ring.append(instrument.entry);
  }

  #stream(
    instrument: Instrument,
    change: { state: StreamState; reason: StreamReason; hole?: { first: number; count: number } },
  ): void {
    const tick = this.#add(TickKind.Stream, instrument.index);
    const { state, reason, hole } = change;
    tick.setFirstMissing(0, hole?.first ?? 0);
    tick.setMissingCount(0, hole?.count ?? 0);
    tick.setFromTs(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
    const previousState = instrument.state;
    tick.setStream({ state, previousState, reason, scope: StreamScope.Instrument });
    instrument.state = state;
  }

  #add(kind: TickKind, index: number): TickView {
    const tick = this.#batch.add(kind);
    this.#clock.wallNs(this.#clock.monotonicNs(), this.#now);
    tick.setTsRecv(this.#now.hi, this.#now.lo);
    tick.setTsEvent(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
    tick.instrument = index;
    tick.flags = FLAGS;
    return tick;
  }

  #publish(): void {
    const { count } = this.#batch;
    this.#implied.add(count);
    this.#published.add(count);
    this.#ring.publish(this.#batch.bytes, count);
    this.#batch.clear();
  }

  #record(gap: { symbol?: string; firstMissing?: string; missing?: number; noticedBy: string }) {
    this.#clock.wallNs(this.#clock.monotonicNs(), this.#now);
    this.#ledgerId += 1;
    const noticedTs = stampToBigInt(this.#now).toString();
    this.#ledger({ id: this.#ledgerId, vendor: 'line', ...gap, noticedTs, state: 'open' });
  }
}

/** The STREAM tick that opens an epoch. */
export function takeoverTick(clock: Clock): Uint8Array {
  const batch = new TickBatch(1);
  const now: StampNs = { hi: 0, lo: 0 };
  clock.wallNs(clock.monotonicNs(), now);
  const tick = batch.add(TickKind.Stream);
  tick.setTsRecv(now.hi, now.lo);
  tick.setTsEvent(now.hi, now.lo);
  tick.instrument = INSTRUMENT_ALL;
  tick.flags = FLAGS;
  tick.setFromTs(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
  tick.setMissingCount(STAMP_ABSENT_WORD, STAMP_ABSENT_WORD);
  tick.setStream({
    ...{ state: StreamState.Gap, previousState: StreamState.Unknown },
    ...{ reason: StreamReason.WriterRestarted, scope: StreamScope.Ring },
  });
  return batch.bytes;
}
