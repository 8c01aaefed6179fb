import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import type { BarCounts } from '@tickwire/domain-bars';
import type { RingId } from '@tickwire/io-rings';

/** Fates of ticks in the builder, and how the hop names them. */
const DROPS = [
  ['tooLate', 'too-late'],
  ['tooManyOpen', 'too-many-open'],
  ['unknownTrade', 'unknown-trade'],
  ['invalid', 'invalid'],
  ['unknownInstrument', 'unknown-instrument'],
] as const;
const PARTS = ['folded', 'control', 'ignored'] as const;
/** Worth counting, though no tick's fate. */
const NOTES = ['partlyMissed', 'notRebuilt', 'eventAhead', 'emptySkipped'] as const;

/**
 * The counters of one source ring: the hops `ring.<ring>.aggregator` and `aggregate.<ring>`, and
 * where this process stands, so that it goes on there after a crash.
 */
export class RingCells {
  readonly #ringIn: Counter;
  readonly #ringOut: Counter;
  readonly #ringInFlight: Counter;
  readonly #lapped: Counter;
  readonly #pad: Counter;
  readonly #unread: Counter;
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #fates: { name: keyof BarCounts; cell: Counter; seen: number; isOut: boolean }[];
  readonly #idHi: Counter;
  readonly #idLo: Counter;
  readonly #start: Counter;
  readonly #next: Counter;
  readonly #before: Counter;
  readonly #fill: Counter;

  constructor(stats: CounterTable, ring: string) {
    const reader = new HopCounters(stats, `ring.${ring}.aggregator`, 'tick');
    this.#ringIn = reader.in;
    this.#ringOut = reader.out;
    this.#ringInFlight = reader.inFlight;
    this.#lapped = reader.dropped('lapped');
    this.#pad = reader.dropped('pad');
    this.#unread = reader.dropped('unread');
    const hop = new HopCounters(stats, `aggregate.${ring}`, 'tick');
    this.#in = hop.in;
    this.#out = hop.out;
    this.#fates = [
      ...PARTS.map((name) => ({ name, cell: hop.part(name), seen: 0, isOut: true })),
      ...DROPS.map(([name, reason]) => ({
        name,
        cell: hop.dropped(reason),
        seen: 0,
        isOut: false,
      })),
      ...NOTES.map((name) => ({
        name,
        cell: stats.counter(`count/bars.${name}`),
        seen: 0,
        isOut: false,
      })),
    ];
    const place = (name: string): Counter => stats.counter(`state/aggregator.${ring}.${name}`);
    this.#idHi = place('ringIdHi');
    this.#idLo = place('ringIdLo');
    this.#start = place('start');
    this.#next = place('next');
    this.#before = place('publishedBefore');
    this.#fill = stats.counter(`gauge/ring.${ring}.aggregator.fillRatio`);
  }

  /** The next position to be counted, when these cells are about this very ring. */
  resumePosition(ringId: RingId): number | undefined {
    return this.#idHi.value === ringId.hi && this.#idLo.value === ringId.lo
      ? this.#next.value
      : undefined;
  }

  /** Begins the account of a ring; that of the one before ends with its tail unread. */
  begin(ringId: RingId, start: number): void {
    this.#unread.add(this.#ringInFlight.value);
    this.#before.set(this.#ringIn.value);
    this.#idHi.set(ringId.hi);
    this.#idLo.set(ringId.lo);
    this.#start.set(start);
    this.#next.set(start);
    this.#ringInFlight.set(0);
  }

  get next(): number {
    return this.#next.value;
  }

  /** Ticks up to `next` are handled: `delivered` of them, `lapped` were overwritten, rest PAD. */
  advance(next: number, counts: { delivered: number; lapped: number; published: number }): void {
    const { delivered, lapped } = counts;
    this.#ringOut.add(delivered);
    this.#lapped.add(lapped);
    this.#pad.add(next - this.#next.value - delivered - lapped);
    this.#next.set(next);
    this.show(counts.published);
    this.#in.add(delivered);
  }

  /** @param slots - Of the ring; known once it is read. */
  show(published: number, slots?: number): void {
    this.#ringIn.set(this.#before.value + published - this.#start.value);
    this.#ringInFlight.set(published - this.#next.value);
    if (slots !== undefined) this.#fill.set((published - this.#next.value) / slots);
  }

  /** What became of the ticks since the last call or `skip`. */
  fold(counts: Readonly<BarCounts>): void {
    for (const fate of this.#fates) {
      const count = counts[fate.name] - fate.seen;
      if (count === 0) continue;
      fate.cell.add(count);
      if (fate.isOut) this.#out.add(count);
      fate.seen = counts[fate.name];
    }
  }

  /** The counts so far are of ticks that were counted in an earlier life. */
  skip(counts: Readonly<BarCounts>): void {
    for (const fate of this.#fates) fate.seen = counts[fate.name];
  }
}
