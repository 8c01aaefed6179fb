/**
 * Other ways to place symbols, for comparison. Each gives the partition of every symbol, in the
 * order given; the bounded ones keep to the same room as ours, lightest symbols last.
 */
import { hashText, preference } from '../src/index.ts';
import type { WeightedSymbol } from '../src/index.ts';

export interface Peer {
  readonly name: string;
  place(symbols: readonly WeightedSymbol[], count: number): Uint16Array;
}

const LOAD_FACTOR = 1.05;
const POINTS_PER_PARTITION = 200;

export const modulo: Peer = {
  name: 'hash % n',
  place: (symbols, count) => Uint16Array.from(symbols, ({ symbol }) => hashText(symbol) % count),
};

export const jump: Peer = {
  name: 'jump hash',
  place: (symbols, count) => Uint16Array.from(symbols, ({ symbol }) => jumpOf(symbol, 0, count)),
};

/** A symbol whose partition is full tries again with another key. */
export const boundedJump: Peer = {
  name: 'jump hash, bounded',
  place: (symbols, count) => bounded(symbols, count, (symbol, turn) => jumpOf(symbol, turn, count)),
};

/** Points on a circle; a symbol whose partition is full goes on to the next point. */
export const boundedRing: Peer = {
  name: `ring of ${POINTS_PER_PARTITION} points, bounded`,
  place(symbols, count) {
    const points = Array.from({ length: count * POINTS_PER_PARTITION }, (_, at) => ({
      hash: preference(hashText(`point ${at}`), 0),
      partition: Math.floor(at / POINTS_PER_PARTITION),
    })).sort((a, b) => a.hash - b.hash);
    const firstAt = (hash: number): number => {
      let [low, high] = [0, points.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((points[middle]?.hash ?? 0) < hash) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    return bounded(symbols, count, (symbol, turn) => {
      const at = (firstAt(preference(hashText(symbol), 0)) + turn) % points.length;
      return points[at]?.partition ?? 0;
    });
  },
};

/** The jump consistent hash: no table, and balls move only to new buckets. */
function jumpOf(symbol: string, turn: number, count: number): number {
  let state = preference(hashText(symbol), turn);
  let bucket = 0;
  let next = 0;
  for (let step = 1; next < count; step++) {
    bucket = next;
    state = preference(state, step);
    next = Math.floor((bucket + 1) / ((state + 1) / 2 ** 32));
  }
  return bucket;
}

function bounded(
  symbols: readonly WeightedSymbol[],
  count: number,
  choose: (symbol: string, turn: number) => number,
): Uint16Array {
  const total = symbols.reduce((sum, { weight }) => sum + weight, 0);
  const room = (LOAD_FACTOR * total) / count;
  const loads = new Float64Array(count);
  const turnsMax = 4 * count * POINTS_PER_PARTITION;
  return Uint16Array.from(symbols, ({ symbol, weight }) => {
    for (let turn = 0; turn < turnsMax; turn++) {
      const partition = choose(symbol, turn);
      if ((loads[partition] as number) + weight > room) continue;
      loads[partition] = (loads[partition] as number) + weight;
      return partition;
    }
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest] = (loads[lightest] as number) + weight;
    return lightest;
  });
}
