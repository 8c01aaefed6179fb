import {
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
} from '../src/generated/index.ts';
import { Mdp3Packet } from '../src/index.ts';
import type { RenderedPackets } from './rendered-packets.ts';

const packet = new Mdp3Packet();
const book = new MDIncrementalRefreshBook46Decoder();
const orders = new MDIncrementalRefreshOrderBook47Decoder();

/** Folds every field of every entry into one word, so that nothing can be left out as unused. */
export function decodeFields({ bytes, starts }: RenderedPackets): number {
  let fold = 0;
  for (let index = 0; index + 1 < starts.length; index += 1) {
    packet.wrap(bytes, starts[index]!, starts[index + 1]!);
    fold ^= packet.sequence ^ packet.sendingTimeHi32 ^ packet.sendingTimeLo32;
    while (packet.next()) {
      if (packet.templateId === 46) fold ^= foldBook();
      else if (packet.templateId === 47) fold ^= foldOrders();
    }
    if (packet.errorCode !== null) throw packet.error()!;
  }
  return fold;
}

function foldBook(): number {
  book.wrapAfter(packet.header);
  let fold = book.transactTimeHi32 ^ book.transactTimeLo32 ^ book.matchEventIndicator;
  const levels = book.noMDEntries();
  while (levels.next()) {
    const price = levels.mdEntryPx;
    fold ^= price.mantissaHi32 ^ price.mantissaLo32;
    fold ^= (levels.mdEntrySize ?? 0) ^ levels.securityID ^ levels.rptSeq;
    fold ^= (levels.numberOfOrders ?? 0) ^ levels.mdPriceLevel;
    fold ^= levels.mdUpdateAction ^ levels.mdEntryType ^ (levels.tradeableSize ?? 0);
  }
  const ids = book.noOrderIDEntries();
  while (ids.next()) {
    fold ^= ids.orderIDHi32 ^ ids.orderIDLo32;
    fold ^= ids.mdOrderPriorityHi32 ^ ids.mdOrderPriorityLo32;
    fold ^= (ids.mdDisplayQty ?? 0) ^ (ids.referenceID ?? 0) ^ ids.orderUpdateAction;
  }
  return fold;
}

function foldOrders(): number {
  orders.wrapAfter(packet.header);
  let fold = orders.transactTimeHi32 ^ orders.transactTimeLo32 ^ orders.matchEventIndicator;
  const entries = orders.noMDEntries();
  while (entries.next()) {
    const price = entries.mdEntryPx;
    fold ^= entries.orderIDHi32 ^ entries.orderIDLo32;
    fold ^= entries.mdOrderPriorityHi32 ^ entries.mdOrderPriorityLo32;
    fold ^= price.mantissaHi32 ^ price.mantissaLo32;
    fold ^= (entries.mdDisplayQty ?? 0) ^ entries.securityID;
    fold ^= entries.mdUpdateAction ^ entries.mdEntryType;
  }
  return fold;
}

/** The least that any decoder does: every word of the packets is read once. */
export function touchWords({ bytes }: RenderedPackets): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let fold = 0;
  for (let index = 0; index < words.length; index += 1) fold ^= words[index]!;
  return fold;
}
