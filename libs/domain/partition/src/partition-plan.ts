import { PartitionError } from './errors.ts';
import { hashText } from './hash.ts';
import { placeSymbols, preferredPartition } from './place-symbols.ts';
import { heaviestFirst } from './weighted-symbol.ts';
import type { WeightedSymbol } from './weighted-symbol.ts';

/** Most partitions of one plan. */
export const PARTITIONS_MAX = 256;
/** A partition takes up to 5 % more than the mean, see `placeSymbols`. */
export const LOAD_FACTOR_DEFAULT = 1.05;

export interface PlanOptions {
  /** Partitions, 1 … 256. */
  readonly count: number;
  /** Above 1; 1.05 by default. Closer to 1: more even, and more moves when the plan changes. */
  readonly loadFactor?: number;
}

/** How even a plan is. Loads are in the unit of the weights: ticks per second. */
export interface PlanBalance {
  readonly loadMax: number;
  readonly loadMin: number;
  readonly loadMean: number;
  /** `loadMax / loadMean`; 1 when nothing weighs anything. */
  readonly maxOverMean: number;
  /** What `maxOverMean` cannot exceed with these weights. */
  readonly maxOverMeanBound: number;
}

/**
 * Which symbol goes to which partition. A pure function of the set of symbols with their weights,
 * the count and the factor: the order in which symbols are given or asked for plays no part, and
 * every process computes the same.
 */
export class PartitionPlan {
  readonly count: number;
  /** Sum of weights by partition. */
  readonly loads: Readonly<Float64Array>;
  /** Number of symbols by partition. */
  readonly counts: Readonly<Uint32Array>;
  readonly balance: PlanBalance;
  readonly #partitions: ReadonlyMap<string, number>;
  readonly #weights: ReadonlyMap<string, number>;

  /** @throws PartitionError `BAD_OPTION`, `BAD_WEIGHT`, `DUPLICATE_SYMBOL`. */
  constructor(symbols: Iterable<WeightedSymbol>, options: PlanOptions) {
    const { count, loadFactor = LOAD_FACTOR_DEFAULT } = options;
    checkOptions(count, loadFactor);
    const partitions = new Map<string, number>();
    const weights = new Map<string, number>();
    const counts = new Uint32Array(count);
    const ordered = heaviestFirst(symbols);
    this.loads = placeSymbols(ordered, { count, loadFactor }, ({ symbol, weight }, partition) => {
      partitions.set(symbol, partition);
      weights.set(symbol, weight);
      counts[partition] = (counts[partition] as number) + 1;
    });
    this.count = count;
    this.counts = counts;
    this.balance = balanceOf(this.loads, { heaviest: ordered[0]?.weight ?? 0, loadFactor });
    this.#partitions = partitions;
    this.#weights = weights;
  }

  /** Number of symbols. */
  get size(): number {
    return this.#partitions.size;
  }

  /**
   * The partition of `symbol`, 0 … count − 1. One that the plan does not know goes where its hash
   * prefers, outside of the bound: make a new plan when there are many.
   */
  partitionOf(symbol: string): number {
    return this.#partitions.get(symbol) ?? preferredPartition(hashText(symbol), this.count);
  }

  has(symbol: string): boolean {
    return this.#partitions.has(symbol);
  }

  /** The weight that the plan was made with; 0 for an unknown symbol. */
  weightOf(symbol: string): number {
    return this.#weights.get(symbol) ?? 0;
  }

  /** All symbols of the plan, in an order that depends on the plan alone. */
  symbols(): IterableIterator<string> {
    return this.#partitions.keys();
  }
}

function checkOptions(count: number, loadFactor: number): void {
  if (!Number.isInteger(count) || count < 1 || count > PARTITIONS_MAX) {
    throw new PartitionError('BAD_OPTION', `count is ${count}`, {
      hint: `give a whole number of 1 … ${PARTITIONS_MAX}`,
    });
  }
  if (!(loadFactor > 1 && loadFactor < Infinity)) {
    throw new PartitionError('BAD_OPTION', `loadFactor is ${loadFactor}`, {
      hint: `give a finite number above 1, such as ${LOAD_FACTOR_DEFAULT}`,
    });
  }
}

function balanceOf(
  loads: Readonly<Float64Array>,
  by: { heaviest: number; loadFactor: number },
): PlanBalance {
  const count = loads.length;
  const loadMean = loads.reduce((sum, load) => sum + load, 0) / count;
  const loadMax = Math.max(...loads);
  const withHeaviest = loadMean + (1 - 1 / count) * by.heaviest;
  return {
    loadMax,
    loadMin: Math.min(...loads),
    loadMean,
    maxOverMean: loadMean === 0 ? 1 : loadMax / loadMean,
    maxOverMeanBound: loadMean === 0 ? 1 : boundOf(by, { loadMean, withHeaviest, count }),
  };
}

/** Without a symbol too heavy to find room for sure, the factor alone bounds the load. */
function boundOf(
  by: { heaviest: number; loadFactor: number },
  of: { loadMean: number; withHeaviest: number; count: number },
): number {
  const lightMax = ((by.loadFactor - 1) * of.loadMean * of.count) / (of.count - 1);
  if (by.heaviest <= lightMax) return by.loadFactor;
  return Math.max(by.loadFactor, of.withHeaviest / of.loadMean);
}
