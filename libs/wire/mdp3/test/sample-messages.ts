import type { MessageEncoder } from '@tickwire/wire-sbe';
import {
  AdminHeartbeat12Encoder,
  MDEntryTypeBook,
  MDIncrementalRefreshBook46Encoder,
  MDIncrementalRefreshBookLongQty64Encoder,
  MDIncrementalRefreshOrderBook47Encoder,
  MDIncrementalRefreshSessionStatisticsLongQty67Encoder,
  MDIncrementalRefreshTradeSummaryLongQty65Encoder,
  MDIncrementalRefreshVolumeLongQty66Encoder,
  MDUpdateAction,
  SnapshotFullRefreshLongQty69Encoder,
  SnapshotFullRefreshTCPLongQty68Encoder,
} from '../src/generated/index.ts';
import type { Mdp3PacketWriter } from '../src/index.ts';

const TRANSACT_TIME = { hi: 0x1553_ab90, lo: 0xefff_9dff };

/** One level at a price in 1e-9. */
export function writeBook(packet: Mdp3PacketWriter, securityId: number, version?: number): void {
  const book = new MDIncrementalRefreshBook46Encoder();
  book.wrap(packet.view, packet.messageAt, packet.end);
  book.setTransactTimeWords(TRANSACT_TIME.hi, TRANSACT_TIME.lo).setMatchEventIndicator(0x84);
  const level = book.noMDEntries(1).next();
  level.mdEntryPx.setMantissa(2_077_750_000_000);
  level.setMDEntrySize(308).setSecurityID(securityId).setRptSeq(20_707_877);
  level.setNumberOfOrders(89).setMDPriceLevel(1);
  level.setMDUpdateAction(MDUpdateAction.Change).setMDEntryType(MDEntryTypeBook.Bid);
  packet.take(book, version);
}

/** One order at a price in 1e-9. */
export function writeOrder(packet: Mdp3PacketWriter, securityId: number): void {
  const orders = new MDIncrementalRefreshOrderBook47Encoder();
  orders.wrap(packet.view, packet.messageAt, packet.end);
  orders.setTransactTimeWords(TRANSACT_TIME.hi, TRANSACT_TIME.lo).setMatchEventIndicator(0x84);
  const order = orders.noMDEntries(1).next();
  order.setOrderID(76_662_054_355).setMDOrderPriority(641_463_012);
  order.mdEntryPx.setMantissa(12_068_000_000_000);
  order.setMDDisplayQty(4).setSecurityID(securityId);
  order.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(MDEntryTypeBook.Offer);
  packet.take(orders);
}

export function writeHeartbeat(packet: Mdp3PacketWriter): void {
  const heartbeat = new AdminHeartbeat12Encoder();
  packet.take(heartbeat.wrap(packet.view, packet.messageAt, packet.end));
}

const LONG_QUANTITY: readonly (new () => MessageEncoder)[] = [
  MDIncrementalRefreshBookLongQty64Encoder,
  MDIncrementalRefreshTradeSummaryLongQty65Encoder,
  MDIncrementalRefreshVolumeLongQty66Encoder,
  MDIncrementalRefreshSessionStatisticsLongQty67Encoder,
  SnapshotFullRefreshTCPLongQty68Encoder,
  SnapshotFullRefreshLongQty69Encoder,
];

/** Templates 64 to 69, which came with version 12, with empty groups. */
export function writeLongQuantities(packet: Mdp3PacketWriter): void {
  for (const Encoder of LONG_QUANTITY) {
    packet.take(new Encoder().wrap(packet.view, packet.messageAt, packet.end));
  }
}
