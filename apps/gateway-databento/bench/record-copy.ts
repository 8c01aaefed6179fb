import { DbnEncoder, MboRecord, Mbp1Record, RType, TradeRecord } from '@tickwire/wire-dbn';
import type { DbnDecoder } from '@tickwire/wire-dbn';

/** Of the largest of the three kinds. */
const RECORD_BYTES_MAX = 80;

/** Writes records of three kinds anew, each field as it was read, into one buffer in turns. */
export class RecordCopy {
  readonly #encoder: DbnEncoder;
  readonly #capacity: number;
  readonly #order = new MboRecord();
  readonly #orderCopy = new MboRecord();
  readonly #change = new Mbp1Record();
  readonly #changeCopy = new Mbp1Record();
  readonly #trade = new TradeRecord();
  readonly #tradeCopy = new TradeRecord();

  constructor(buffer: Uint8Array) {
    this.#encoder = new DbnEncoder(buffer);
    this.#capacity = buffer.length;
  }

  /** Takes all that the decoder has. @returns the bytes that were written. */
  drain(decoder: DbnDecoder): number {
    const encoder = this.#encoder;
    let bytes = 0;
    while (decoder.next()) {
      if (encoder.length + RECORD_BYTES_MAX > this.#capacity) {
        bytes += encoder.length;
        encoder.clear();
      }
      const { rtype, view, offset } = decoder;
      if (rtype === RType.Mbo) this.#writeOrder(this.#order.wrap(view, offset));
      else if (rtype === RType.Mbp1) this.#writeChange(this.#change.wrap(view, offset));
      else this.#writeTrade(this.#trade.wrap(view, offset));
    }
    return bytes + encoder.length;
  }

  #writeOrder(from: MboRecord): void {
    const to = this.#orderCopy;
    this.#begin(RType.Mbo, from, to);
    to.setOrderIdWords(from.orderIdHi32, from.orderIdLo32).setChannelId(from.channelId);
  }

  #writeChange(from: Mbp1Record): void {
    const to = this.#changeCopy;
    this.#begin(RType.Mbp1, from, to);
    to.setDepth(from.depth);
    const level = from.level(0);
    const levelTo = to.level(0);
    levelTo.setBidPxWords(level.bidPxHi32, level.bidPxLo32).setBidSz(level.bidSz);
    levelTo.setAskPxWords(level.askPxHi32, level.askPxLo32).setAskSz(level.askSz);
    levelTo.setBidCt(level.bidCt).setAskCt(level.askCt);
  }

  #writeTrade(from: TradeRecord): void {
    this.#begin(RType.Trade, from, this.#tradeCopy);
    this.#tradeCopy.setDepth(from.depth);
  }

  /** What all three have. */
  #begin<T extends MboRecord | Mbp1Record | TradeRecord>(rtype: RType, from: T, to: T): void {
    this.#encoder.begin(to, rtype);
    to.setPublisherId(from.publisherId).setInstrumentId(from.instrumentId);
    to.setTsEventWords(from.tsEventHi32, from.tsEventLo32);
    to.setPriceWords(from.priceHi32, from.priceLo32).setSize(from.size);
    to.setAction(from.action).setSide(from.side).setFlags(from.flags);
    to.setTsRecvWords(from.tsRecvHi32, from.tsRecvLo32);
    to.setTsInDelta(from.tsInDelta).setSequence(from.sequence);
  }
}
