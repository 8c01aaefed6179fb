import { Action, Side, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import type {
  MDIncrementalRefreshLimitsBanding34Decoder,
  MDIncrementalRefreshLimitsBanding50Decoder,
  SecurityStatus30Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { BookMessages } from './book-messages.ts';
import type { EntryGate } from './entry-gate.ts';
import type { EventTicks } from './event-ticks.ts';
import type { CmeInstrument } from './instrument.ts';
import { TRADING_STATUS_ABSENT } from './instrument.ts';
import type { Instruments } from './instruments.ts';
import type { MessageParts } from './message-parts.ts';
import { isPriceOrAbsent, priceOf } from './prices.ts';
import type { CmeTallies } from './tallies.ts';

export type LimitsMessage =
  MDIncrementalRefreshLimitsBanding34Decoder | MDIncrementalRefreshLimitsBanding50Decoder;

/** SecurityTradingStatus (tag 326). */
const TRADING_HALT = 2;
const NO_CHANGE = 103;
/** `haltResume` of a STATUS tick: the halt begins with it, or ends. */
export const HALTED = 1;
export const RESUMED = 2;

/**
 * SecurityStatus and MDIncrementalRefreshLimitsBanding: STATUS ticks. Each says all that is known:
 * the trading state with the limits that were stated before, and the other way round.
 */
export class StatusMessages {
  readonly #instruments: Instruments;
  readonly #gate: EntryGate;
  readonly #ticks: EventTicks;
  readonly #books: BookMessages;
  readonly #tallies: CmeTallies;

  constructor(parts: MessageParts) {
    this.#instruments = parts.instruments;
    this.#gate = parts.gate;
    this.#ticks = parts.ticks;
    this.#books = parts.bookMessages;
    this.#tallies = parts.tallies;
  }

  /** @param scale - From the mantissas of the message to those of 1e-9. */
  limits(message: LimitsMessage, scale: number): void {
    const entries = message.noMDEntries();
    while (entries.next()) {
      const instrument = this.#instruments.get(entries.securityID);
      if (instrument === undefined || !this.#gate.admits(instrument, entries.rptSeq)) continue;
      if (this.#gate.hasTicks) {
        const low = priceOf(entries.lowLimitPrice.mantissa, scale);
        const high = priceOf(entries.highLimitPrice.mantissa, scale);
        this.#setLimits(instrument, low, high);
        this.#tick(this.#ticks.add(TickKind.Status, instrument), instrument, STATED_NOTHING);
      }
      this.#books.advance(instrument, entries.rptSeq);
    }
  }

  /** Of an instrument, or of all of a SecurityGroup, or of an Asset in it. */
  security(message: SecurityStatus30Decoder): void {
    if (!this.#gate.isFirst) return;
    const { securityID } = message;
    if (securityID !== null) {
      const instrument = this.#instruments.get(securityID);
      if (instrument !== undefined) this.#change(instrument, message);
      return;
    }
    const group = message.securityGroup;
    const { asset } = message;
    for (const instrument of this.#instruments.all()) {
      const { definition } = instrument;
      const isOfAsset = asset === '' || definition.asset === asset;
      if (definition.group === group && isOfAsset) this.#change(instrument, message);
    }
  }

  /** What a snapshot states, as a STATUS tick that is part of it. */
  writeSnapshot(
    instrument: CmeInstrument,
    stated: { tradingStatus: number | null; low: number; high: number },
  ): void {
    instrument.tradingStatus = stated.tradingStatus ?? instrument.tradingStatus;
    this.#setLimits(instrument, stated.low, stated.high);
    const tick = this.#ticks.addEnded(TickKind.Status, instrument, TickFlag.Snapshot);
    this.#tick(tick, instrument, STATED_NOTHING);
  }

  #setLimits(instrument: CmeInstrument, low: number, high: number): void {
    if (!isPriceOrAbsent(low) || !isPriceOrAbsent(high)) {
      this.#tallies.outOfRange.add(1);
      return;
    }
    instrument.limitLow = low;
    instrument.limitHigh = high;
  }

  #change(instrument: CmeInstrument, message: SecurityStatus30Decoder): void {
    const wasHalted = instrument.tradingStatus === TRADING_HALT;
    const stated = message.securityTradingStatus ?? TRADING_STATUS_ABSENT;
    if (stated !== NO_CHANGE) instrument.tradingStatus = stated;
    const isHalted = instrument.tradingStatus === TRADING_HALT;
    this.#tick(this.#ticks.add(TickKind.Status, instrument), instrument, {
      statusReason: message.haltReason,
      session: message.securityTradingEvent,
      haltResume: isHalted === wasHalted ? 0 : isHalted ? HALTED : RESUMED,
    });
  }

  #tick(
    tick: TickView,
    { tradingStatus, limitLow, limitHigh }: CmeInstrument,
    stated: { statusReason: number; session: number; haltResume: number },
  ): void {
    tick.setStatus({ tradingState: tradingStatus, ...stated });
    tick.limitLow = limitLow;
    tick.limitHigh = limitHigh;
    tick.setSideAction(Side.None, Action.None);
  }
}

/** HaltReason Unknown: a tick of limits has none. */
const STATED_NOTHING = { statusReason: 5, session: 0, haltResume: 0 };
