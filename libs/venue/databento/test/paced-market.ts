/**
 * A market as arithmetic: which record is the n-th, and which one a time begins with, follows from
 * n. So a day of 50,000 records a second needs no memory, and any part of it can be sent again.
 *
 *   block of 200 records: one time, one sequence; each of 100 instruments twice
 */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { Action, DbnEncoder, RType, RecordFlag, Side, TradeRecord } from '@tickwire/wire-dbn';

export const RECORDS_PER_S = 50_000;
export const INSTRUMENTS = 100;
export const BLOCK = 2 * INSTRUMENTS;
const BLOCK_NS = (BLOCK / RECORDS_PER_S) * 1e9;
const RECORD_BYTES = 48;
const CHUNK_RECORDS = 8_192;
/** Numbers of records in the field `size`. */
export const NUMBERS = 2 ** 31;

export class PacedMarket {
  readonly #start: Readonly<StampNs>;
  readonly #startNs: bigint;
  readonly #bytes = new Uint8Array(CHUNK_RECORDS * RECORD_BYTES);
  readonly #encoder = new DbnEncoder(this.#bytes, { version: 3 });
  readonly #trade = new TradeRecord();
  readonly #ts: StampNs = { hi: 0, lo: 0 };

  /** @param start - Time of the first record. */
  constructor(start: Readonly<StampNs>) {
    this.#start = { ...start };
    this.#startNs = (BigInt(start.hi) << 32n) | BigInt(start.lo);
  }

  /** How many records have happened so many ms after the start: whole blocks. */
  happened(ms: number): number {
    return Math.floor((ms * 1e6) / BLOCK_NS) * BLOCK;
  }

  /** The first record of a time or later. */
  from(ns: bigint): number {
    const blocks = Math.ceil(Number(ns - this.#startNs) / BLOCK_NS);
    return Math.max(0, blocks) * BLOCK;
  }

  /**
   * Records `from` … `to` − 1 in pieces that are valid during the call.
   * @param isOmitted - Of a block and an instrument: left out.
   */
  send(
    { from, to }: { from: number; to: number },
    give: (piece: Uint8Array) => void,
    isOmitted?: (block: number, instrument: number) => boolean,
  ): void {
    for (let at = from; at < to;) {
      const end = Math.min(to, at + CHUNK_RECORDS);
      this.#encoder.clear();
      for (; at < end; at++) {
        const block = Math.floor(at / BLOCK);
        if (isOmitted?.(block, at % INSTRUMENTS) !== true) this.#write(at, block);
      }
      give(this.#encoder.written);
    }
  }

  #write(number: number, block: number): void {
    const trade = this.#trade;
    const ts = this.#ts;
    ts.hi = this.#start.hi;
    ts.lo = this.#start.lo;
    addNs(ts, block * BLOCK_NS);
    this.#encoder.begin(trade, RType.Trade);
    trade.setInstrumentId(1 + (number % INSTRUMENTS)).setTsEventWords(ts.hi, ts.lo);
    trade
      .setSequence(block)
      .setPrice(1e9)
      .setSize(number % NUMBERS);
    trade.setSide(Side.Bid).setAction(Action.Trade).setFlags(RecordFlag.Last);
  }
}
