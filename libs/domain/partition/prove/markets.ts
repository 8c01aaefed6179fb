/** Markets of many symbols, with loads as proofs and benchmarks need them. */
import type { WeightedSymbol } from '../src/index.ts';

const COUNT = 50_000;
/** Ticks a second of the busiest symbol of a skewed market. */
const BUSIEST = 10_000;

/** 50,000 symbols; loads by Zipf's law of that exponent, 0 = all equal. */
export function zipfMarket(exponent: number, prefix: string): WeightedSymbol[] {
  return Array.from({ length: COUNT }, (_, at) => ({
    symbol: `${prefix}${at.toString(36).toUpperCase()}-USDT`,
    weight: exponent === 0 ? 1 : BUSIEST / (at + 1) ** exponent,
  }));
}

/** A prefix of names: other seeds are other markets. */
export const prefixOf = (seed: number): string => seed.toString(36).toUpperCase();

export function shuffle<T>(values: T[], random: () => number): T[] {
  for (let at = values.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [values[at], values[other]] = [values[other] as T, values[at] as T];
  }
  return values;
}
