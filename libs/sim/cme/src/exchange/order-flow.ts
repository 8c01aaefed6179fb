/**
 * Who trades: draws what happens next in a market. Prices follow the product's own walk, so that
 * futures, spreads and options of a product move together; a book has about so many orders a side.
 */
import type { Random } from '@tickwire/sim-kit';
import type { EventDraft } from './event-draft.ts';
import { InstrumentKind } from './listed-instrument.ts';
import type { Market } from './market.ts';

/** Where a product's prices are, in ticks from where they opened. */
export class ProductWalk {
  ticks = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A tick up or down now and then, and home from far away. */
  move(): void {
    if (!this.#random.chance(MOVE_CHANCE)) return;
    const upChance = 0.5 - this.ticks / (2 * WALK_TICKS);
    this.ticks += this.#random.chance(upChance) ? 1 : -1;
  }
}

/** The walk does not leave this range: at its end every step is back. */
export const WALK_TICKS = 2_000;
const MOVE_CHANCE = 0.08;
const DISTANCE_MEAN_TICKS = 5;
const DISTANCE_TICKS_MAX = 60;
const QUANTITY_MAX = 50;
/** Of all actions in a market that has orders. */
const CHANCES = {
  cancelAll: 0.0004,
  sweep: 0.004,
  aggress: 0.12,
  cancel: 0.25,
  resize: 0.14,
  reprice: 0.08,
} as const;
const SWEEP_LEVELS = 12;

export class OrderFlow {
  readonly #random: Random;
  readonly #ordersPerSide: number;

  constructor(options: { readonly random: Random; readonly ordersPerSide: number }) {
    this.#random = options.random;
    this.#ordersPerSide = options.ordersPerSide;
  }

  /** One action in a market: at least one entry comes of it. */
  act(market: Market, walk: ProductWalk, draft: EventDraft): void {
    const random = this.#random;
    const isBid = random.chance(0.5);
    const { orderCount } = market.side(isBid);
    if (orderCount < this.#ordersPerSide / 2) this.#quote(market, isBid, { walk, draft });
    else this.#drawn(market, isBid, { walk, draft });
  }

  #drawn(market: Market, isBid: boolean, by: { walk: ProductWalk; draft: EventDraft }): void {
    const { draft } = by;
    let dice = this.#random.unit();
    const falls = (chance: number): boolean => (dice -= chance) < 0;
    if (falls(CHANCES.cancelAll)) market.cancelAll(isBid, draft);
    else if (falls(CHANCES.sweep)) this.#sweep(market, !isBid, draft);
    else if (falls(CHANCES.aggress)) this.#aggress(market, !isBid, draft);
    else if (falls(CHANCES.cancel)) this.#cancel(market, isBid, by);
    else if (falls(CHANCES.resize)) this.#resize(market, draft);
    else if (falls(CHANCES.reprice)) this.#reprice(market, by);
    else if (market.side(isBid).orderCount > this.#ordersPerSide) this.#cancel(market, isBid, by);
    else this.#quote(market, isBid, by);
  }

  /** An order at a distance from the walk's price; one beyond the other side's best trades. */
  #quote(market: Market, isBid: boolean, by: { walk: ProductWalk; draft: EventDraft }): void {
    const ticks = this.#ticks(market, isBid, by.walk);
    market.enter({ isBid, ticks, quantity: this.#quantity() }, by.draft);
  }

  #ticks(market: Market, isBid: boolean, walk: ProductWalk): number {
    const drawn = -Math.log(1 - this.#random.unit()) * DISTANCE_MEAN_TICKS;
    const distance = 1 + Math.min(DISTANCE_TICKS_MAX, Math.floor(drawn));
    const { kind, openTicks } = market.instrument;
    if (kind === InstrumentKind.Option) {
      // Options move half as much, and are worth a tick at least.
      const middle = Math.max(DISTANCE_TICKS_MAX + 2, openTicks + Math.trunc(walk.ticks / 2));
      return isBid ? middle - distance : middle + distance;
    }
    const middle = openTicks + (kind === InstrumentKind.Spread ? 0 : walk.ticks);
    return isBid ? middle - distance : middle + distance;
  }

  /** Takes what is best: a part of it, or a little more. */
  #aggress(market: Market, isBid: boolean, draft: EventDraft): void {
    const best = market.side(!isBid).levels[0]!;
    const quantity = 1 + this.#random.below(Math.ceil(best.quantity * 1.2));
    market.enter({ isBid, ticks: best.ticks, quantity }, draft);
  }

  /** Takes several levels at once. */
  #sweep(market: Market, isBid: boolean, draft: EventDraft): void {
    const { levels } = market.side(!isBid);
    const count = Math.min(levels.length, 2 + this.#random.below(SWEEP_LEVELS));
    let quantity = 1;
    for (const level of levels.slice(0, count)) quantity += level.quantity;
    market.enter({ isBid, ticks: levels[count - 1]!.ticks, quantity }, draft);
  }

  #cancel(market: Market, isBid: boolean, by: { walk: ProductWalk; draft: EventDraft }): void {
    const { orders } = market.pool;
    const order = orders[this.#random.below(orders.length)];
    if (order === undefined) this.#quote(market, isBid, by);
    else market.cancel(order, by.draft);
  }

  #resize(market: Market, draft: EventDraft): void {
    const { orders } = market.pool;
    const order = orders[this.#random.below(orders.length)]!;
    const quantity = this.#quantity();
    market.resize(order, quantity === order.quantity ? quantity + 1 : quantity, draft);
  }

  #reprice(market: Market, by: { walk: ProductWalk; draft: EventDraft }): void {
    const { orders } = market.pool;
    const order = orders[this.#random.below(orders.length)]!;
    const wanted = this.#ticks(market, order.isBid, by.walk);
    const other = market.side(!order.isBid).bestTicks;
    // It rests: one tick short of the other side's best.
    const ticks =
      other === undefined
        ? wanted
        : order.isBid
          ? Math.min(wanted, other - 1)
          : Math.max(wanted, other + 1);
    market.reprice(order, ticks, by.draft);
  }

  #quantity(): number {
    const drawn = this.#random.unit();
    return 1 + Math.floor(drawn * drawn * drawn * QUANTITY_MAX);
  }
}
