/**
 * What every book was at every packet: the truth that a reader's books are compared with. Keeps
 * digests, about 40 bytes an instrument and event; give its methods to a `ChannelExchange`.
 */
import { SimulatorError } from '@tickwire/sim-kit';
import { BookDigest } from './book-digest.ts';
import type { EventEnd } from './channel-exchange.ts';
import type { Market } from './market.ts';

export interface BookMoment {
  /** MsgSeqNum of the packet that brought the last change; 0 = nothing has been told. */
  readonly sequence: number;
  /** Of the last entry. */
  readonly rptSeq: number;
  /** Digest of real and implied levels, as `BookDigest` says. */
  readonly levels: number;
  /** Digest of orders. */
  readonly orders: number;
  /** False while an event that changes it goes on in the packets behind. */
  readonly isSettled: boolean;
}

const RECORD = 5;
const [FIRST, LAST, RPT_SEQ, LEVELS, ORDERS] = [0, 1, 2, 3, 4];

export class BookOracle {
  readonly #digest = new BookDigest();
  readonly #empty: { readonly levels: number; readonly orders: number };
  /** Records of the week by SecurityID, one behind the other. */
  #records = new Map<number, number[]>();

  constructor() {
    const digest = this.#digest;
    for (let side = 0; side < 4; side += 1) digest.endSide();
    const levels = digest.value;
    digest.clear();
    for (let side = 0; side < 2; side += 1) digest.endSide();
    this.#empty = { levels, orders: digest.value };
  }

  readonly eventEnded = ({ firstSequence, lastSequence, touched }: EventEnd): void => {
    for (const market of touched) {
      const records = this.#of(market.instrument.securityId);
      const [levels, orders] = [this.#levelsOf(market), this.#ordersOf(market)];
      records.push(firstSequence, lastSequence, market.rptSeq, levels, orders);
    }
  };

  /** All books were emptied by a packet. */
  readonly wasReset = (sequence: number): void => {
    const { levels, orders } = this.#empty;
    for (const records of this.#records.values()) {
      records.push(sequence, sequence, 0, levels, orders);
    }
  };

  /** Forgets the week: sequences begin again. */
  restartWeek(): void {
    this.#records = new Map();
  }

  /**
   * The book of an instrument when the packets up to a sequence have been read.
   *
   * @throws SimulatorError `NO_HISTORY` for a negative sequence.
   */
  at(securityId: number, sequence: number): BookMoment {
    if (!(sequence >= 0)) throw new SimulatorError('NO_HISTORY', 'sequence', `${sequence}`);
    const records = this.#records.get(securityId) ?? [];
    let low = 0;
    let high = records.length / RECORD;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (records[middle * RECORD + LAST!]! <= sequence) low = middle + 1;
      else high = middle;
    }
    const next = records[low * RECORD + FIRST!];
    const isSettled = next === undefined || next > sequence;
    if (low === 0) return { sequence: 0, rptSeq: 0, ...this.#empty, isSettled };
    const at = (low - 1) * RECORD;
    return {
      sequence: records[at + LAST!]!,
      rptSeq: records[at + RPT_SEQ!]!,
      levels: records[at + LEVELS!]!,
      orders: records[at + ORDERS!]!,
      isSettled,
    };
  }

  /** Instruments with at least one event in the week. */
  get securityIds(): number[] {
    return [...this.#records.keys()];
  }

  #of(securityId: number): number[] {
    let records = this.#records.get(securityId);
    if (records === undefined) this.#records.set(securityId, (records = []));
    return records;
  }

  #levelsOf(market: Market): number {
    const digest = this.#digest.clear();
    const { depth } = market.instrument;
    for (const { levels } of [market.bids, market.asks]) {
      for (let at = 0; at < levels.length && at < depth; at += 1) {
        const { ticks, quantity, orders } = levels[at]!;
        digest.level(market.priceOf(ticks), quantity, orders.length);
      }
      digest.endSide();
    }
    for (const levels of [market.impliedBids, market.impliedAsks]) {
      for (const { ticks, quantity } of levels) digest.level(market.priceOf(ticks), quantity, null);
      digest.endSide();
    }
    return digest.value;
  }

  #ordersOf(market: Market): number {
    const digest = this.#digest.clear();
    for (const { levels } of [market.bids, market.asks]) {
      for (const { ticks, orders } of levels) {
        const price = market.priceOf(ticks);
        for (const { id, priority, quantity } of orders) {
          digest.order({ id, priority, price, quantity });
        }
      }
      digest.endSide();
    }
    return digest.value;
  }
}
