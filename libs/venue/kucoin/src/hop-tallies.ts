/** The session's counts as cells of a counter table, by the naming of the accounting identity. */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import { mapTallies } from './tallies.ts';
import type { Tallies, Tally } from './tallies.ts';

/** What leaves the parser, in parts. */
const PARTS = ['accepted', 'control', 'superseded', 'duplicate', 'ignored'] as const;

/**
 *   kucoin.parse      in = received · out = accepted + control + superseded + duplicate + ignored
 *                     dropped = rejected by reason, overflow, unsynced · inFlight = buffered
 *   kucoin.normalise  in = ticks implied; its out is counted by whoever publishes
 *
 * Gaps are `count/gaps`, as of every vendor; all others become `count/kucoin.<name>`.
 */
export function createHopTallies(stats: CounterTable): Tallies {
  const parse = new HopCounters(stats, 'kucoin.parse', 'message');
  const normalise = new HopCounters(stats, 'kucoin.normalise', 'tick');
  const { out } = parse;
  return mapTallies((name): Tally => {
    if (name === 'received') return parse.in;
    if (name === 'ticksImplied') return normalise.in;
    if (name === 'buffered') return parse.inFlight;
    if (name === 'gaps') return stats.counter('count/gaps');
    if (name === 'droppedOverflow') return parse.dropped('overflow');
    if (name === 'droppedUnsynced') return parse.dropped('unsynced');
    if (name.startsWith('rejected:')) return parse.dropped(name.slice('rejected:'.length));
    const part = PARTS.find((candidate) => candidate === name);
    if (part !== undefined) return new CountedPart(parse.part(part), out);
    return stats.counter(`count/kucoin.${name}`);
  });
}

/** A part of `out` that also counts in the whole. */
class CountedPart implements Tally {
  readonly #part: Counter;
  readonly #whole: Counter;

  constructor(part: Counter, whole: Counter) {
    this.#part = part;
    this.#whole = whole;
  }

  add(n: number): void {
    this.#part.add(n);
    this.#whole.add(n);
  }

  set(value: number): void {
    this.#whole.add(value - this.#part.value);
    this.#part.set(value);
  }
}
