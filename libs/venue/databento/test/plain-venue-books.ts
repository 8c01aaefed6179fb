/**
 * Books by order as a reader of the vendor's description would write them in an afternoon: arrays,
 * bytes read at the offsets of the description, nothing of ours. The reference of the proof.
 *
 * @see https://databento.com/docs/schemas-and-data-formats/mbo
 */
const OFFSET = { publisher: 2, instrument: 4, orderId: 16, price: 24, size: 32, flags: 36 };
const ACTION_OFFSET = 38;
const SIDE_OFFSET = 39;
const LAST = 0x80;
const MAYBE_BAD = 0x04;

export interface PlainQueuedOrder {
  readonly id: bigint;
  size: number;
}

export interface PlainLevel {
  readonly price: number;
  /** The first to be filled first. */
  readonly queue: PlainQueuedOrder[];
}

export class PlainBook {
  /** Best first. */
  readonly bids: PlainLevel[] = [];
  readonly asks: PlainLevel[] = [];
  /** Began with a clear, and nothing since then contradicts it. */
  isRight = false;

  apply(record: { action: string; side: string; id: bigint; price: number; size: number }): void {
    const { action, side, id, price, size } = record;
    if (action === 'R') {
      this.bids.length = 0;
      this.asks.length = 0;
      this.isRight = true;
    } else if (!this.isRight) return;
    else if (action === 'A') {
      if (this.#find(id) === undefined) this.#append(side, price, { id, size });
      else this.isRight = false;
    } else if (action === 'M') this.#modify(side, price, { id, size });
    else if (action === 'C') this.#cancel(id, size);
  }

  #modify(side: string, price: number, order: PlainQueuedOrder): void {
    const found = this.#find(order.id);
    if (found === undefined) this.#append(side, price, order);
    else if (found.level.price === price && order.size <= found.level.queue[found.at]!.size) {
      found.level.queue[found.at]!.size = order.size;
    } else {
      this.#remove(found);
      this.#append(side, price, order);
    }
  }

  #cancel(id: bigint, size: number): void {
    const found = this.#find(id);
    if (found === undefined) {
      this.isRight = false;
      return;
    }
    const order = found.level.queue[found.at]!;
    order.size -= size;
    if (order.size <= 0) this.#remove(found);
  }

  #find(id: bigint): { levels: PlainLevel[]; level: PlainLevel; at: number } | undefined {
    for (const levels of [this.bids, this.asks]) {
      for (const level of levels) {
        const at = level.queue.findIndex((order) => order.id === id);
        if (at >= 0) return { levels, level, at };
      }
    }
    return undefined;
  }

  #remove({ levels, level, at }: { levels: PlainLevel[]; level: PlainLevel; at: number }): void {
    level.queue.splice(at, 1);
    if (level.queue.length === 0) levels.splice(levels.indexOf(level), 1);
  }

  #append(side: string, price: number, order: PlainQueuedOrder): void {
    const levels = side === 'B' ? this.bids : this.asks;
    let level = levels.find((each) => each.price === price);
    if (level === undefined) {
      level = { price, queue: [] };
      levels.push(level);
      levels.sort((a, b) => (side === 'B' ? b.price - a.price : a.price - b.price));
    }
    level.queue.push(order);
  }
}

export interface PlainEventEnd {
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly book: PlainBook;
}

export class PlainVenueBooks {
  readonly #books = new Map<string, PlainBook>();

  /** Takes the 56 bytes of a record of mbo. @returns its book where its event ends. */
  take(view: DataView, offset: number): PlainEventEnd | undefined {
    const publisherId = view.getUint16(offset + OFFSET.publisher, true);
    const instrumentId = view.getUint32(offset + OFFSET.instrument, true);
    const key = `${publisherId}/${instrumentId}`;
    let book = this.#books.get(key);
    if (book === undefined) this.#books.set(key, (book = new PlainBook()));
    book.apply({
      action: String.fromCharCode(view.getUint8(offset + ACTION_OFFSET)),
      side: String.fromCharCode(view.getUint8(offset + SIDE_OFFSET)),
      id: view.getBigUint64(offset + OFFSET.orderId, true),
      price: Number(view.getBigInt64(offset + OFFSET.price, true)),
      size: view.getUint32(offset + OFFSET.size, true),
    });
    const flags = view.getUint8(offset + OFFSET.flags);
    if ((flags & MAYBE_BAD) !== 0) book.isRight = false;
    return (flags & LAST) === 0 ? undefined : { instrumentId, publisherId, book };
  }
}
