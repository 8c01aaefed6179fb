import { PartitionError } from './errors.ts';
import { hashText } from './hash.ts';

/** A symbol and its load: ticks per second, or any other measure that adds up. */
export interface WeightedSymbol {
  readonly symbol: string;
  /** Finite, not negative. */
  readonly weight: number;
}

/** A symbol with what its place is computed from. */
export interface HashedSymbol extends WeightedSymbol {
  readonly hash: number;
}

/**
 * The symbols with their hashes, heaviest first. The order depends on nothing but the symbols and
 * their weights, so neither does a plan.
 * @throws PartitionError `BAD_WEIGHT`, `DUPLICATE_SYMBOL`.
 */
export function heaviestFirst(symbols: Iterable<WeightedSymbol>): HashedSymbol[] {
  const hashed: HashedSymbol[] = [];
  const seen = new Set<string>();
  for (const { symbol, weight } of symbols) {
    if (!(weight >= 0 && weight < Infinity)) {
      const message = `the weight of ${JSON.stringify(symbol)} is ${weight}`;
      throw new PartitionError('BAD_WEIGHT', message, { hint: 'give a finite one of 0 or more' });
    }
    if (seen.has(symbol)) {
      const message = `${JSON.stringify(symbol)} is there twice`;
      throw new PartitionError('DUPLICATE_SYMBOL', message, { hint: 'add up its weights' });
    }
    seen.add(symbol);
    hashed.push({ symbol, weight, hash: hashText(symbol) });
  }
  return hashed.sort((a, b) => b.weight - a.weight || byHash(a, b));
}

/** Equal hashes by code units, not by locale: the same in every process. */
export function byHash(a: HashedSymbol, b: HashedSymbol): number {
  return a.hash - b.hash || (a.symbol < b.symbol ? -1 : 1);
}
