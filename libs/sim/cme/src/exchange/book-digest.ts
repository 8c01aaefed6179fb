/**
 * A number for a whole book, so that a reader's book can be compared with the exchange's at every
 * moment without keeping both. A reader feeds its own book in the same order:
 *
 *   levels   of real bids, real asks, implied bids, implied asks, each best first: `level`, and
 *            `endSide` behind each of the four
 *   orders   of bids, then of asks, by price and then by priority: `order`, and `endSide`
 */
const FNV_OFFSET = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;
const TWO_32 = 4_294_967_296;
const NO_ORDERS = 0xffff_ffff;
const END_OF_SIDE = 0x7e57_0a11;

export class BookDigest {
  #value = FNV_OFFSET;

  /** u32. */
  get value(): number {
    return this.#value >>> 0;
  }

  clear(): this {
    this.#value = FNV_OFFSET;
    return this;
  }

  /**
   * @param price - Mantissa in 1e-9.
   * @param orders - Null of an implied level.
   */
  level(price: number, size: number, orders: number | null): void {
    this.#wide(price);
    this.#word(size);
    this.#word(orders ?? NO_ORDERS);
  }

  /**
   * @param order.id - OrderID and MDOrderPriority as numbers: exact below 2^53.
   * @param order.price - Mantissa in 1e-9.
   */
  order(order: { id: number; priority: number; price: number; quantity: number }): void {
    this.#wide(order.id);
    this.#wide(order.priority);
    this.#wide(order.price);
    this.#word(order.quantity);
  }

  endSide(): void {
    this.#word(END_OF_SIDE);
  }

  #wide(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.#word(value - high * TWO_32);
    this.#word(high);
  }

  #word(word: number): void {
    let mixed = Math.imul(this.#value ^ (word & 0xffff), FNV_PRIME);
    mixed = Math.imul(mixed ^ ((word / 65_536) & 0xffff), FNV_PRIME);
    this.#value = mixed ^ (mixed >>> 15);
  }
}
