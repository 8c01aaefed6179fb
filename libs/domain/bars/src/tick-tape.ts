/** For tests and benchmarks of bars: a growing tape of ticks with a directory of its own. */
import { ABSENT, AssetClass, INSTRUMENT_ALL, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { Action, Side, TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

export interface TapeTrade {
  instrument: number;
  price: number;
  size: number;
  /** µs since the tape's epoch. */
  recvUs: number;
  /** µs since the tape's epoch; absent = no event time. */
  eventUs?: number;
  id?: number;
  action?: Action;
  flags?: number;
}

/** 2026-01-01T00:00:00Z: the tape's epoch, on a whole minute. */
export const TAPE_EPOCH_MS = 1_767_225_600_000;

export class TickTape {
  readonly batch: TickBatch;
  readonly entries: DirectoryEntry[] = [];

  constructor(capacity: number) {
    this.batch = new TickBatch(capacity);
    this.instrument('RING');
  }

  readonly lookup = (index: number): DirectoryEntry | undefined => this.entries[index];

  /** Adds a directory entry; prices have 2 digits and sizes 3 unless said otherwise. */
  instrument(
    symbol: string,
    options: { priceExp?: number; sizeExp?: number; supersedes?: number } = {},
  ): number {
    const index = this.entries.length;
    this.entries.push({
      index,
      vendor: 'test',
      venue: 'TEST',
      symbol,
      canonicalSymbol: '',
      assetClass: AssetClass.Spot,
      currency: 'USD',
      priceExp: options.priceExp ?? -2,
      sizeExp: options.sizeExp ?? -3,
      markExp: 0,
      textForm: TextForm.Stripped,
      tickSize: ABSENT,
      lotSize: ABSENT,
      multiplierE9: ABSENT,
      expirySec: ABSENT,
      supersedes: options.supersedes ?? SUPERSEDES_NONE,
    });
    return index;
  }

  trade(trade: TapeTrade): void {
    const tick = this.#begin(TickKind.Trade, trade.instrument, trade.recvUs);
    if (trade.eventUs !== undefined) setStamp(trade.eventUs, (hi, lo) => tick.setTsEvent(hi, lo));
    tick.price = trade.price;
    tick.size = trade.size;
    tick.setTradeId(0, trade.id ?? 0);
    tick.setSideAction(Side.Bid, trade.action ?? Action.Trade);
    tick.flags = trade.flags ?? TickFlag.Last;
  }

  clock(recvUs: number): void {
    this.#begin(TickKind.Clock, INSTRUMENT_ALL, recvUs);
  }

  /** @param stream - `instrument` INSTRUMENT_ALL with the ring's scope when not given. */
  stream(stream: {
    recvUs: number;
    state: number;
    scope: number;
    instrument?: number;
    fromUs?: number;
  }): void {
    const instrument = stream.instrument ?? INSTRUMENT_ALL;
    const tick = this.#begin(TickKind.Stream, instrument, stream.recvUs);
    tick.setStream({ state: stream.state, previousState: 0, reason: 0, scope: stream.scope });
    tick.setFromTs(0xffff_ffff, 0xffff_ffff);
    if (stream.fromUs !== undefined) setStamp(stream.fromUs, (hi, lo) => tick.setFromTs(hi, lo));
  }

  #begin(kind: TickKind, instrument: number, recvUs: number): TickView {
    const tick = this.batch.add(kind);
    tick.instrument = instrument;
    setStamp(recvUs, (hi, lo) => tick.setTsRecv(hi, lo));
    return tick;
  }
}

/** Gives the two words of a time of the tape. */
export function setStamp(us: number, take: (hi: number, lo: number) => void): void {
  const ns = (BigInt(TAPE_EPOCH_MS) * 1000n + BigInt(us)) * 1000n;
  take(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
}
