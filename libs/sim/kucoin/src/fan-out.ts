/**
 * From the exchange's timeline to the listeners: renders a message once if anybody has its topic,
 * and gives the same bytes to each who has.
 */
import { FrameArena, TopicListeners } from '@tickwire/sim-kit';
import type {
  ExchangeSink,
  Listener,
  MarketUpdate,
  OutgoingMessage,
  VenueTime,
} from '@tickwire/sim-kit';
import { CANDLE_SPANS } from './candles.ts';
import type { Exchange } from './exchange.ts';
import type { MessageWriter } from './messages.ts';
import { TopicKind } from './topics.ts';
import type { TopicDirectory } from './topics.ts';

/** Least ms between two pushes of one market. Source: the push frequencies of the specification. */
const SAMPLE_INTERVALS_MS: readonly (readonly [TopicKind, number])[] = [
  [TopicKind.Level1, 10],
  [TopicKind.Depth5, 100],
  [TopicKind.Depth50, 100],
  [TopicKind.Snapshot, 2_000],
];

export class FanOut implements ExchangeSink {
  readonly arena = new FrameArena();
  /** Messages made, by kind, whether or not anybody listened. */
  readonly made: Float64Array = new Float64Array(Object.keys(TopicKind).length);
  readonly #exchange: Exchange;
  readonly #topics: TopicDirectory;
  readonly #writer: MessageWriter;
  readonly #listeners: TopicListeners;
  readonly #sampledAtMs: Float64Array;
  readonly #sampledSequence: Float64Array;
  readonly #message: OutgoingMessage;
  /** Topics with listeners among the sampled kinds: none, and sampling costs one comparison. */
  #sampledListeners = 0;

  constructor(options: { exchange: Exchange; topics: TopicDirectory; writer: MessageWriter }) {
    this.#exchange = options.exchange;
    this.#topics = options.topics;
    this.#writer = options.writer;
    this.#listeners = new TopicListeners(options.topics.size);
    this.#sampledAtMs = new Float64Array(options.topics.size);
    this.#sampledSequence = new Float64Array(options.topics.size);
    this.#message = {
      kind: TopicKind.Level2,
      topicId: 0,
      instrument: '',
      sequenceStart: 0,
      sequenceEnd: 0,
      payload: '',
      frame: this.arena.last,
      nowMs: 0,
    };
  }

  subscribe(topicId: number, listener: Listener): void {
    this.#listeners.subscribe(topicId, listener);
    if (this.#isSampled(topicId)) this.#sampledListeners += 1;
  }

  unsubscribe(topicId: number, listener: Listener): void {
    const had = this.#listeners.unsubscribe(topicId, listener);
    if (had && this.#isSampled(topicId)) this.#sampledListeners -= 1;
  }

  level2(market: number, update: MarketUpdate, now: VenueTime): void {
    this.#count(TopicKind.Level2);
    const topicId = this.#topics.id(TopicKind.Level2, market);
    const instrument = this.#exchange.markets[market]?.instrument;
    if (!this.#listeners.has(topicId) || instrument === undefined) return;
    this.#message.sequenceStart = update.sequenceStart;
    this.#message.sequenceEnd = update.sequenceEnd;
    const text = this.#writer.level2(instrument, update, now);
    this.#send(TopicKind.Level2, topicId, { text, now });
    this.#message.sequenceStart = 0;
    this.#message.sequenceEnd = 0;
  }

  match(market: number, update: MarketUpdate, at: { index: number; now: VenueTime }): void {
    this.#count(TopicKind.Match);
    const fill = update.fills[at.index];
    const { instrument } = this.#exchange.markets[market] ?? {};
    if (fill === undefined || instrument === undefined) return;
    const topicId = this.#topics.id(TopicKind.Match, market);
    if (this.#listeners.has(topicId)) {
      const text = this.#writer.match(instrument, fill, at.now);
      this.#send(TopicKind.Match, topicId, { text, now: at.now });
    }
    if (this.#sampledListeners > 0) this.#candles(market, at.now);
  }

  ticker(index: number, now: VenueTime): void {
    this.#count(TopicKind.Ticker);
    const market = this.#exchange.markets[index];
    if (market === undefined) return;
    const topicId = this.#topics.id(TopicKind.Ticker, index);
    if (this.#listeners.has(topicId)) {
      const text = this.#writer.ticker(market, now, 'symbol');
      this.#send(TopicKind.Ticker, topicId, { text, now });
    }
    const allId = this.#topics.id(TopicKind.TickerAll, 0);
    if (this.#listeners.has(allId)) {
      const text = this.#writer.ticker(market, now, 'all');
      this.#send(TopicKind.TickerAll, allId, { text, now });
    }
  }

  sample(market: number, now: VenueTime): void {
    if (this.#sampledListeners === 0) return;
    const sequence = this.#exchange.markets[market]?.sequence ?? 0;
    for (const [kind, intervalMs] of SAMPLE_INTERVALS_MS) {
      const topicId = this.#topics.id(kind, market);
      if (!this.#listeners.has(topicId)) continue;
      if (now.ms - (this.#sampledAtMs[topicId] ?? 0) < intervalMs) continue;
      if (this.#sampledSequence[topicId] === sequence) continue;
      this.#sampledAtMs[topicId] = now.ms;
      this.#sampledSequence[topicId] = sequence;
      this.#count(kind);
      this.#send(kind, topicId, { text: this.#sampleText(kind, market, now), now });
    }
  }

  #sampleText(kind: TopicKind, index: number, now: VenueTime): string {
    const market = this.#exchange.markets[index];
    const stats = this.#exchange.stats[index];
    if (market === undefined || stats === undefined) return '';
    if (kind === TopicKind.Level1) return this.#writer.level1(market, now);
    if (kind === TopicKind.Snapshot) return this.#writer.snapshot(market, stats, now);
    return this.#writer.depth(market, now, kind === TopicKind.Depth5 ? 5 : 50);
  }

  #candles(index: number, now: VenueTime): void {
    const market = this.#exchange.markets[index];
    const stats = this.#exchange.stats[index];
    if (market === undefined || stats === undefined) return;
    for (let span = 0; span < CANDLE_SPANS.length; span += 1) {
      const topicId = this.#topics.id(TopicKind.Candles, index, span);
      if (!this.#listeners.has(topicId)) continue;
      this.#count(TopicKind.Candles);
      const text = this.#writer.candles(market, stats, { span, now });
      this.#send(TopicKind.Candles, topicId, { text, now });
    }
  }

  #send(kind: TopicKind, topicId: number, made: { text: string; now: VenueTime }): void {
    if (!this.#listeners.has(topicId)) return;
    const message = this.#message;
    message.kind = kind;
    message.topicId = topicId;
    message.instrument = this.#topics.symbolOf(topicId);
    message.payload = made.text;
    message.nowMs = made.now.ms;
    message.frame = this.arena.write(made.text);
    this.#listeners.send(message);
  }

  #count(kind: TopicKind): void {
    this.made[kind] = (this.made[kind] ?? 0) + 1;
  }

  #isSampled(topicId: number): boolean {
    const kind = this.#topics.kindOf(topicId);
    return kind === TopicKind.Candles || SAMPLE_INTERVALS_MS.some(([known]) => known === kind);
  }
}
