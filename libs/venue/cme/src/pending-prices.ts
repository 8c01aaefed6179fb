/** Prices that one event touches before they are written; what is beyond is written at once. */
const CAPACITY = 32;

/** Prices of one instrument that the open event has touched, each once, in that order. */
export class PendingPrices {
  readonly #prices = new Float64Array(CAPACITY);
  readonly #isBid = new Uint8Array(CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === CAPACITY;
  }

  priceAt(at: number): number {
    return this.#prices[at]!;
  }

  isBidAt(at: number): boolean {
    return this.#isBid[at] === 1;
  }

  /** The list is not full. */
  add(price: number, isBid: boolean): void {
    const side = isBid ? 1 : 0;
    for (let at = 0; at < this.#count; at++) {
      if (this.#prices[at] === price && this.#isBid[at] === side) return;
    }
    this.#prices[this.#count] = price;
    this.#isBid[this.#count] = side;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }
}
