/**
 * The accounting identity as rows: for each hop `in = out + dropped + inFlight`.
 *
 * `in` and `out` are each counted by their own process. A term that nobody counted stays `null`:
 * it is never taken from the others. A hop without a queue declares no `inFlight`, and holds
 * nothing then; if that were wrong, the row would not balance.
 */
import { collectHops, hopImbalance } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';

/** Above 2^53 a number would lie: such counts are texts. */
export type Count = number | string;

export interface HopRow {
  readonly name: string;
  readonly unit: string;
  readonly in: Count | null;
  readonly out: Count | null;
  /** Parts of `out`, for information. */
  readonly parts: Readonly<Record<string, Count>>;
  readonly dropped: Readonly<Record<string, Count>>;
  readonly inFlight: Count | null;
  readonly balanced: boolean;
}

/** What the plan expects to be counted. */
export interface ExpectedHops {
  readonly vendors: readonly { readonly name: string; readonly rings: readonly string[] }[];
  /** With real vendors nobody counts what they sent. */
  readonly live: boolean;
}

const BAR_RING = 'bars.0';

/** Names of the hops in the order of the data. */
export function expectedHopNames(expected: ExpectedHops): string[] {
  const { vendors, live } = expected;
  const rings = vendors.flatMap((vendor) => vendor.rings);
  return [
    ...vendors.flatMap(({ name }) => [
      ...(live ? [] : [`${name}.wire`]),
      `${name}.parse`,
      `${name}.normalise`,
    ]),
    ...rings.flatMap((ring) => [`ring.${ring}.aggregator`, `aggregate.${ring}`]),
    'bars',
    'bus.bars',
    ...persistenceHops(BAR_RING),
    ...rings.flatMap(persistenceHops),
  ];
}

/**
 * Rows of all hops: the expected ones in order, also when nothing counted them, then any others.
 * @param tables - The counters of each process.
 */
export function hopRows(
  tables: Iterable<ReadonlyMap<string, number>>,
  expected: readonly string[],
): HopRow[] {
  const found = collectHops(tables);
  const others = [...found.keys()].filter((name) => !expected.includes(name)).sort();
  return [...expected, ...others].map((name) => rowOf(name, found.get(name)));
}

/** `kucoin.parse is out of balance by 3 (in 10, out 7, dropped 0, in flight 0)`. */
export function imbalanceSentence(row: HopRow): string {
  if (row.in === null || row.out === null) {
    const missing = row.in === null ? 'in' : 'out';
    return `${row.name} cannot be checked: nobody counted its ${missing}`;
  }
  const dropped = sumOf(row.dropped);
  const rest = Number(row.in) - Number(row.out) - dropped - Number(row.inFlight ?? 0);
  return (
    `${row.name} is out of balance by ${rest} (in ${row.in}, out ${row.out}, ` +
    `dropped ${dropped}, in flight ${row.inFlight ?? 0})`
  );
}

export function droppedOf(row: HopRow): number {
  return sumOf(row.dropped);
}

function rowOf(name: string, hop: HopReport | undefined): HopRow {
  if (hop === undefined) {
    return {
      name,
      unit: unitOf(name),
      in: null,
      out: null,
      parts: {},
      dropped: {},
      inFlight: null,
      balanced: false,
    };
  }
  const isCounted = (term: string): boolean => hop.counted.includes(term);
  return {
    name,
    unit: hop.unit,
    in: isCounted('in') ? exact(hop.in) : null,
    out: isCounted('out') ? exact(hop.out) : null,
    parts: exactAll(hop.parts),
    dropped: exactAll(hop.dropped),
    inFlight: exact(hop.inFlight),
    balanced: isCounted('in') && isCounted('out') && hopImbalance(hop) === 0,
  };
}

/** The unit of a hop that nobody counted, by its place in the chain. */
function unitOf(name: string): string {
  if (name.endsWith('.wire') || name.endsWith('.parse') || name === 'bus.bars') return 'message';
  return name === 'bars' ? 'bar' : 'tick';
}

function persistenceHops(ring: string): string[] {
  return [`ring.${ring}.persistence`, `journal.${ring}`, `store.${ring}`];
}

function exact(count: number): Count {
  return Number.isSafeInteger(count) ? count : BigInt(Math.round(count)).toString();
}

function exactAll(counts: Readonly<Record<string, number>>): Record<string, Count> {
  return Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, exact(n)]));
}

function sumOf(counts: Readonly<Record<string, Count>>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + Number(n), 0);
}
