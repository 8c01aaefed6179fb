import type { Mbp10Record } from '@tickwire/wire-dbn';

const LEVELS = 10;
/** Where a side has no more levels. */
const NO_PRICE = Number.NaN;

/** Told of each change of a side by price: `size` 0 is a price that is gone. */
export type OnLevel = (level: {
  isBid: boolean;
  price: number;
  size: number;
  orders: number;
  depth: number;
  isNew: boolean;
}) => void;

/** The ten levels of both sides as the last record had them, in units of 1e-9. */
export class LevelImage {
  /** Of the last record. */
  sequence = 0;
  readonly #bids = new Side(true);
  readonly #asks = new Side(false);
  #isKnown = false;

  /** A record has said the levels since the last `forget`. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Replaces the levels; says what changed by price, what is gone first. */
  update(record: Mbp10Record, onLevel: OnLevel): void {
    this.#isKnown = true;
    this.#bids.read(record);
    this.#asks.read(record);
    this.#bids.tell(onLevel);
    this.#asks.tell(onLevel);
  }

  /** Levels of both sides. */
  get count(): number {
    return this.#bids.count + this.#asks.count;
  }

  /** Says all levels as they are. */
  tellAll(onLevel: OnLevel): void {
    this.#bids.tellAll(onLevel);
    this.#asks.tellAll(onLevel);
  }

  /** All levels are told again by the next record. */
  forget(): void {
    this.#isKnown = false;
    this.#bids.forget();
    this.#asks.forget();
  }
}

class Side {
  readonly #isBid: boolean;
  readonly #prices = new Float64Array(LEVELS).fill(NO_PRICE);
  readonly #sizes = new Float64Array(LEVELS);
  readonly #orders = new Float64Array(LEVELS);
  readonly #newPrices = new Float64Array(LEVELS).fill(NO_PRICE);
  readonly #newSizes = new Float64Array(LEVELS);
  readonly #newOrders = new Float64Array(LEVELS);
  readonly #change = { isBid: false, price: 0, size: 0, orders: 0, depth: 0, isNew: false };

  constructor(isBid: boolean) {
    this.#isBid = isBid;
    this.#change.isBid = isBid;
  }

  get count(): number {
    return this.#prices.filter((price) => !Number.isNaN(price)).length;
  }

  forget(): void {
    this.#prices.fill(NO_PRICE);
  }

  tellAll(onLevel: OnLevel): void {
    for (let depth = 0; depth < LEVELS; depth++) {
      const price = this.#prices[depth]!;
      if (Number.isNaN(price)) continue;
      const [size, orders] = [this.#sizes[depth]!, this.#orders[depth]!];
      this.#tellOne(onLevel, { price, size, orders, depth, isNew: true });
    }
  }

  read(record: Mbp10Record): void {
    for (let depth = 0; depth < LEVELS; depth++) {
      const level = record.level(depth);
      const price = this.#isBid ? level.bidPx : level.askPx;
      const size = this.#isBid ? level.bidSz : level.askSz;
      const isLevel = price !== null && Number.isSafeInteger(price) && size > 0;
      this.#newPrices[depth] = isLevel ? price : NO_PRICE;
      this.#newSizes[depth] = size;
      this.#newOrders[depth] = this.#isBid ? level.bidCt : level.askCt;
    }
  }

  tell(onLevel: OnLevel): void {
    for (let depth = 0; depth < LEVELS; depth++) {
      const price = this.#prices[depth]!;
      if (!Number.isNaN(price) && this.#newPrices.indexOf(price) < 0) {
        this.#tellOne(onLevel, { price, size: 0, orders: 0, depth, isNew: false });
      }
    }
    for (let depth = 0; depth < LEVELS; depth++) {
      const price = this.#newPrices[depth]!;
      if (Number.isNaN(price)) continue;
      const before = this.#prices.indexOf(price);
      const size = this.#newSizes[depth]!;
      const orders = this.#newOrders[depth]!;
      const isAsBefore =
        before >= 0 && this.#sizes[before] === size && this.#orders[before] === orders;
      if (!isAsBefore) this.#tellOne(onLevel, { price, size, orders, depth, isNew: before < 0 });
    }
    this.#prices.set(this.#newPrices);
    this.#sizes.set(this.#newSizes);
    this.#orders.set(this.#newOrders);
  }

  #tellOne(
    onLevel: OnLevel,
    level: { price: number; size: number; orders: number; depth: number; isNew: boolean },
  ): void {
    const change = this.#change;
    change.price = level.price;
    change.size = level.size;
    change.orders = level.orders;
    change.depth = level.depth;
    change.isNew = level.isNew;
    onLevel(change);
  }
}
