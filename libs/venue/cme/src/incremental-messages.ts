import { END_OF_EVENT } from '@tickwire/domain-depth';
import type { RecvStamp } from '@tickwire/domain-feed';
import { Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  ChannelReset4Decoder,
  MDIncrementalRefreshBook32Decoder,
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshBookLongQty64Decoder,
  MDIncrementalRefreshDailyStatistics33Decoder,
  MDIncrementalRefreshDailyStatistics49Decoder,
  MDIncrementalRefreshLimitsBanding34Decoder,
  MDIncrementalRefreshLimitsBanding50Decoder,
  MDIncrementalRefreshOrderBook43Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
  MDIncrementalRefreshSessionStatistics35Decoder,
  MDIncrementalRefreshSessionStatistics51Decoder,
  MDIncrementalRefreshSessionStatisticsLongQty67Decoder,
  MDIncrementalRefreshTrade36Decoder,
  MDIncrementalRefreshTradeSummary42Decoder,
  MDIncrementalRefreshTradeSummary48Decoder,
  MDIncrementalRefreshTradeSummaryLongQty65Decoder,
  MDIncrementalRefreshVolume37Decoder,
  MDIncrementalRefreshVolumeLongQty66Decoder,
  SecurityStatus30Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookMessage, BookMessages, OrderBookMessage } from './book-messages.ts';
import type { BookPublisher } from './book-publisher.ts';
import type { DefinitionMessages } from './definition-messages.ts';
import type { EntryGate } from './entry-gate.ts';
import { damageReasonOf } from './errors.ts';
import type { EventTicks } from './event-ticks.ts';
import { Pass } from './pass.ts';
import { PRICE7_SCALE, PRICE9_SCALE } from './prices.ts';
import type {
  DailyStatisticsMessage,
  SessionStatisticsMessage,
  StatisticMessages,
  VolumeMessage,
} from './statistic-messages.ts';
import type { LimitsMessage, StatusMessages } from './status-messages.ts';
import type { CmeTallies } from './tallies.ts';
import type { TemplateDrops } from './template-drops.ts';
import type { TradeMessages, TradeSummaryMessage } from './trade-messages.ts';

/** What came of a message. */
const Outcome = { Accepted: 0, Ignored: 1, Unknown: 2 } as const;
type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Of known templates those that become nothing. */
const IGNORED: ReadonlySet<number> = new Set([12, 15, 16, 39, 59, 60, 61, 62, 68]);

/** Told of packets of which a part could not be read, and of resets of the channel. */
export interface IncrementalEvents {
  /** What is lost of the packet is not known: books may miss an update. */
  damaged(): void;
  channelReset(): void;
}

export interface IncrementalParts {
  readonly gate: EntryGate;
  readonly ticks: EventTicks;
  readonly books: BookPublisher;
  readonly bookMessages: BookMessages;
  readonly trades: TradeMessages;
  readonly statistics: StatisticMessages;
  readonly status: StatusMessages;
  readonly definitions: DefinitionMessages;
  readonly drops: TemplateDrops;
  readonly tallies: CmeTallies;
  /** The moment of the packet at hand: one object, moved on. */
  readonly recv: Readonly<RecvStamp>;
  readonly events: IncrementalEvents;
}

/** Goes through packets of the incremental feed: each message to whom it concerns. */
export class IncrementalMessages {
  /** An event is open: its last message has not come. */
  isEventOpen = false;
  readonly #parts: IncrementalParts;
  readonly #packet = new Mdp3Packet('udp');
  readonly #decoders = {
    reset4: new ChannelReset4Decoder(),
    status30: new SecurityStatus30Decoder(),
    book32: new MDIncrementalRefreshBook32Decoder(),
    daily33: new MDIncrementalRefreshDailyStatistics33Decoder(),
    limits34: new MDIncrementalRefreshLimitsBanding34Decoder(),
    session35: new MDIncrementalRefreshSessionStatistics35Decoder(),
    trade36: new MDIncrementalRefreshTrade36Decoder(),
    volume37: new MDIncrementalRefreshVolume37Decoder(),
    trades42: new MDIncrementalRefreshTradeSummary42Decoder(),
    orders43: new MDIncrementalRefreshOrderBook43Decoder(),
    book46: new MDIncrementalRefreshBook46Decoder(),
    orders47: new MDIncrementalRefreshOrderBook47Decoder(),
    trades48: new MDIncrementalRefreshTradeSummary48Decoder(),
    daily49: new MDIncrementalRefreshDailyStatistics49Decoder(),
    limits50: new MDIncrementalRefreshLimitsBanding50Decoder(),
    session51: new MDIncrementalRefreshSessionStatistics51Decoder(),
    book64: new MDIncrementalRefreshBookLongQty64Decoder(),
    trades65: new MDIncrementalRefreshTradeSummaryLongQty65Decoder(),
    volume66: new MDIncrementalRefreshVolumeLongQty66Decoder(),
    session67: new MDIncrementalRefreshSessionStatisticsLongQty67Decoder(),
  };

  constructor(parts: IncrementalParts) {
    this.#parts = parts;
  }

  /** Goes through a packet in the pass that the gate is set to. Never throws. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const packet = this.#packet.wrap(bytes, start, end);
    let isWhole = true;
    while (packet.next()) isWhole = this.#message() && isWhole;
    const { gate, tallies, events } = this.#parts;
    if (packet.errorCode !== null) {
      isWhole = false;
      const reason = damageReasonOf(packet.error());
      if (gate.isFirst) tallies.damaged[reason].add(1);
    }
    if (!isWhole && gate.isFirst) events.damaged();
  }

  /** @returns Whether nothing of the message was lost. */
  #message(): boolean {
    const { tallies, gate, drops } = this.#parts;
    let outcome: Outcome;
    try {
      outcome = this.#dispatch();
    } catch (error) {
      if (gate.isFirst) {
        tallies.messages.add(1);
        tallies.damaged[damageReasonOf(error)].add(1);
      }
      return false;
    }
    if (!gate.isFirst) return true;
    tallies.messages.add(1);
    if (outcome === Outcome.Accepted) {
      tallies.accepted.add(1);
      return true;
    }
    drops.add(this.#packet.templateId);
    if (outcome === Outcome.Ignored) tallies.ignored.add(1);
    else tallies.unknownTemplate.add(1);
    return true;
  }

  #dispatch(): Outcome {
    const { header } = this.#packet;
    const decoders = this.#decoders;
    switch (header.$templateId) {
      case 46:
        return this.#levels(decoders.book46.wrapAfter(header), PRICE9_SCALE);
      case 47:
        return this.#orders(decoders.orders47.wrapAfter(header), PRICE9_SCALE);
      case 64:
        return this.#levels(decoders.book64.wrapAfter(header), PRICE9_SCALE);
      case 48:
        return this.#trades(decoders.trades48.wrapAfter(header), PRICE9_SCALE);
      case 65:
        return this.#trades(decoders.trades65.wrapAfter(header), PRICE9_SCALE);
      case 37:
        return this.#volume(decoders.volume37.wrapAfter(header));
      case 66:
        return this.#volume(decoders.volume66.wrapAfter(header));
      case 51:
        return this.#session(decoders.session51.wrapAfter(header), PRICE9_SCALE);
      case 67:
        return this.#session(decoders.session67.wrapAfter(header), PRICE9_SCALE);
      case 49:
        return this.#daily(decoders.daily49.wrapAfter(header), PRICE9_SCALE);
      case 50:
        return this.#limits(decoders.limits50.wrapAfter(header), PRICE9_SCALE);
      default:
        return this.#dispatchRare();
    }
  }

  #dispatchRare(): Outcome {
    const { header } = this.#packet;
    const decoders = this.#decoders;
    switch (header.$templateId) {
      case 4:
        return this.#reset(decoders.reset4.wrapAfter(header));
      case 30:
        return this.#security(decoders.status30.wrapAfter(header));
      case 32:
        return this.#levels(decoders.book32.wrapAfter(header), PRICE7_SCALE);
      case 33:
        return this.#daily(decoders.daily33.wrapAfter(header), PRICE7_SCALE);
      case 34:
        return this.#limits(decoders.limits34.wrapAfter(header), PRICE7_SCALE);
      case 35:
        return this.#session(decoders.session35.wrapAfter(header), PRICE7_SCALE);
      case 36:
        return this.#trade36(decoders.trade36.wrapAfter(header));
      case 42:
        return this.#trades(decoders.trades42.wrapAfter(header), PRICE7_SCALE);
      case 43:
        return this.#orders(decoders.orders43.wrapAfter(header), PRICE7_SCALE);
      default:
        return this.#definition();
    }
  }

  #levels(message: BookMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.bookMessages.levels(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #orders(message: OrderBookMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.bookMessages.orders(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #trades(message: TradeSummaryMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.trades.summary(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #trade36(message: MDIncrementalRefreshTrade36Decoder): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.trades.trade(message, PRICE7_SCALE);
    return this.#end(message.matchEventIndicator);
  }

  #volume(message: VolumeMessage): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.statistics.volume(message);
    return this.#end(message.matchEventIndicator);
  }

  #session(message: SessionStatisticsMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.statistics.session(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #daily(message: DailyStatisticsMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.statistics.daily(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #limits(message: LimitsMessage, scale: number): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.status.limits(message, scale);
    return this.#end(message.matchEventIndicator);
  }

  #security(message: SecurityStatus30Decoder): Outcome {
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.status.security(message);
    return this.#end(message.matchEventIndicator);
  }

  #reset(message: ChannelReset4Decoder): Outcome {
    if (!this.#parts.gate.isFirst) return Outcome.Accepted;
    this.#begin(message.transactTimeHi32, message.transactTimeLo32);
    this.#parts.events.channelReset();
    return this.#end(message.matchEventIndicator);
  }

  #definition(): Outcome {
    const { header } = this.#packet;
    if (IGNORED.has(header.$templateId)) return Outcome.Ignored;
    if (!this.#parts.gate.isFirst) return Outcome.Accepted;
    const isDefinition = this.#parts.definitions.read(header) !== undefined;
    return isDefinition ? Outcome.Accepted : Outcome.Unknown;
  }

  /** TransactTime as two words: this sees messages of all templates. */
  #begin(tsHi: number, tsLo: number): void {
    const { gate, ticks, recv } = this.#parts;
    if (gate.hasTicks) ticks.beginMessage(recv, tsHi, tsLo);
  }

  /** Only what comes in order has events that end: the rest is gone through after them. */
  #end(matchEventIndicator: number): Outcome {
    if (this.#parts.gate.pass !== Pass.Live) return Outcome.Accepted;
    this.isEventOpen = (matchEventIndicator & END_OF_EVENT) === 0;
    if (!this.isEventOpen) this.#parts.books.endEvent();
    return Outcome.Accepted;
  }
}
