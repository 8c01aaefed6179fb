/**
 * What the simulated traders draw: how large an order is, how far from the best price it goes, and
 * where one is cancelled.
 */
import type { Random } from './random.ts';
import type { SimulatedInstrument } from './simulated-instrument.ts';

/** Fewer levels than this on a side and nobody takes or cancels there. */
export const LEVELS_MIN = 12;

export class OrderDraws {
  readonly #random: Random;
  readonly #instrument: SimulatedInstrument;
  readonly #depth: number;

  /** @param options.depth - Levels the traders keep on each side, about. */
  constructor(options: { random: Random; instrument: SimulatedInstrument; depth: number }) {
    this.#random = options.random;
    this.#instrument = options.instrument;
    this.#depth = options.depth;
  }

  /** In size increments: mostly around the typical size, often round, now and then large. */
  size(): number {
    const { typicalSize, size: unit } = this.#instrument;
    const share = (1 + this.#random.below(1_000)) / 500;
    const size = Math.max(1, Math.round(typicalSize * share * (0.05 + this.#random.unit())));
    if (!this.#random.chance(0.3)) return size;
    const digits = Math.max(0, Math.min(unit.decimals, String(size).length - 2));
    const round = 10 ** digits;
    return Math.max(round, Math.round(size / round) * round);
  }

  /** Price increments behind the best price: half of the orders near it, half over the book. */
  distance(): number {
    const spread = this.#random.chance(0.5) ? 8 : this.#depth;
    return Math.floor(-Math.log(1 - this.#random.unit()) * spread);
  }

  /** Which level an order is cancelled at, 0 = the best. */
  depth(levels: number): number {
    // Beyond the wanted depth the far end is thinned out, else the top and the rest by turns.
    if (levels > this.#depth * 1.2) return levels - 1 - this.#random.below(LEVELS_MIN);
    if (this.#random.chance(0.5)) return this.#random.below(levels);
    return Math.min(levels - 1, Math.floor(-Math.log(1 - this.#random.unit()) * 15));
  }
}
