/**
 * Prices that follow from a calendar spread and its legs: what one could trade in two of the three,
 * seen in the third. First generation: from real orders alone.
 *
 *   spread  bid = near bid − far ask      ask = near ask − far bid
 *   near    bid = spread bid + far bid    ask = spread ask + far ask
 *   far     bid = near bid − spread ask   ask = near ask − spread bid
 *
 * An implied price that would meet a real or an implied one is not shown: it would have traded.
 */
import { MDUpdateAction } from '@tickwire/wire-mdp3/messages';
import type { EventDraft } from './event-draft.ts';
import type { ImpliedLevel, Market } from './market.ts';
import type { PriceLevel } from './order-book.ts';

/** How many levels of a real book implied prices are made of. */
const SOURCE_LEVELS = 2;

/** A price made of two others: `first` + `second`, or `first` − `second`. */
interface Derivation {
  readonly first: Market;
  readonly second: Market;
  readonly sign: 1 | -1;
}

export class ImpliedBooks {
  readonly #derivations = new Map<Market, Derivation[]>();
  /** Whose implied prices follow from those of a market. */
  readonly #dependents = new Map<Market, Market[]>();

  constructor(markets: readonly Market[]) {
    for (const spread of markets) {
      const [near, far] = spread.instrument.legs?.map((at) => markets[at]) ?? [];
      if (near === undefined || far === undefined) continue;
      this.#derive(spread, { first: near, second: far, sign: -1 });
      this.#derive(near, { first: spread, second: far, sign: 1 });
      this.#derive(far, { first: near, second: spread, sign: -1 });
    }
  }

  /** Brings up to date what follows from the real levels that an event changed. */
  update(draft: EventDraft): void {
    const affected = new Set<Market>();
    for (const { market, level, action } of draft.levels) {
      // Nothing follows from levels behind the second; what DeleteFrom states is how many go.
      if (level > SOURCE_LEVELS && action !== MDUpdateAction.DeleteFrom) continue;
      // A real price that came may be one that an implied price would meet.
      if (this.#derivations.has(market)) affected.add(market);
      for (const dependent of this.#dependents.get(market) ?? []) affected.add(dependent);
    }
    for (const market of affected) this.#updateMarket(market, draft);
  }

  /** Says all implied levels of a market again, for readers whose books are empty. */
  restate(market: Market, draft: EventDraft): void {
    publish({ market, isBid: true, before: [], now: market.impliedBids, draft });
    publish({ market, isBid: false, before: [], now: market.impliedAsks, draft });
  }

  #derive(market: Market, derivation: Derivation): void {
    this.#derivations.set(market, [...(this.#derivations.get(market) ?? []), derivation]);
    for (const source of [derivation.first, derivation.second]) {
      this.#dependents.set(source, [...(this.#dependents.get(source) ?? []), market]);
    }
  }

  #updateMarket(market: Market, draft: EventDraft): void {
    const bids = this.#side(market, true, market.asks.bestTicks);
    const limit = higher(market.bids.bestTicks, bids[0]?.ticks);
    const asks = this.#side(market, false, limit);
    publish({ market, isBid: true, before: market.impliedBids, now: bids, draft });
    publish({ market, isBid: false, before: market.impliedAsks, now: asks, draft });
    market.impliedBids = bids;
    market.impliedAsks = asks;
  }

  /** @param limit - The other side's best: prices do not reach it. */
  #side(market: Market, isBid: boolean, limit: number | undefined): ImpliedLevel[] {
    const found: ImpliedLevel[] = [];
    for (const { first, second, sign } of this.#derivations.get(market) ?? []) {
      const ones = first.side(isBid).levels;
      const others = second.side(sign === 1 ? isBid : !isBid).levels;
      // The best of both, and the next of one with the best of the other.
      collect(found, combined(ones[0], others[0], sign), { isBid, limit });
      collect(found, combined(ones[1], others[0], sign), { isBid, limit });
    }
    found.sort((a, b) => (isBid ? b.ticks - a.ticks : a.ticks - b.ticks));
    return found.slice(0, market.instrument.impliedDepth);
  }
}

function combined(
  one: PriceLevel | undefined,
  other: PriceLevel | undefined,
  sign: 1 | -1,
): ImpliedLevel | undefined {
  if (one === undefined || other === undefined) return undefined;
  const quantity = Math.min(one.quantity, other.quantity);
  return { ticks: one.ticks + sign * other.ticks, quantity };
}

function collect(
  found: ImpliedLevel[],
  level: ImpliedLevel | undefined,
  { isBid, limit }: { isBid: boolean; limit: number | undefined },
): void {
  if (level === undefined) return;
  if (limit !== undefined && (isBid ? level.ticks >= limit : level.ticks <= limit)) return;
  const at = found.findIndex(({ ticks }) => ticks === level.ticks);
  if (at < 0) found.push(level);
  else found[at] = { ...level, quantity: level.quantity + found[at]!.quantity };
}

const higher = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

interface Publication {
  readonly market: Market;
  readonly isBid: boolean;
  readonly before: readonly ImpliedLevel[];
  readonly now: readonly ImpliedLevel[];
  readonly draft: EventDraft;
}

/** New and Delete where levels shift, Change of a quantity, Overlay of a price in its place. */
function publish({ market, isBid, before, now, draft }: Publication): void {
  const shown = before.map(({ ticks }) => ticks);
  const tell = (action: MDUpdateAction, at: number, level: ImpliedLevel): void => {
    const size = action === MDUpdateAction.Delete ? null : level.quantity;
    const place = { market, isBid, isImplied: true, level: at + 1 };
    draft.implied.push({
      ...place,
      action,
      price: market.priceOf(level.ticks),
      size,
      orders: null,
    });
  };
  for (let at = 0; at < now.length; at += 1) {
    const level = now[at]!;
    const wasAt = shown.indexOf(level.ticks, at);
    for (let gone = at; gone < wasAt; gone += 1) {
      tell(MDUpdateAction.Delete, at, { ticks: shown[at]!, quantity: 0 });
      shown.splice(at, 1);
    }
    if (wasAt >= 0) {
      const { quantity } = before.find(({ ticks }) => ticks === level.ticks)!;
      if (quantity !== level.quantity) tell(MDUpdateAction.Change, at, level);
      continue;
    }
    const isShift = at >= shown.length || now.some(({ ticks }) => ticks === shown[at]);
    tell(isShift ? MDUpdateAction.New : MDUpdateAction.Overlay, at, level);
    shown.splice(at, isShift ? 0 : 1, level.ticks);
    shown.length = Math.min(shown.length, market.instrument.impliedDepth);
  }
  for (let at = shown.length - 1; at >= now.length; at -= 1) {
    tell(MDUpdateAction.Delete, at, { ticks: shown[at]!, quantity: 0 });
  }
}
