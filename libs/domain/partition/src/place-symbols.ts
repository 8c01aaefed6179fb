/**
 * Consistent hashing with bounded loads, by rendezvous: each symbol ranks all partitions by its
 * hash and takes the first one that has room for it.
 *
 * With W the sum of the weights, n partitions and the factor c, a partition has room up to
 * c · W / n. A symbol of at most (c − 1) · W / (n − 1) always finds room: were all n partitions
 * too full for it, their loads would add up to more than W without it. Only a heavier one may find
 * none; it goes to the lightest partition. Hence the heaviest partition stays within
 *
 *   max(c · W / n, W / n + (1 − 1/n) · w)       w: the heaviest symbol
 *
 * The heavy symbols choose first, heaviest ahead, while there is room for them. The light ones
 * follow in the order of their hashes: in the order of their weights all that overflows would be
 * the lightest, and a change of n would move half of the symbols to shift a hundredth of the load.
 */
import { preference } from './hash.ts';
import { byHash } from './weighted-symbol.ts';
import type { HashedSymbol } from './weighted-symbol.ts';

export interface PlacingOptions {
  readonly count: number;
  readonly loadFactor: number;
}

/**
 * Calls `place` with each symbol and its partition.
 * @param symbols - Heaviest first.
 * @returns the sum of weights by partition.
 */
export function placeSymbols(
  symbols: readonly HashedSymbol[],
  options: PlacingOptions,
  place: (symbol: HashedSymbol, partition: number) => void,
): Float64Array {
  const { count, loadFactor } = options;
  let total = 0;
  for (const { weight } of symbols) total += weight;
  const lightMax = ((loadFactor - 1) * total) / (count - 1);
  const firstLight = symbols.findIndex(({ weight }) => weight <= lightMax);
  const heavy = firstLight < 0 ? symbols : symbols.slice(0, firstLight);
  const light = firstLight < 0 ? [] : symbols.slice(firstLight).sort(byHash);
  const room = (loadFactor * total) / count;
  const loads = new Float64Array(count);
  const scores = new Float64Array(count);
  for (const order of [heavy, light]) {
    for (const symbol of order) {
      const { hash, weight } = symbol;
      for (let index = 0; index < count; index++) scores[index] = preference(hash, index);
      const partition = firstWithRoom(scores, loads, room - weight);
      loads[partition] = (loads[partition] as number) + weight;
      place(symbol, partition);
    }
  }
  return loads;
}

/** The partition that the text of `hash` prefers to all others. */
export function preferredPartition(hash: number, count: number): number {
  let best = 0;
  let scoreMax = -1;
  for (let index = 0; index < count; index++) {
    const score = preference(hash, index);
    if (score > scoreMax) {
      scoreMax = score;
      best = index;
    }
  }
  return best;
}

/** Strikes out partitions from the best to the worst until one is light enough. */
function firstWithRoom(scores: Float64Array, loads: Float64Array, loadMax: number): number {
  for (let turn = 0; turn < scores.length; turn++) {
    const best = indexOfLargest(scores);
    if ((loads[best] as number) <= loadMax) return best;
    scores[best] = -1;
  }
  return indexOfSmallest(loads);
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) {
    if ((values[at] as number) > (values[best] as number)) best = at;
  }
  return best;
}

function indexOfSmallest(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) {
    if ((values[at] as number) < (values[best] as number)) best = at;
  }
  return best;
}
