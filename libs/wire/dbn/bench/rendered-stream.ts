import {
  DbnEncoder,
  MboRecord,
  Mbp1Record,
  RType,
  RecordFlag,
  SCHEMA_NONE,
  STYPE_NONE,
  Side,
  TIME_OPEN,
  TradeRecord,
  metadataBytes,
} from '../src/index.ts';
import type { DbnMetadata } from '../src/index.ts';

const TIME_HI = 0x1654_e2db;
const PRICE_HI = 0x362;
/** Of ten records so many are orders, and so many changes of the best prices; the rest trades. */
const ORDERS = 6;
const CHANGES = 3;
const RECORD_BYTES_MAX = 80;

export const METADATA: DbnMetadata = {
  ...{ version: 3, dataset: 'GLBX.MDP3', schema: SCHEMA_NONE, tsOut: false },
  ...{ start: 0n, end: TIME_OPEN, limit: 0n, stypeIn: STYPE_NONE, stypeOut: 0 },
  ...{ symbolCstrLength: 71, symbols: [], partial: [], notFound: [], mappings: [] },
};

/** A seeded source of integers: the same records on every run. */
export class Dice {
  #state = 0x2545_f491;

  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * end);
  }

  word(): number {
    return this.below(2 ** 32);
  }
}

/** Writes records one behind the other, instruments and kinds interleaved. */
export class RecordRenderer {
  readonly #encoder: DbnEncoder;
  readonly #instruments: number;
  readonly #order = new MboRecord();
  readonly #change = new Mbp1Record();
  readonly #trade = new TradeRecord();
  readonly #dice = new Dice();

  constructor(encoder: DbnEncoder, instruments: number) {
    this.#encoder = encoder;
    this.#instruments = instruments;
  }

  /** @returns false when the buffer is full. */
  record(index: number): boolean {
    const kind = index % 10;
    if (kind < ORDERS) return this.#writeOrder(index);
    return kind < ORDERS + CHANGES ? this.#writeChange(index) : this.#writeTrade(index);
  }

  #writeOrder(index: number): boolean {
    const order = this.#order;
    if (!this.#encoder.begin(order, RType.Mbo)) return false;
    const dice = this.#dice;
    const time = dice.word();
    order.setPublisherId(1).setInstrumentId(dice.below(this.#instruments));
    order.setTsEventWords(TIME_HI, time).setOrderIdWords(0x96, index);
    order.setPriceWords(PRICE_HI, dice.word()).setSize(1 + (time & 0xff));
    order.setFlags(RecordFlag.Last).setChannelId(3).setAction(0x41);
    order.setSide(index % 2 === 0 ? Side.Ask : Side.Bid).setTsRecvWords(TIME_HI, time);
    order.setTsInDelta(index & 0xffff).setSequence(index);
    return true;
  }

  #writeChange(index: number): boolean {
    const change = this.#change;
    if (!this.#encoder.begin(change, RType.Mbp1)) return false;
    const dice = this.#dice;
    const time = dice.word();
    change.setPublisherId(1).setInstrumentId(dice.below(this.#instruments));
    change.setTsEventWords(TIME_HI, time).setPriceWords(PRICE_HI, dice.word());
    change
      .setSize(1 + (time & 0xff))
      .setAction(0x4d)
      .setSide(Side.Bid);
    change.setFlags(RecordFlag.Last).setDepth(0).setTsRecvWords(TIME_HI, time);
    change.setTsInDelta(index & 0xffff).setSequence(index);
    const level = change.level(0);
    level.setBidPxWords(PRICE_HI, time).setAskPxWords(PRICE_HI, index);
    level
      .setBidSz(index & 0xfff)
      .setAskSz(time & 0xfff)
      .setBidCt(time & 0x7f)
      .setAskCt(9);
    return true;
  }

  #writeTrade(index: number): boolean {
    const trade = this.#trade;
    if (!this.#encoder.begin(trade, RType.Trade)) return false;
    const dice = this.#dice;
    const time = dice.word();
    trade.setPublisherId(1).setInstrumentId(dice.below(this.#instruments));
    trade.setTsEventWords(TIME_HI, time).setPriceWords(PRICE_HI, dice.word());
    trade
      .setSize(1 + (time & 0xff))
      .setAction(0x54)
      .setSide(Side.Ask);
    trade.setFlags(RecordFlag.Last).setDepth(0).setTsRecvWords(TIME_HI, time);
    trade.setTsInDelta(index & 0xffff).setSequence(index);
    return true;
  }
}

/** A stream of so many records of so many instruments. */
export function renderStream(options: { records: number; instruments: number }): Uint8Array {
  const head = metadataBytes(METADATA);
  const encoder = new DbnEncoder(new Uint8Array(head + options.records * RECORD_BYTES_MAX));
  encoder.metadata(METADATA);
  const renderer = new RecordRenderer(encoder, options.instruments);
  for (let index = 0; index < options.records; index += 1) renderer.record(index);
  return encoder.written;
}
