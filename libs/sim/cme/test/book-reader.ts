/**
 * A reader of its own, as small as it can be: books by level and by order from packets, applied as
 * they come. It shares nothing with the exchange but the decoders.
 */
import { Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  ChannelReset4Decoder,
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
  SnapshotFullRefresh52Decoder,
  SnapshotFullRefreshOrderBook53Decoder,
} from '@tickwire/wire-mdp3/messages';
import { BookDigest } from '../src/exchange/book-digest.ts';

interface ReadLevel {
  price: number;
  size: number;
  orders: number | null;
}

interface ReadOrder {
  readonly id: number;
  readonly priority: number;
  readonly price: number;
  readonly quantity: number;
  readonly isBid: boolean;
}

const SIDES = ['0', '1', 'E', 'F'] as const;
type SideCode = (typeof SIDES)[number];
const BID = 48;
const NEW = 0;
const DELETE = 2;
const DELETE_THRU = 3;
const DELETE_FROM = 4;
const OVERLAY = 5;

export class ReadBook {
  readonly depth: number;
  readonly sides: Record<SideCode, ReadLevel[]> = { '0': [], '1': [], E: [], F: [] };
  readonly orders = new Map<number, ReadOrder>();
  rptSeq = 0;

  constructor(depth: number) {
    this.depth = depth;
  }

  clear(): void {
    for (const side of SIDES) this.sides[side] = [];
    this.orders.clear();
    this.rptSeq = 0;
  }

  apply(side: SideCode, entry: { action: number; level: number; content: ReadLevel }): void {
    const levels = this.sides[side];
    const { action, level, content } = entry;
    const depth = side === '0' || side === '1' ? this.depth : 2;
    if (action === NEW) {
      if (level > levels.length + 1) throw new Error(`New at ${level} of ${levels.length}`);
      levels.splice(level - 1, 0, content);
      levels.length = Math.min(levels.length, depth);
      return;
    }
    if (action !== DELETE_THRU && level > levels.length) {
      throw new Error(`${action} at level ${level} of ${levels.length}`);
    }
    if (action === DELETE_THRU) levels.length = 0;
    else if (action === DELETE_FROM) levels.splice(0, level);
    else {
      const before = levels[level - 1]!;
      if (action !== OVERLAY && before.price !== content.price) {
        throw new Error(`action ${action} has the price ${content.price}, not ${before.price}`);
      }
      if (action === DELETE) levels.splice(level - 1, 1);
      else levels[level - 1] = content;
    }
  }

  order(action: number, order: ReadOrder): void {
    if (this.orders.has(order.id) === (action === NEW)) {
      throw new Error(`order ${order.id}: action ${action}`);
    }
    if (action === DELETE) this.orders.delete(order.id);
    else this.orders.set(order.id, order);
  }

  levelsDigest(): number {
    const digest = new BookDigest();
    for (const side of SIDES) {
      for (const { price, size, orders } of this.sides[side]) digest.level(price, size, orders);
      digest.endSide();
    }
    return digest.value;
  }

  ordersDigest(): number {
    const digest = new BookDigest();
    const all = [...this.orders.values()];
    for (const isBid of [true, false]) {
      const side = all.filter((order) => order.isBid === isBid);
      side.sort(
        (a, b) => (isBid ? b.price - a.price : a.price - b.price) || a.priority - b.priority,
      );
      for (const order of side) digest.order(order);
      digest.endSide();
    }
    return digest.value;
  }
}

export class BookReader {
  readonly books = new Map<number, ReadBook>();
  /** MsgSeqNum up to which a book has everything, by instrument: older entries are passed over. */
  readonly levelsSince = new Map<number, number>();
  readonly ordersSince = new Map<number, number>();
  readonly #depthOf: (securityId: number) => number;
  readonly #packet = new Mdp3Packet();
  readonly #levels = new MDIncrementalRefreshBook46Decoder();
  readonly #orders = new MDIncrementalRefreshOrderBook47Decoder();
  readonly #reset = new ChannelReset4Decoder();
  readonly #levelImage = new SnapshotFullRefresh52Decoder();
  readonly #orderImage = new SnapshotFullRefreshOrderBook53Decoder();

  constructor(depthOf: (securityId: number) => number) {
    this.#depthOf = depthOf;
  }

  book(securityId: number): ReadBook {
    let book = this.books.get(securityId);
    if (book === undefined) {
      this.books.set(securityId, (book = new ReadBook(this.#depthOf(securityId))));
    }
    return book;
  }

  read(bytes: Uint8Array): void {
    const packet = this.#packet.wrap(bytes);
    while (packet.next()) {
      if (packet.templateId === 46) this.#readLevels();
      else if (packet.templateId === 47) this.#readOrders();
      else if (packet.templateId === 52) this.#readLevelImage();
      else if (packet.templateId === 53) this.#readOrderImage();
      else if (packet.templateId === 4) {
        this.#reset.wrapAfter(packet.header);
        for (const book of this.books.values()) book.clear();
      }
    }
    if (packet.errorCode !== null) throw packet.error()!;
  }

  #isNew(securityId: number, since: ReadonlyMap<number, number>): boolean {
    return this.#packet.sequence > (since.get(securityId) ?? 0);
  }

  #readLevels(): void {
    const message = this.#levels.wrapAfter(this.#packet.header);
    const entries = message.noMDEntries();
    const told: { securityId: number; price: number; isBid: boolean }[] = [];
    while (entries.next()) {
      const { securityID: securityId, mdEntryType } = entries;
      const book = this.book(securityId);
      const price = entries.mdEntryPx.mantissa ?? NaN;
      const content = { price, size: entries.mdEntrySize ?? 0, orders: entries.numberOfOrders };
      const { mdUpdateAction: action, mdPriceLevel: level } = entries;
      if (this.#isNew(securityId, this.levelsSince)) {
        book.apply(String.fromCharCode(mdEntryType) as SideCode, { action, level, content });
        book.rptSeq = entries.rptSeq;
      }
      told.push({ securityId, price, isBid: mdEntryType === BID });
    }
    const orders = message.noOrderIDEntries();
    while (orders.next()) {
      const { securityId, price, isBid } = told[(orders.referenceID ?? 0) - 1]!;
      if (!this.#isNew(securityId, this.ordersSince)) continue;
      this.book(securityId).order(orders.orderUpdateAction, {
        ...{ id: orders.orderID, priority: orders.mdOrderPriority ?? 0, price, isBid },
        quantity: orders.mdDisplayQty ?? 0,
      });
    }
  }

  #readOrders(): void {
    const entries = this.#orders.wrapAfter(this.#packet.header).noMDEntries();
    while (entries.next()) {
      if (!this.#isNew(entries.securityID, this.ordersSince)) continue;
      this.book(entries.securityID).order(entries.mdUpdateAction, {
        id: entries.orderID ?? 0,
        priority: entries.mdOrderPriority ?? 0,
        price: entries.mdEntryPx.mantissa ?? NaN,
        quantity: entries.mdDisplayQty ?? 0,
        isBid: entries.mdEntryType === BID,
      });
    }
  }

  #readLevelImage(): void {
    const message = this.#levelImage.wrapAfter(this.#packet.header);
    const book = this.book(message.securityID);
    for (const side of SIDES) book.sides[side] = [];
    book.rptSeq = message.rptSeq;
    this.levelsSince.set(message.securityID, message.lastMsgSeqNumProcessed);
    const entries = message.noMDEntries();
    while (entries.next()) {
      const side = SIDES.find((code) => code === String.fromCharCode(entries.mdEntryType));
      if (side === undefined) continue;
      const price = entries.mdEntryPx.mantissa ?? NaN;
      book.sides[side].push({
        ...{ price, size: entries.mdEntrySize ?? 0, orders: entries.numberOfOrders },
      });
    }
  }

  #readOrderImage(): void {
    const message = this.#orderImage.wrapAfter(this.#packet.header);
    const book = this.book(message.securityID);
    if (message.currentChunk === 1) book.orders.clear();
    this.ordersSince.set(message.securityID, message.lastMsgSeqNumProcessed);
    const entries = message.noMDEntries();
    while (entries.next()) {
      const { orderID: id, mdOrderPriority, mdDisplayQty: quantity } = entries;
      const isBid = entries.mdEntryType === BID;
      const price = entries.mdEntryPx.mantissa;
      book.orders.set(id, { id, priority: mdOrderPriority ?? 0, price, quantity, isBid });
    }
  }
}
