// Goal: a repartition moves what its plan says, spread over time, and says what did not move.
// Method: real rings, a fake clock, movers that write a lot, refuse, or know nothing.
import { StreamReason, StreamState } from '@tickwire/core';
import type { PlacedSymbol, Relocation } from '@tickwire/domain-feed';
import { PartitionPlan } from '@tickwire/domain-partition';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { SLOTS, VENDOR, entryOf, setUpRings } from '../test/rings-setup.ts';
import { Repartition } from './repartition.ts';
import type { RepartitionDone } from './repartition.ts';
import { SymbolMover } from './symbol-mover.ts';

const PUBLISHER = 3;
const SYMBOLS = Array.from({ length: 24 }, (_, at) => `S${at}`);
const planFor = (count: number): PartitionPlan =>
  new PartitionPlan(
    SYMBOLS.map((symbol) => ({ symbol, weight: 1 })),
    { count },
  );

/** A gateway of one ring with all symbols, whose books have so many levels. */
function setUp(options: { imageTicks: number; directoryCapacity?: number; tooLarge?: string }) {
  const parts = setUpRings(options);
  const { rings, router } = parts.live(1);
  const placed = new Map<string, PlacedSymbol>();
  for (const symbol of SYMBOLS) {
    router.setHome(symbol, 0);
    const entry = entryOf(symbol);
    placed.set(symbol, { entry, index: router.define(entry) ?? -1, stream: StreamState.Live });
  }
  const relocate = (symbol: string, find: Relocation): boolean => {
    const before = placed.get(symbol) as PlacedSymbol;
    const index = find(before);
    if (index === undefined) return false;
    placed.set(symbol, { ...before, index });
    const batch = new TickBatch(options.imageTicks);
    for (let at = 0; at < options.imageTicks; at++) batch.add(TickKind.Level).instrument = index;
    parts.normalise.in.add(options.imageTicks);
    router.publish(batch, parts.clock.monotonicNs());
    return true;
  };
  const session = {
    relocate,
    imageRefusal: (symbol: string) =>
      symbol === options.tooLarge ? ('BOOK_TOO_LARGE' as const) : undefined,
  };
  const { stats, clock, timers, normalise } = parts;
  const shared = { rings, router, slotCount: SLOTS, stats, timers };
  const mover = new SymbolMover({
    ...{ ...shared, clock, session, vendor: VENDOR, publisher: PUBLISHER, flags: 0 },
  });
  const results: RepartitionDone[] = [];
  const repartition = new Repartition({ ...shared, mover });
  return {
    ...{ ...parts, rings, router, repartition, results },
    run: (count: number) => repartition.run(planFor(count), (done) => results.push(done)),
    isBalanced: () => normalise.in.value === normalise.out.value,
  };
}

describe('a repartition', () => {
  test('takes every symbol where the plan says, over several turns', () => {
    const { repartition, run, timers, results, router, rings, isBalanced, stats } = setUp({
      imageTicks: 20,
    });
    run(4);
    expect(repartition.isRunning).toBe(true);
    const first = rings.published;
    // A sixteenth of a ring a turn, and the move that passes it.
    expect(first).toBeLessThan(SLOTS / 16 + 22);
    for (let turns = 0; repartition.isRunning && turns < 100; turns++) {
      const before = rings.published;
      timers.advance(25);
      expect(rings.published - before).toBeLessThan(SLOTS / 16 + 22);
    }
    const plan = planFor(4);
    expect(SYMBOLS.map((symbol) => router.homeOf(symbol))).toEqual(
      SYMBOLS.map((symbol) => plan.partitionOf(symbol)),
    );
    const moved = SYMBOLS.filter((symbol) => plan.partitionOf(symbol) !== 0).length;
    expect(results).toMatchObject([{ moved, refused: [] }]);
    expect(stats.counter('count/symbolsMoved').value).toBe(moved);
    expect(stats.counter('gauge/partitions').value).toBe(4);
    expect(isBalanced()).toBe(true);
  });

  test('writes MOVED_OUT last in the old ring and MOVED_IN first in the new one', () => {
    const { run, repartition, timers, read, rings } = setUp({ imageTicks: 3 });
    run(3);
    while (repartition.isRunning) timers.advance(25);
    const out = read('acme.0');
    expect(out.every(({ reason }) => reason === StreamReason.MovedOut)).toBe(true);
    expect(out.every(({ publisher }) => publisher === PUBLISHER)).toBe(true);
    for (const name of rings.names.slice(1)) {
      const seen = read(name);
      for (const symbol of new Set(seen.map((tick) => tick.symbol))) {
        const [first, ...rest] = seen.filter((tick) => tick.symbol === symbol);
        expect(first).toMatchObject({
          ...{ kind: TickKind.Stream, reason: StreamReason.MovedIn, publisher: PUBLISHER },
        });
        expect(rest.map(({ kind }) => kind)).toEqual([...new Array(3).fill(TickKind.Level)]);
        expect(out.filter((tick) => tick.symbol === symbol)).toHaveLength(1);
      }
    }
  });

  test('leaves a book that would lap its readers, and one without room, where they are', () => {
    const tooLarge = SYMBOLS.find((symbol) => planFor(2).partitionOf(symbol) === 1) ?? '';
    const { run, repartition, timers, results, router, isBalanced } = setUp({
      ...{ imageTicks: 1, tooLarge },
    });
    run(2);
    while (repartition.isRunning) timers.advance(25);
    expect(results[0]?.refused).toEqual([{ symbol: tooLarge, code: 'BOOK_TOO_LARGE' }]);
    expect(router.homeOf(tooLarge)).toBe(0);
    // Room for the ring itself, 24 symbols, and no more: those of ring 0 do not fit into ring 1.
    const full = setUp({ imageTicks: 1, directoryCapacity: 25 });
    full.rings.use(2);
    for (let at = 0; at < 24; at++) full.rings.all[1]?.sink.define(entryOf(`X${at}`));
    full.run(2);
    while (full.repartition.isRunning) full.timers.advance(25);
    expect(full.results[0]?.moved).toBe(0);
    expect(new Set(full.results[0]?.refused.map(({ code }) => code))).toEqual(
      new Set(['DIRECTORY_FULL']),
    );
    expect(SYMBOLS.every((symbol) => full.router.homeOf(symbol) === 0)).toBe(true);
    expect([isBalanced(), full.isBalanced()]).toEqual([true, true]);
  });

  test('that is stopped leaves the rest where it is, and the next one takes it up', () => {
    const { run, repartition, timers, results, router, isBalanced } = setUp({ imageTicks: 50 });
    run(4);
    timers.advance(25);
    repartition.stop();
    timers.advance(1_000);
    expect([results, timers.pending]).toEqual([[], 0]);
    run(4);
    while (repartition.isRunning) timers.advance(25);
    const plan = planFor(4);
    expect(SYMBOLS.every((symbol) => router.homeOf(symbol) === plan.partitionOf(symbol))).toBe(
      true,
    );
    expect(isBalanced()).toBe(true);
  });

  test('has nothing to do when all is as planned', () => {
    const { run, results, rings } = setUp({ imageTicks: 1 });
    const published = rings.published;
    run(1);
    expect(results).toMatchObject([{ moved: 0, refused: [] }]);
    expect(rings.published).toBe(published);
  });
});
