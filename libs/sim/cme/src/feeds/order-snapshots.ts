/** Snapshots of books by order (template 53), in as many chunks as they take. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { MESSAGE_HEADER_BYTES, UDP_HEADER_BYTES } from '@tickwire/wire-mdp3';
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  MDEntryTypeBook,
  SnapshotFullRefreshOrderBook53Encoder,
} from '@tickwire/wire-mdp3/messages';
import type { Market } from '../exchange/market.ts';
import type { RestingOrder } from '../exchange/order-book.ts';
import { PACKET_BYTES_MAX } from './packet-stream.ts';
import type { ReportContext, ReportWriter } from './report-loop.ts';

const FRAME_BYTES = MESSAGE_HEADER_BYTES + 28 + 3;
const ENTRY_BYTES = 29;
/** Orders in a chunk: what a packet holds. */
export const CHUNK_ORDERS = Math.floor(
  (PACKET_BYTES_MAX - UDP_HEADER_BYTES - FRAME_BYTES) / ENTRY_BYTES,
);

export class OrderSnapshots implements ReportWriter {
  readonly #start: Readonly<StampNs>;
  readonly #lastSequence: () => number;
  readonly #message = new SnapshotFullRefreshOrderBook53Encoder();

  /** @param of.lastSequence - MsgSeqNum of the last incremental packet: it is in the books. */
  constructor(of: { readonly start: Readonly<StampNs>; readonly lastSequence: () => number }) {
    this.#start = of.start;
    this.#lastSequence = of.lastSequence;
  }

  /** A book without orders is one chunk without entries. */
  sizes({ bids, asks }: Market): readonly number[] {
    const count = bids.orderCount + asks.orderCount;
    const chunks = Math.max(1, Math.ceil(count / CHUNK_ORDERS));
    return Array.from({ length: chunks }, (_, at) => {
      return FRAME_BYTES + ENTRY_BYTES * Math.min(CHUNK_ORDERS, count - at * CHUNK_ORDERS);
    });
  }

  write(
    packet: Mdp3PacketWriter,
    market: Market,
    { atNs, total, index }: ReportContext & { index: number },
  ): void {
    const orders = ordersOf(market);
    const chunks = Math.max(1, Math.ceil(orders.length / CHUNK_ORDERS));
    const chunk = orders.slice(index * CHUNK_ORDERS, (index + 1) * CHUNK_ORDERS);
    const time = { hi: this.#start.hi, lo: this.#start.lo };
    addNs(time, Math.min(atNs, market.lastUpdateNs));
    const message = this.#message.wrap(packet.view, packet.messageAt, packet.end);
    message.setLastMsgSeqNumProcessed(this.#lastSequence()).setTotNumReports(total);
    message.setSecurityID(market.instrument.securityId).setNoChunks(chunks);
    message.setCurrentChunk(index + 1).setTransactTimeWords(time.hi, time.lo);
    const entries = message.noMDEntries(chunk.length);
    for (const { id, priority, level, quantity, isBid } of chunk) {
      const entry = entries.next().setOrderID(id).setMDOrderPriority(priority);
      entry.mdEntryPx.setMantissa(market.priceOf(level.ticks));
      entry.setMDDisplayQty(quantity);
      entry.setMDEntryType(isBid ? MDEntryTypeBook.Bid : MDEntryTypeBook.Offer);
    }
    packet.take(message);
  }
}

function ordersOf(market: Market): RestingOrder[] {
  return [market.bids, market.asks].flatMap(({ levels }) => levels.flatMap(({ orders }) => orders));
}
