/**
 * The accounting identity, as counters: `in = out + dropped{reason} + inFlight` at every hop.
 * `in` is counted by the receiver of the work, `out` by its sender, drops where they happen; none
 * is computed from the others. The two ends of a hop may live in different processes: each
 * declares the cells it counts, and `collectHops` puts them together by name.
 */
import type { Counter, CounterTable } from './counters.ts';

/** `message`, `tick`, `row`, `bar`, `delivery`: what a hop counts. */
export type HopUnit = 'message' | 'tick' | 'row' | 'bar' | 'delivery';

const cellName = (hop: string, unit: HopUnit, what: string): string => `hop/${hop}/${unit}/${what}`;

/** The cells of one hop, made when first asked for. */
export class HopCounters {
  readonly hop: string;
  readonly unit: HopUnit;
  readonly #table: CounterTable;

  constructor(table: CounterTable, hop: string, unit: HopUnit) {
    this.#table = table;
    this.hop = hop;
    this.unit = unit;
  }

  get in(): Counter {
    return this.#table.counter(cellName(this.hop, this.unit, 'in'));
  }

  get out(): Counter {
    return this.#table.counter(cellName(this.hop, this.unit, 'out'));
  }

  get inFlight(): Counter {
    return this.#table.counter(cellName(this.hop, this.unit, 'inFlight'));
  }

  /** A part of `out`, for information: `accepted`, `control`. The parts sum to `out`. */
  part(name: string): Counter {
    return this.#table.counter(cellName(this.hop, this.unit, `out:${name}`));
  }

  dropped(reason: string): Counter {
    return this.#table.counter(cellName(this.hop, this.unit, `dropped:${reason}`));
  }
}

export interface HopReport {
  name: string;
  unit: string;
  in: number;
  out: number;
  parts: Record<string, number>;
  dropped: Record<string, number>;
  inFlight: number;
  /** The terms that somebody really counts; a hop without both `in` and `out` proves nothing. */
  counted: string[];
}

/** Puts the hops together from the counters of all processes. */
export function collectHops(tables: Iterable<ReadonlyMap<string, number>>): Map<string, HopReport> {
  const hops = new Map<string, HopReport>();
  for (const values of tables) {
    for (const [cell, value] of values) {
      const match = /^hop\/([^/]+)\/([^/]+)\/(in|out|inFlight|dropped:.+|out:.+)$/.exec(cell);
      if (match === null) continue;
      const [, name = '', unit = '', what = ''] = match;
      const hop = hops.get(name) ?? emptyHop(name, unit);
      hops.set(name, hop);
      addTerm(hop, what, value);
    }
  }
  return hops;
}

/** in − out − dropped − inFlight: 0 when the hop balances. */
export function hopImbalance(hop: HopReport): number {
  const dropped = Object.values(hop.dropped).reduce((sum, n) => sum + n, 0);
  return hop.in - hop.out - dropped - hop.inFlight;
}

function emptyHop(name: string, unit: string): HopReport {
  return { name, unit, in: 0, out: 0, parts: {}, dropped: {}, inFlight: 0, counted: [] };
}

function addTerm(hop: HopReport, what: string, value: number): void {
  const colon = what.indexOf(':');
  if (colon >= 0) {
    const table = what.startsWith('out') ? hop.parts : hop.dropped;
    const key = what.slice(colon + 1);
    table[key] = (table[key] ?? 0) + value;
    return;
  }
  if (what === 'in') hop.in += value;
  else if (what === 'out') hop.out += value;
  else hop.inFlight += value;
  if (!hop.counted.includes(what)) hop.counted.push(what);
}
