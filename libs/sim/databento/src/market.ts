/**
 * The simulated dataset: one engine makes orders, and every schema follows from the same books.
 * What it draws depends on seed, instruments and rate alone, so the same seed gives the same
 * records; how fast time goes changes nothing.
 */
import { DefinitionRecord, RType, StatusRecord } from '@tickwire/wire-dbn';
import { createRandom } from '@tickwire/sim-kit';
import type { Random } from '@tickwire/sim-kit';
import { fillDefinition, fillStatus } from './definitions.ts';
import { EventRecorder } from './event-recorder.ts';
import { EventStamp } from './event-stamp.ts';
import type { DatabentoInstrument } from './instruments.ts';
import { IntervalRecorder, TurnRecorder } from './interval-recorder.ts';
import type { IntervalMarket } from './interval-recorder.ts';
import type { LimitBook } from './limit-book.ts';
import { OrderFlow } from './order-flow.ts';
import type { Trade } from './order-flow.ts';
import type { RecordLog } from './record-log.ts';
import type { MadeSchema } from './schema-codes.ts';
import { SchemaWriter } from './schema-writer.ts';

const NS_PER_S = 1e9;
/** Events of which several fall on one time. */
const SAME_TIME_ODDS = 0.05;
const LATENCY_NS_MIN = 10_000;
const LATENCY_NS_SPAN = 40_000;
/** From the venue to the capture server: no record is sent before its `ts_recv`. */
export const LATENCY_NS_MAX = LATENCY_NS_MIN + LATENCY_NS_SPAN;
const SEQUENCE_MODULUS = 2 ** 32;

export interface SeededMarketOptions {
  readonly seed: string;
  readonly instruments: readonly DatabentoInstrument[];
  readonly opensAtMs: number;
  /** Events a second over all instruments; 0 = none. */
  readonly rate: number;
  readonly schemas: ReadonlySet<MadeSchema>;
  readonly log: RecordLog;
  /** Told each event of a book once it is whole. */
  readonly onEvent?: (instrument: DatabentoInstrument, sequence: number, book: LimitBook) => void;
}

/** One instrument's side of the market, made when something first happens to it. */
class Listing implements IntervalMarket {
  readonly flow: OrderFlow;
  sequence = 0;

  constructor(flow: OrderFlow) {
    this.flow = flow;
  }

  get book(): LimitBook {
    return this.flow.book;
  }
}

export class SeededDbnMarket {
  readonly #options: SeededMarketOptions;
  readonly #random: Random;
  readonly #stamp: EventStamp;
  readonly #events: EventRecorder;
  readonly #intervals: readonly IntervalRecorder[];
  readonly #turns: TurnRecorder;
  readonly #status: SchemaWriter<StatusRecord> | undefined;
  readonly #listings: (Listing | undefined)[] = [];
  readonly #at = (index: number, ns: number): IntervalMarket => this.#moveTo(index, ns);
  #rate: number;
  #nextNs: number;
  #nextSecond = 1;
  #orderIds = 0;
  #sequence = 0;
  #eventCount = 0;

  constructor(options: SeededMarketOptions) {
    const { seed, log, schemas, instruments, opensAtMs } = options;
    const [first] = instruments;
    if (first === undefined) throw new RangeError('a market without instruments');
    this.#options = options;
    this.#random = createRandom(`${seed}/timeline`);
    const stamp = new EventStamp(opensAtMs, first);
    this.#stamp = stamp;
    const onTrade = (trade: Trade): void => this.#traded(trade);
    this.#events = new EventRecorder({ log, stamp, schemas, onTrade });
    this.#intervals = this.#makeIntervals();
    this.#turns = new TurnRecorder({ log, stamp, schemas });
    if (schemas.has('status')) {
      const record = new StatusRecord();
      this.#status = new SchemaWriter({ log, record, schema: 'status', rtype: RType.Status });
    }
    this.#open();
    this.#rate = options.rate;
    this.#nextNs = options.rate > 0 ? this.#draw() : Infinity;
  }

  /** ns after the opening at which the next event is due. */
  get nextNs(): number {
    return this.#nextNs;
  }

  /** Events of books so far. */
  get events(): number {
    return this.#eventCount;
  }

  /** A book as it is now; undefined while nothing has happened to the instrument. */
  book(index: number): LimitBook | undefined {
    return this.#listings[index]?.book;
  }

  /** Sequence of the last message that changed a book; 0 while there was none. */
  sequence(index: number): number {
    return this.#listings[index]?.sequence ?? 0;
  }

  /** A fault: the capture server's clock is so far off from now on, ns. */
  setRecvOffset(ns: number): void {
    this.#stamp.recvOffsetNs = ns;
  }

  /** Leaves out the time before `ns`, in which nothing happens. */
  skipTo(ns: number): void {
    // A clock may be finer than 1 ns; records are not.
    if (this.#nextNs < ns) this.#nextNs = Math.ceil(ns);
  }

  /** Events a second from `atNs` on, after all that fell due before it. 0 = none. */
  setRate(rate: number, atNs: number): void {
    this.#rate = rate;
    this.#nextNs = rate > 0 ? atNs + this.#draw() : Infinity;
  }

  /** Makes the next event. */
  step(): void {
    const atNs = this.#nextNs;
    if (atNs === Infinity) return;
    this.act(this.#random.below(this.#options.instruments.length), atNs);
    if (!this.#random.chance(SAME_TIME_ODDS)) this.#nextNs = atNs + this.#draw();
  }

  /** Makes an event of one instrument, at a time that is not before the last. */
  act(index: number, atNs: number): void {
    while (this.#nextSecond * NS_PER_S <= atNs) this.#endSecond();
    const latencyNs = LATENCY_NS_MIN + this.#random.below(LATENCY_NS_SPAN);
    this.#event(index, { atNs, latencyNs });
  }

  #event(index: number, { atNs, latencyNs }: { atNs: number; latencyNs: number }): void {
    this.#sequence = (this.#sequence + 1) % SEQUENCE_MODULUS;
    const listing = this.#listing(index);
    const { instrument } = this.#moveStamp(index, { atNs, latencyNs });
    listing.sequence = this.#sequence;
    const wasEmpty = listing.book.orders === 0;
    this.#events.begin(listing.book);
    listing.flow.step(atNs, this.#events);
    this.#events.end();
    if (listing.book.orders === 0 && !wasEmpty) this.#halt();
    for (const interval of this.#intervals) interval.changed();
    this.#eventCount += 1;
    this.#options.onEvent?.(instrument, this.#sequence, listing.book);
  }

  /** A book that was emptied: its instrument was halted, and trades again. */
  #halt(): void {
    for (const isTrading of [false, true]) this.#writeStatus(isTrading);
  }

  #endSecond(): void {
    const second = this.#nextSecond;
    const endNs = second * NS_PER_S;
    for (const interval of this.#intervals) {
      if (endNs % interval.intervalNs === 0) interval.end(endNs, this.#at);
    }
    const index = second % this.#options.instruments.length;
    this.#turns.write(this.#moveTo(index, endNs));
    this.#nextSecond = second + 1;
  }

  #traded(trade: Trade): void {
    for (const interval of this.#intervals) interval.traded(trade);
    this.#turns.traded(trade);
  }

  /** What is said of each instrument before anything happens to it. */
  #open(): void {
    const { log, schemas, instruments } = this.#options;
    const record = new DefinitionRecord();
    const writer = new SchemaWriter({ log, record, schema: 'definition', rtype: RType.Definition });
    for (const instrument of instruments) {
      const { recv } = this.#moveStamp(instrument.index, { atNs: 0, latencyNs: LATENCY_NS_MIN });
      if (schemas.has('definition')) {
        fillDefinition(writer.begin(this.#stamp), instrument, { recv });
      }
      this.#writeStatus(true);
    }
  }

  #writeStatus(isTrading: boolean): void {
    const record = this.#status?.begin(this.#stamp);
    if (record !== undefined) fillStatus(record, { recv: this.#stamp.recv, isTrading });
  }

  #moveTo(index: number, atNs: number): Listing {
    this.#moveStamp(index, { atNs, latencyNs: 0 });
    return this.#listing(index);
  }

  #moveStamp(index: number, at: { atNs: number; latencyNs: number }): EventStamp {
    const instrument = this.#options.instruments[index];
    if (instrument === undefined) throw new RangeError(`no instrument ${index}`);
    this.#stamp.instrument = instrument;
    this.#stamp.sequence = this.#sequence;
    this.#stamp.set(at.atNs, at.latencyNs);
    return this.#stamp;
  }

  #listing(index: number): Listing {
    const known = this.#listings[index];
    if (known !== undefined) return known;
    const { seed, instruments } = this.#options;
    const instrument = instruments[index];
    if (instrument === undefined) throw new RangeError(`no instrument ${index}`);
    const random = createRandom(`${seed}/orders/${instrument.rawSymbol}`);
    const nextOrderId = (): number => (this.#orderIds += 1);
    const listing = new Listing(new OrderFlow({ instrument, random, nextOrderId }));
    this.#listings[index] = listing;
    return listing;
  }

  /** ns to the next event: as independent arrivals are, so some are close together. */
  #draw(): number {
    const mean = NS_PER_S / this.#rate;
    return Math.floor(-Math.log(1 - this.#random.unit()) * mean);
  }

  #makeIntervals(): IntervalRecorder[] {
    const { log, schemas } = this.#options;
    const fillBest: ConstructorParameters<typeof IntervalRecorder>[0]['fillBest'] = (
      record,
      book,
    ) => this.#events.fillLevel(record.level(0), book, 0);
    const common = { log, schemas, fillBest, stamp: this.#stamp };
    return [
      new IntervalRecorder({
        ...{ ...common, seconds: 1, bars: { schema: 'ohlcv-1s', rtype: RType.Ohlcv1s } },
        bbo: { schema: 'bbo-1s', rtype: RType.Bbo1s },
      }),
      new IntervalRecorder({
        ...{ ...common, seconds: 60, bars: { schema: 'ohlcv-1m', rtype: RType.Ohlcv1m } },
        bbo: { schema: 'bbo-1m', rtype: RType.Bbo1m },
      }),
      new IntervalRecorder({
        ...{ ...common, seconds: 3_600, bars: { schema: 'ohlcv-1h', rtype: RType.Ohlcv1h } },
      }),
      new IntervalRecorder({
        ...{ ...common, seconds: 86_400, bars: { schema: 'ohlcv-1d', rtype: RType.Ohlcv1d } },
      }),
    ];
  }
}
