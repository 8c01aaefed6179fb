// Goal: of what a replay brings again after a kill, just what was published is left out. Method: a
// real ring with ticks of a life before, batches as the replay makes them.
import { TextForm } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { expect, onTestFinished, test } from 'vitest';
import { KnownTicks } from './known-ticks.ts';

const NAME = 'databento.0';
const SYMBOL = 'ESZ6';
/** The next life counts its instruments anew. */
const NEXT_INDEX = 7;

interface Fact {
  readonly kind: TickKind;
  readonly sequence: number;
  readonly flags?: number;
  readonly publisher?: number;
}

const order = (sequence: number): Fact => ({ kind: TickKind.Order, sequence });
const clear = (sequence: number): Fact => ({ kind: TickKind.Clear, sequence });
const trade = (sequence: number): Fact => ({ kind: TickKind.Trade, sequence });

function put(tick: TickView, { sequence, flags = 0, publisher = 1 }: Fact): void {
  tick.setTsEvent(0, 1_000 + sequence);
  tick.sequence = sequence;
  tick.flags = flags;
  tick.publisher = publisher;
}

/** What the life before has published, read by the next one. */
function knownOf(published: readonly Fact[]): KnownTicks {
  const dir = temporaryDirectory({ name: 'known-ticks', shared: true });
  const ring = createRing({ dir, name: NAME, vendor: 'databento', directoryCapacity: 4 });
  onTestFinished(() => ring.close());
  publish(ring, published);
  const known = new KnownTicks();
  known.readRing({ dir, name: NAME });
  known.name(NEXT_INDEX, SYMBOL);
  return known;
}

function publish(ring: RingProducer, facts: readonly Fact[]): void {
  const channel = ring.directory.get(0);
  if (channel === undefined) throw new Error('no entry 0');
  const index = ring.append({ ...channel, symbol: SYMBOL, textForm: TextForm.Stripped });
  const batch = new TickBatch(facts.length);
  for (const fact of facts) {
    const tick = batch.add(fact.kind);
    tick.instrument = index;
    put(tick, fact);
  }
  ring.publish(batch.bytes, batch.count);
}

/** The facts of a replay that are published again. */
function again(known: KnownTicks, replayed: readonly Fact[]): [number, number][] {
  const batch = new TickBatch(replayed.length);
  for (const fact of replayed) {
    const tick = batch.add(fact.kind);
    tick.instrument = NEXT_INDEX;
    put(tick, fact);
  }
  const rest = known.without(batch);
  return Array.from({ length: rest.count }, (_, at) => {
    const tick = rest.at(at);
    return [tick.kind, tick.sequence];
  });
}

test('an end of a book that was published comes once, as the orders around it', () => {
  const known = knownOf([order(1), clear(2), order(3), order(4)]);
  expect(again(known, [order(1), clear(2), order(3), order(4), clear(5), order(6)])).toEqual([
    [TickKind.Clear, 5],
    [TickKind.Order, 6],
  ]);
});

test('of several ticks at one place, those that are missing come', () => {
  const known = knownOf([order(1), order(2), order(2)]);
  expect(again(known, [order(1), order(2), order(2), order(2), order(3)])).toEqual([
    [TickKind.Order, 2],
    [TickKind.Order, 3],
  ]);
});

test('kinds and publishers are streams of their own', () => {
  const known = knownOf([order(5), trade(2), { ...trade(9), publisher: 2 }]);
  const replayed = [trade(2), trade(3), { ...trade(9), publisher: 2 }, order(5), order(6)];
  expect(again(known, replayed)).toEqual([
    [TickKind.Trade, 3],
    [TickKind.Order, 6],
  ]);
});

test('snapshots are published whole, and say nothing of how far the stream was', () => {
  const snapshot = { ...order(8), flags: TickFlag.Snapshot };
  const known = knownOf([order(3), snapshot]);
  expect(again(known, [order(3), order(4), snapshot])).toEqual([
    [TickKind.Order, 4],
    [TickKind.Order, 8],
  ]);
});

test('a batch with nothing known is the batch itself', () => {
  const known = knownOf([order(3)]);
  const batch = new TickBatch(1);
  const tick = batch.add(TickKind.Order);
  tick.instrument = NEXT_INDEX;
  put(tick, order(4));
  expect(known.without(batch)).toBe(batch);
});
