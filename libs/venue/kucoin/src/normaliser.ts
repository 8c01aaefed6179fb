import { StreamReason, StreamState, stampToBigInt, streamStateName } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import { TickEmitter } from '@tickwire/domain-feed';
import type {
  ImageLimits,
  RecvStamp,
  Relocation,
  ResumePoint,
  SymbolPosition,
} from '@tickwire/domain-feed';
import { ByteTable, ValueKind } from '@tickwire/wire-json';
import { BookSync } from './book-sync.ts';
import { BookWriter } from './book-writer.ts';
import { KucoinDecodeError, KucoinSessionError } from './errors.ts';
import { nearSymbols, readInstruments } from './instruments.ts';
import type { KnownTopic } from './frame-layout.ts';
import type { KucoinNormaliser } from './kucoin-normaliser.ts';
import { DELTA_ASKS, DELTA_BIDS } from './level-list.ts';
import { MarketTicks } from './market-ticks.ts';
import { slotOf } from './message-fields.ts';
import { MessageOutcome } from './message-outcome.ts';
import type { ControlMessage } from './message-outcome.ts';
import { MessageReader, TimeRead } from './message-reader.ts';
import { NORMALISER_LIMITS } from './normaliser-options.ts';
import type { KucoinNormaliserLimits, KucoinNormaliserOptions } from './normaliser-options.ts';
import { SymbolState } from './symbol-state.ts';
import type { KucoinSink } from './sink.ts';
import type { Tallies } from './tallies.ts';
import { Topic, colonOf, topicOf } from './topic.ts';
import { PUBLISHER_SPOT } from './vendor.ts';

export function createKucoinNormaliser(options: KucoinNormaliserOptions): KucoinNormaliser {
  return new Normaliser(options);
}

const TYPE = slotOf('type');
const TOPIC = slotOf('topic');
const ID = slotOf('id');
const CODE = slotOf('code');
const DATA = slotOf('data');
const SEQUENCE = slotOf('data.sequence');
const SEQUENCE_START = slotOf('data.sequenceStart');
const SEQUENCE_END = slotOf('data.sequenceEnd');
const SYMBOL = slotOf('data.symbol');
const CHANGES = slotOf('data.changes');
const CHANGES_ASKS = slotOf('data.changes.asks');
const CHANGES_BIDS = slotOf('data.changes.bids');
const ASKS = slotOf('data.asks');
const BIDS = slotOf('data.bids');
const TIME = slotOf('data.time');
const TIME_CAPITAL = slotOf('data.Time');
const TIMESTAMP = slotOf('data.timestamp');

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const MESSAGE = text('message');
const CODE_OK = text('200000');
const CONTROL_TYPES = (['welcome', 'ack', 'pong', 'error'] as const).map((type) => ({
  type,
  bytes: text(type),
}));

const IMAGE_ASKS = { field: 'data.asks', isBid: false, sequenced: false };
const IMAGE_BIDS = { field: 'data.bids', isBid: true, sequenced: false };

class Normaliser implements KucoinNormaliser {
  readonly control: ControlMessage = { type: 'pong', id: '', code: '', text: '' };
  readonly #sink: KucoinSink;
  readonly #tallies: Tallies;
  readonly #limits: KucoinNormaliserLimits;
  readonly #wanted: readonly string[] | 'all';
  readonly #reader = new MessageReader();
  readonly #levels = this.#reader.levels;
  readonly #emit: TickEmitter;
  readonly #writer: BookWriter;
  readonly #sync: BookSync;
  readonly #market: MarketTicks;
  readonly #symbols = new ByteTable<SymbolState>();
  readonly #event: StampNs = { hi: 0, lo: 0 };
  readonly #delta = { start: 0, end: 0 };
  readonly #frame: { bytes: Uint8Array; recv: Readonly<RecvStamp> } = {
    bytes: new Uint8Array(0),
    recv: { hi: 0, lo: 0, monotonicNs: 0 },
  };

  constructor(options: KucoinNormaliserOptions) {
    this.#sink = options.sink;
    this.#tallies = options.tallies;
    this.#wanted = options.symbols;
    this.#limits = { ...NORMALISER_LIMITS, ...options.limits };
    this.#emit = new TickEmitter(options.sink, {
      publisher: PUBLISHER_SPOT,
      flags: options.flags ?? 0,
      badTimestampMs: this.#limits.badTimestampMs,
    });
    const parts = { emit: this.#emit, sink: options.sink, tallies: options.tallies };
    const writer = new BookWriter({ ...parts, levels: this.#levels });
    this.#writer = writer;
    this.#market = new MarketTicks({ ...parts, reader: this.#reader, writer });
    this.#sync = new BookSync({
      ...parts,
      writer,
      needSnapshot: options.needSnapshot ?? (() => undefined),
    });
  }

  onSymbols(body: Uint8Array): void {
    const { entries } = readInstruments(body);
    if (this.#wanted === 'all') {
      for (const entry of entries.values()) {
        if (this.#symbols.get(entry.symbol) === undefined) {
          this.#symbols.set(entry.symbol, new SymbolState(entry, this.#limits));
        }
      }
      return;
    }
    for (const symbol of this.#wanted) {
      const entry = entries.get(symbol);
      if (entry === undefined) throw unknownSymbol(symbol, entries.keys());
      if (this.#symbols.get(symbol) !== undefined) continue;
      const state = new SymbolState(entry, this.#limits);
      this.#defineAtStart(state);
      this.#symbols.set(symbol, state);
    }
  }

  onMessage(bytes: Uint8Array, recv: Readonly<RecvStamp>): MessageOutcome {
    this.#tallies.received.add(1);
    let outcome: MessageOutcome;
    try {
      outcome = this.#dispatch(bytes, recv);
      if (outcome === MessageOutcome.Accepted) this.#tallies.accepted.add(1);
    } catch (error) {
      outcome = this.#reject(error, bytes, recv);
    }
    this.#emit.publish();
    return outcome;
  }

  onSnapshot(symbol: string, body: Uint8Array, recv: Readonly<RecvStamp>): boolean {
    const state = this.#symbols.get(symbol);
    if (state === undefined || state.synced) return false;
    let live = false;
    try {
      const sequence = this.#readSnapshot(state, body, recv);
      live = this.#sync.onSnapshot(state, sequence, recv);
      if (live) this.#drain(state);
    } catch (error) {
      if (!(error instanceof KucoinDecodeError)) throw error;
      this.#tallies.snapshotsRejected.add(1);
      this.#sink.reject?.(error, body, recv);
      this.#sync.snapshotFailed(state);
    }
    this.#emit.publish();
    return live;
  }

  onDisconnect(
    symbols: readonly string[] | 'all',
    recv: Readonly<RecvStamp>,
    reason: StreamReason = StreamReason.Disconnected,
  ): void {
    const lost = this.#started(symbols);
    if (lost.length === 0) return;
    this.#emit.begin(recv, undefined);
    const record = this.#sync.ledger.open({
      symbol: undefined,
      noticedBy: 'disconnect',
      missing: undefined,
      fromTs: undefined,
      noticedTs: stampToBigInt(recv).toString(),
    });
    this.#tallies.gaps.add(1);
    const channelGap = { record, waiting: lost.length };
    const change = {
      state: StreamState.Gap,
      reason,
      ledgerId: record.id,
    };
    this.#tallies.ticksImplied.add(symbols === 'all' ? 1 : lost.length);
    if (symbols === 'all') this.#emit.stream(undefined, { ...change, previous: StreamState.Live });
    for (const state of lost) {
      if (symbols !== 'all') this.#emit.stream(state, { ...change, previous: state.stream });
      this.#sync.disconnect(state);
      state.channelGap = channelGap;
    }
    this.#emit.publish();
  }

  onSubscribed(symbols: readonly string[], recv: Readonly<RecvStamp>): void {
    this.#emit.begin(recv, undefined);
    for (const symbol of symbols) {
      const state = this.#symbols.get(symbol);
      if (state === undefined || state.synced || state.index < 0) continue;
      this.#sync.start(state, state.resuming ? StreamReason.Connected : StreamReason.Started);
    }
    this.#emit.publish();
  }

  onRefused(symbol: string, recv: Readonly<RecvStamp>): void {
    const state = this.#symbols.get(symbol);
    if (state === undefined || state.index < 0) return;
    this.#emit.begin(recv, undefined);
    this.#sync.changeStream(state, StreamState.Closed, StreamReason.SubscriptionRefused);
    this.#emit.publish();
  }

  close(recv: Readonly<RecvStamp>, reason: StreamReason = StreamReason.Stopped): void {
    this.#emit.begin(recv, undefined);
    for (const state of this.#started('all')) {
      const waiting = state.buffer.take().length;
      this.#tallies.droppedUnsynced.add(waiting);
      this.#sync.released(waiting);
      this.#sync.changeStream(state, StreamState.Closed, reason);
    }
    this.#emit.publish();
  }

  resume(points: ReadonlyMap<string, ResumePoint>, recv: Readonly<RecvStamp>): void {
    const lost = [...this.#symbols.values()].filter((state) => points.has(state.symbol));
    if (lost.length === 0) return;
    let newest: ResumePoint = { sequence: 0, recvHi: 0, recvLo: 0 };
    for (const point of points.values()) if (isLater(point, newest)) newest = point;
    const record = this.#sync.ledger.open({
      symbol: undefined,
      noticedBy: 'writer-restarted',
      missing: undefined,
      fromTs: stampToBigInt({ hi: newest.recvHi, lo: newest.recvLo }).toString(),
      noticedTs: stampToBigInt(recv).toString(),
    });
    this.#tallies.gaps.add(1);
    const channelGap = { record, waiting: lost.length };
    for (const state of lost) {
      const point = points.get(state.symbol);
      if (point === undefined) continue;
      this.#sync.resume(state, point);
      state.channelGap = channelGap;
    }
  }

  imageRefusal(symbol: string, { ticksMax }: ImageLimits): SnapshotRefusal | undefined {
    const state = this.#symbols.get(symbol);
    if (state === undefined) return 'UNKNOWN_INSTRUMENT';
    if (!state.synced || state.index < 0) return 'NOT_SYNCHRONISED';
    // One for the CLEAR, one for an end of its own.
    const ticks = state.book.bids.count + state.book.asks.count + 2;
    return ticks > ticksMax ? 'BOOK_TOO_LARGE' : undefined;
  }

  writeImage(
    symbol: string,
    recv: Readonly<RecvStamp>,
    limits: ImageLimits,
  ): SnapshotRefusal | undefined {
    const refusal = this.imageRefusal(symbol, limits);
    const state = this.#symbols.get(symbol);
    if (refusal !== undefined || state === undefined) return refusal ?? 'UNKNOWN_INSTRUMENT';
    this.#emit.begin(recv, undefined);
    this.#writer.writeImage(state);
    this.#emit.publish();
    return undefined;
  }

  relocate(symbol: string, recv: Readonly<RecvStamp>, relocate: Relocation): boolean {
    const state = this.#symbols.get(symbol);
    if (state === undefined || state.index < 0) return false;
    this.#emit.begin(recv, undefined);
    const done = this.#sync.relocate(state, relocate);
    this.#emit.publish();
    return done;
  }

  *positions(): Generator<SymbolPosition> {
    for (const { index, synced, lastApplied } of this.#symbols.values()) {
      if (synced && index >= 0) yield { index, sequence: lastApplied };
    }
  }

  streams(): Record<string, number> {
    const counts = Object.fromEntries(
      Object.values(StreamState).map((state) => [streamStateName(state), 0]),
    );
    for (const { stream } of this.#symbols.values()) {
      const name = streamStateName(stream);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** The states that have an entry and were told to consumers. */
  #started(symbols: readonly string[] | 'all'): SymbolState[] {
    const all =
      symbols === 'all' ? this.#symbols.values() : symbols.map((s) => this.#symbols.get(s));
    return [...all].filter(
      (state) => state !== undefined && state.index >= 0 && state.stream !== StreamState.Unknown,
    ) as SymbolState[];
  }

  #defineAtStart(state: SymbolState): void {
    try {
      this.#sync.define(state);
    } catch (cause) {
      const message = `no room in the directory for ${state.symbol}`;
      throw new KucoinSessionError('TOO_MANY_SYMBOLS', message, { cause });
    }
  }

  #reject(error: unknown, bytes: Uint8Array, recv: Readonly<RecvStamp>): MessageOutcome {
    if (!(error instanceof KucoinDecodeError)) throw error;
    this.#tallies.rejected[error.code].add(1);
    this.#sink.reject?.(error, bytes, recv);
    return MessageOutcome.Rejected;
  }

  #dispatch(bytes: Uint8Array, recv: Readonly<RecvStamp>): MessageOutcome {
    if (bytes.length > this.#limits.frameBytesMax) throw oversize(bytes.length);
    const reader = this.#reader;
    reader.readFrame(bytes);
    const { layout } = reader;
    if (layout !== undefined) return this.#onData(layout.topic, recv);
    reader.need(TYPE, ValueKind.String);
    if (!reader.is(TYPE, MESSAGE)) return this.#onControl();
    reader.need(TOPIC, ValueKind.String);
    const start = reader.start(TOPIC);
    const colon = colonOf(reader.bytes, start, reader.end(TOPIC));
    const topic = topicOf(reader.bytes, start, colon);
    if (topic === Topic.Unknown) reader.fail('UNKNOWN_TOPIC', TOPIC);
    if (topic === Topic.Ignored) {
      this.#tallies.ignored.add(1);
      return MessageOutcome.Ignored;
    }
    const known = { topic, bytes: colon + 1 - start };
    const outcome = this.#onData(known, recv);
    if (outcome === MessageOutcome.Accepted) reader.learn(known);
    return outcome;
  }

  /** A message of a topic that becomes ticks. */
  #onData({ topic, bytes }: KnownTopic, recv: Readonly<RecvStamp>): MessageOutcome {
    const reader = this.#reader;
    const state = this.#symbols.find(reader.bytes, reader.start(TOPIC) + bytes, reader.end(TOPIC));
    if (state === undefined) return reader.fail('UNKNOWN_SYMBOL', TOPIC);
    reader.need(DATA, ValueKind.Object);
    this.#sync.define(state);
    if (topic === Topic.Level2) return this.#onDelta(state, recv);
    this.#beginFrame(recv, topic === Topic.Match ? this.#matchTime() : this.#plainTime(topic));
    if (state.stream === StreamState.Unknown) this.#sync.start(state, StreamReason.Started);
    this.#checkSymbol(state);
    if (topic === Topic.Match) this.#market.match(state);
    else if (topic === Topic.Ticker) this.#market.ticker(state);
    else this.#market.level1(state);
    return MessageOutcome.Accepted;
  }

  #onControl(): MessageOutcome {
    const reader = this.#reader;
    const found = CONTROL_TYPES.find(({ bytes }) => reader.is(TYPE, bytes));
    if (found === undefined) return reader.fail('UNKNOWN_TYPE', TYPE);
    this.#tallies.control.add(1);
    this.control.type = found.type;
    this.control.id = reader.text(ID);
    this.control.code = reader.text(CODE);
    this.control.text = found.type === 'error' ? reader.text(DATA) : '';
    return MessageOutcome.Control;
  }

  /** Starts the frame's ticks with its event time, and counts what is wrong with it. */
  #beginFrame(recv: Readonly<RecvStamp>, read: TimeRead): void {
    const event = read === TimeRead.Read ? this.#event : undefined;
    const latencyNs = this.#emit.begin(recv, event);
    if (read === TimeRead.Impossible) this.#emit.markBadTimestamp();
    if (this.#emit.hasBadTimestamp) this.#tallies.badTimestamps.add(1);
    else if (latencyNs !== undefined && latencyNs > this.#limits.lateMs * 1e6) {
      this.#tallies.lateMessages.add(1);
    }
  }

  #matchTime(): TimeRead {
    return this.#reader.timeNs(TIME, this.#event);
  }

  /** The ticker's time is `time` on the wire and `Time` in the vendor's documents. */
  #plainTime(topic: Topic): TimeRead {
    const reader = this.#reader;
    if (topic === Topic.Level1) return reader.timeMs(TIMESTAMP, this.#event);
    const slot = reader.kind(TIME) === ValueKind.Absent ? TIME_CAPITAL : TIME;
    return reader.timeMs(slot, this.#event);
  }

  #onDelta(state: SymbolState, recv: Readonly<RecvStamp>): MessageOutcome {
    this.#readDelta(state);
    this.#beginFrame(recv, this.#plainTime(Topic.Level2));
    this.#frame.bytes = this.#reader.message;
    this.#frame.recv = recv;
    return this.#sync.onDelta(state, this.#delta, this.#frame);
  }

  /** Reads the indexed message into `#delta` and the level list, in order of the sequences. */
  #readDelta(state: SymbolState): void {
    const reader = this.#reader;
    const levels = this.#levels;
    this.#checkSymbol(state);
    const start = reader.whole(SEQUENCE_START);
    const end = reader.whole(SEQUENCE_END);
    if (end < start) reader.fail('BAD_FIELD', SEQUENCE_END);
    reader.need(CHANGES, ValueKind.Object);
    reader.need(CHANGES_ASKS, ValueKind.Array);
    reader.need(CHANGES_BIDS, ValueKind.Array);
    if (reader.layout?.readsLevels !== true) {
      levels.clear();
      levels.append(reader.bytes, reader.start(CHANGES_ASKS), DELTA_ASKS);
      levels.append(reader.bytes, reader.start(CHANGES_BIDS), DELTA_BIDS);
    }
    levels.sortBySequence();
    for (let row = 0; row < levels.count; row++) {
      const sequence = levels.sequences[row] as number;
      if (sequence < start || sequence > end) reader.fail('BAD_FIELD', CHANGES);
    }
    this.#delta.start = start;
    this.#delta.end = end;
  }

  /** The symbol in the data, where there is one, is that of the topic. */
  #checkSymbol(state: SymbolState): void {
    const reader = this.#reader;
    if (reader.kind(SYMBOL) === ValueKind.Absent) return;
    reader.need(SYMBOL, ValueKind.String);
    if (!reader.is(SYMBOL, state.symbolBytes)) reader.fail('BAD_FIELD', SYMBOL);
  }

  #readSnapshot(state: SymbolState, body: Uint8Array, recv: Readonly<RecvStamp>): number {
    if (body.length > this.#limits.answerBytesMax) throw oversize(body.length);
    const reader = this.#reader;
    const levels = this.#levels;
    reader.read(body);
    reader.needScalar(CODE);
    if (!reader.is(CODE, CODE_OK)) reader.fail('VENUE_ERROR', CODE);
    reader.need(DATA, ValueKind.Object);
    const sequence = reader.whole(SEQUENCE);
    reader.need(BIDS, ValueKind.Array);
    reader.need(ASKS, ValueKind.Array);
    levels.clear();
    levels.append(reader.bytes, reader.start(BIDS), IMAGE_BIDS);
    levels.append(reader.bytes, reader.start(ASKS), IMAGE_ASKS);
    for (let row = 0; row < levels.count; row++) {
      if (levels.prices[row] === 0) reader.fail('BAD_FIELD', BIDS);
    }
    this.#sync.define(state);
    const read = reader.timeMs(TIME, this.#event);
    this.#emit.begin(recv, read === TimeRead.Read ? this.#event : undefined);
    return sequence;
  }

  /** The book is live: the changes that waited for it, in their order. */
  #drain(state: SymbolState): void {
    const waiting = state.buffer.take();
    this.#sync.released(waiting.length);
    for (const { bytes, recv } of waiting) {
      this.#reader.read(bytes);
      this.#readDelta(state);
      if (!state.synced) {
        // One of them could not be used: the rest waits for the next snapshot.
        if (state.buffer.push(bytes, recv)) this.#sync.released(-1);
        else this.#tallies.droppedOverflow.add(1);
        continue;
      }
      const read = this.#plainTime(Topic.Level2);
      this.#emit.begin(recv, read === TimeRead.Read ? this.#event : undefined);
      try {
        this.#sync.onWaiting(state, this.#delta);
      } catch (error) {
        this.#reject(error, bytes, recv);
        this.#sync.waitingFailed(state, this.#delta, recv);
      }
    }
  }
}

function oversize(length: number): KucoinDecodeError {
  return new KucoinDecodeError('OVERSIZE', {
    field: 'message',
    offset: 0,
    detail: `${length} bytes`,
  });
}

function unknownSymbol(symbol: string, known: Iterable<string>): KucoinSessionError {
  const near = nearSymbols(symbol, known);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : undefined;
  const message = `KuCoin lists no symbol ${JSON.stringify(symbol.slice(0, 80))}.`;
  return new KucoinSessionError('UNKNOWN_SYMBOL', message, hint === undefined ? {} : { hint });
}

const isLater = (a: ResumePoint, b: ResumePoint): boolean =>
  a.recvHi > b.recvHi || (a.recvHi === b.recvHi && a.recvLo > b.recvLo);
