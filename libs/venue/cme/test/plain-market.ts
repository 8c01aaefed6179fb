/** Orders and levels of one instrument as plain lists, and the entries that each change gives. */
import type { Random } from '@tickwire/core';

export interface PlainOrder {
  readonly id: number;
  readonly isBid: boolean;
  price: number;
  size: number;
  priority: number;
}

export interface PlainLevel {
  price: number;
  size: number;
  orders: number;
}

/** What a change of one order is on the wire: levels by position, then the order itself. */
export interface PlainChange {
  readonly levels: readonly PlainLevelEntry[];
  readonly order: PlainOrderEntry | undefined;
}

export interface PlainLevelEntry extends PlainLevel {
  readonly action: number;
  readonly level: number;
  readonly isBid: boolean;
  readonly isImplied: boolean;
}

export interface PlainOrderEntry extends PlainOrder {
  /** 0 new, 1 change, 2 delete. */
  readonly action: number;
  /** Which of the levels it stands behind, from 0; −1: it is below the depth. */
  readonly behind: number;
}

const NEW = 0;
const CHANGE = 1;
const DELETE = 2;

/** A step between prices, as a mantissa of 1e-9. */
export const PRICE_STEP = 250_000_000;
const PRICE_MIDDLE = 4_000 * 1e9;

export class PlainMarket {
  readonly securityId: number;
  readonly depth: number;
  readonly impliedDepth: number;
  rptSeq = 0;
  readonly orders = new Map<number, PlainOrder>();
  readonly implied: { bids: PlainLevel[]; asks: PlainLevel[] } = { bids: [], asks: [] };
  readonly #random: Random;
  #lastPriority = 0;

  constructor(options: {
    securityId: number;
    depth: number;
    impliedDepth: number;
    random: Random;
  }) {
    this.securityId = options.securityId;
    this.depth = options.depth;
    this.impliedDepth = options.impliedDepth;
    this.#random = options.random;
  }

  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** All real levels of a side, best first. */
  side(isBid: boolean): PlainLevel[] {
    const byPrice = new Map<number, PlainLevel>();
    for (const order of this.orders.values()) {
      if (order.isBid !== isBid) continue;
      const level = byPrice.get(order.price) ?? { price: order.price, size: 0, orders: 0 };
      level.size += order.size;
      level.orders += 1;
      byPrice.set(order.price, level);
    }
    return [...byPrice.values()].sort((a, b) => (isBid ? b.price - a.price : a.price - b.price));
  }

  /** A random change of one order. @param nextId - Of a new one. */
  change(nextId: () => number): PlainChange {
    const all = [...this.orders.values()];
    const order = all[this.below(all.length)];
    const dice = this.below(10);
    if (order === undefined || (dice < 5 && all.length < 60)) return this.#add(nextId());
    if (dice < 8) return this.#update(order, DELETE);
    const size = 1 + this.below(50);
    return this.#withLevels(order, CHANGE, () => (order.size = size));
  }

  /** A trade against the best order of a side; `undefined` when there is none. */
  trade(): { price: number; size: number; isBid: boolean; change: PlainChange } | undefined {
    const isBid = this.below(2) === 0;
    const best = this.side(isBid)[0];
    if (best === undefined) return undefined;
    const order = [...this.orders.values()]
      .filter((one) => one.isBid === isBid && one.price === best.price)
      .sort((a, b) => a.priority - b.priority)[0]!;
    const size = 1 + this.below(order.size);
    const { price } = order;
    if (size === order.size) return { price, size, isBid, change: this.#update(order, DELETE) };
    return this.#partial(order, size);
  }

  /** A change of an implied side; no order is behind it. */
  changeImplied(): PlainChange {
    const isBid = this.below(2) === 0;
    const side = isBid ? this.implied.bids : this.implied.asks;
    const isImplied = true;
    if (side.length > 0 && this.below(3) > 0) {
      const at = this.below(side.length);
      const gone = side.splice(at, 1)[0]!;
      const entry = { ...gone, action: DELETE, level: at + 1, isBid, isImplied };
      return { levels: [entry], order: undefined };
    }
    const price = this.#price(isBid);
    const at = side.findIndex((one) => one.price === price);
    const size = 1 + this.below(50);
    if (at >= 0) {
      side[at]!.size = size;
      const entry = { price, size, orders: 0, action: CHANGE, level: at + 1, isBid, isImplied };
      return { levels: [entry], order: undefined };
    }
    side.push({ price, size, orders: 0 });
    side.sort((a, b) => (isBid ? b.price - a.price : a.price - b.price));
    const place = side.findIndex((one) => one.price === price);
    side.length = Math.min(side.length, this.impliedDepth);
    if (place >= this.impliedDepth) return { levels: [], order: undefined };
    const entry = { price, size, orders: 0, action: NEW, level: place + 1, isBid, isImplied };
    return { levels: [entry], order: undefined };
  }

  /** Real levels as deep as the feed goes, with implied ones added: what readers should have. */
  text(): string {
    return [true, false].map((isBid) => this.#sideText(isBid)).join(' | ');
  }

  orderText(): string {
    return [...this.orders.values()].map(orderText).sort().join(' ');
  }

  reset(): void {
    this.rptSeq = 0;
    this.orders.clear();
    this.implied.bids.length = 0;
    this.implied.asks.length = 0;
  }

  #sideText(isBid: boolean): string {
    const sizes = new Map<number, number>();
    for (const { price, size } of this.side(isBid).slice(0, this.depth)) sizes.set(price, size);
    for (const { price, size } of isBid ? this.implied.bids : this.implied.asks) {
      sizes.set(price, (sizes.get(price) ?? 0) + size);
    }
    const rows = [...sizes].sort(([a], [b]) => (isBid ? b - a : a - b));
    return rows.map(([price, size]) => `${size}@${price}`).join(' ');
  }

  #add(id: number): PlainChange {
    const isBid = this.below(2) === 0;
    this.#lastPriority += 1;
    const priority = this.#lastPriority;
    const order = { id, isBid, price: this.#price(isBid), size: 1 + this.below(50), priority };
    return this.#withLevels(order, NEW, () => this.orders.set(id, order));
  }

  #partial(order: PlainOrder, size: number): ReturnType<PlainMarket['trade']> {
    const change = this.#withLevels(order, CHANGE, () => (order.size -= size));
    return { price: order.price, size, isBid: order.isBid, change };
  }

  #update(order: PlainOrder, action: number): PlainChange {
    return this.#withLevels(order, action, () => this.orders.delete(order.id));
  }

  #withLevels(order: PlainOrder, action: number, apply: () => unknown): PlainChange {
    const { isBid, price } = order;
    const before = this.side(isBid);
    apply();
    const after = this.side(isBid);
    const levels = levelEntries({ before, after, price, isBid, depth: this.depth });
    const behind = levels.findIndex((one) => one.price === price);
    return { levels, order: { ...order, action, behind } };
  }

  /** Bids from the middle down, asks up: sides do not cross. */
  #price(isBid: boolean): number {
    const steps = 1 + this.below(16);
    return PRICE_MIDDLE + (isBid ? -steps : steps) * PRICE_STEP;
  }
}

export const orderText = (order: {
  id: number;
  isBid: boolean;
  price: number;
  size: number;
}): string => `${order.id}${order.isBid ? 'b' : 'a'}${order.size}@${order.price}`;

function levelEntries(options: {
  before: readonly PlainLevel[];
  after: readonly PlainLevel[];
  price: number;
  isBid: boolean;
  depth: number;
}): PlainLevelEntry[] {
  const { before, after, price, isBid, depth } = options;
  const was = before.findIndex((one) => one.price === price);
  const is = after.findIndex((one) => one.price === price);
  const made = (level: PlainLevel, action: number, at: number): PlainLevelEntry => ({
    ...{ ...level, action, level: at + 1, isBid, isImplied: false },
  });
  if (was >= 0 && is >= 0) return is < depth ? [made(after[is]!, CHANGE, is)] : [];
  if (is >= 0) return is < depth ? [made(after[is]!, NEW, is)] : [];
  if (was >= depth) return [];
  const entries = [made(before[was]!, DELETE, was)];
  const risen = after[depth - 1];
  if (risen !== undefined) entries.push(made(risen, NEW, depth - 1));
  return entries;
}
