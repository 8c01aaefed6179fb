import { MboRecord, Mbp1Record, RType, TradeRecord } from '@tickwire/wire-dbn';
import type { DbnDecoder } from '@tickwire/wire-dbn';

/** Reads every field of records of three kinds and folds them into one word. */
export class FieldFold {
  readonly #order = new MboRecord();
  readonly #change = new Mbp1Record();
  readonly #trade = new TradeRecord();

  /** Takes all that the decoder has, every field of it. */
  drain(decoder: DbnDecoder): number {
    let fold = 0;
    while (decoder.next()) {
      const { rtype, view, offset } = decoder;
      if (rtype === RType.Mbo) fold ^= foldOrder(this.#order.wrap(view, offset));
      else if (rtype === RType.Mbp1) fold ^= foldChange(this.#change.wrap(view, offset));
      else if (rtype === RType.Trade) fold ^= foldTrade(this.#trade.wrap(view, offset));
    }
    return fold;
  }
}

function foldOrder(order: MboRecord): number {
  let fold = order.publisherId ^ order.instrumentId ^ order.tsEventHi32 ^ order.tsEventLo32;
  fold ^= order.orderIdHi32 ^ order.orderIdLo32 ^ order.priceHi32 ^ order.priceLo32;
  fold ^= (order.size ?? 0) ^ order.flags ^ (order.channelId ?? 0) ^ order.action ^ order.side;
  return fold ^ order.tsRecvHi32 ^ order.tsRecvLo32 ^ order.tsInDelta ^ order.sequence;
}

function foldChange(change: Mbp1Record): number {
  let fold = change.publisherId ^ change.instrumentId ^ change.tsEventHi32 ^ change.tsEventLo32;
  fold ^= change.priceHi32 ^ change.priceLo32 ^ (change.size ?? 0) ^ change.action ^ change.side;
  fold ^= change.flags ^ change.depth ^ change.tsRecvHi32 ^ change.tsRecvLo32;
  fold ^= change.tsInDelta ^ change.sequence;
  const level = change.level(0);
  fold ^= level.bidPxHi32 ^ level.bidPxLo32 ^ level.askPxHi32 ^ level.askPxLo32;
  return fold ^ level.bidSz ^ level.askSz ^ level.bidCt ^ level.askCt;
}

function foldTrade(trade: TradeRecord): number {
  let fold = trade.publisherId ^ trade.instrumentId ^ trade.tsEventHi32 ^ trade.tsEventLo32;
  fold ^= trade.priceHi32 ^ trade.priceLo32 ^ (trade.size ?? 0) ^ trade.action ^ trade.side;
  fold ^= trade.flags ^ trade.depth ^ trade.tsRecvHi32 ^ trade.tsRecvLo32;
  return fold ^ trade.tsInDelta ^ trade.sequence;
}

/** The least that any decoder does: every word is read once. */
export function touchWords(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  // Four folds side by side: with one, each word waits for the one before it.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at + 3 < words.length; at += 4) {
    a ^= words[at]!;
    b ^= words[at + 1]!;
    c ^= words[at + 2]!;
    d ^= words[at + 3]!;
  }
  return a ^ b ^ c ^ d;
}
