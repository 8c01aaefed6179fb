// Goal: a new writer knows from the rings alone where each symbol was last, and up to what. Method:
// rings as a kill leaves them, before, between and after the two ticks of a move.
import { StreamState } from '@tickwire/core';
import { setMovedIn, setMovedOut } from '@tickwire/domain-partition';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { entryOf, setUpRings } from '../test/rings-setup.ts';
import { readRingMemory } from './ring-resume.ts';

const MOVE = {
  ...{ number: 1, streamState: StreamState.Live },
  other: { ringIdHi: 1, ringIdLo: 2, position: 3 },
};

function setUp() {
  const { dir, live } = setUpRings();
  const { rings } = live(3);
  const indexes = rings.all.map(({ sink }) => sink.define(entryOf('A')) ?? -1);
  let recvLo = 0;
  return {
    write(partition: number, kind: TickKind, fill: (tick: TickView) => void): void {
      const batch = new TickBatch(1);
      const tick = batch.add(kind);
      tick.instrument = indexes[partition] ?? -1;
      tick.setTsRecv(7, (recvLo += 10));
      fill(tick);
      rings.all[partition]?.publish(batch, 0);
    },
    /** What the writer after a kill reads. */
    memory(sequenced?: 'book' | 'all') {
      rings.stop();
      for (const { producer } of rings.all) producer.abandon();
      const producers = live(3).rings.all.map(({ producer }) => producer);
      return readRingMemory(dir, producers, sequenced);
    },
  };
}

const image = (sequence: number) => (tick: TickView) => tick.setFullSequence(0, sequence);
const change = (sequence: number) => (tick: TickView) => {
  tick.sequence = sequence;
};
const out = (tick: TickView): void => setMovedOut(tick, MOVE);
const into = (tick: TickView): void => setMovedIn(tick, MOVE);

describe('what the rings of a killed writer say', () => {
  test('a symbol that never moved', () => {
    const { write, memory } = setUp();
    write(1, TickKind.Clear, image(5));
    write(1, TickKind.Level, change(6));
    const { points, homes } = memory();
    expect(Object.fromEntries(homes)).toEqual({ A: 1 });
    expect(points.get('A')).toEqual({ sequence: 6, recvHi: 7, recvLo: 20 });
  });

  test('killed between the two ticks of a move: it is where it was', () => {
    const { write, memory } = setUp();
    write(2, TickKind.Clear, image(5));
    write(2, TickKind.Stream, out);
    const { points, homes } = memory();
    expect(homes.get('A')).toBe(2);
    expect(points.get('A')?.sequence).toBe(5);
  });

  test('killed after them, before the image: it is in the new ring, its sequence in the old', () => {
    const { write, memory } = setUp();
    write(2, TickKind.Clear, image(5));
    write(2, TickKind.Stream, out);
    write(0, TickKind.Stream, into);
    write(0, TickKind.Trade, change(99));
    const { points, homes } = memory();
    expect(homes.get('A')).toBe(0);
    expect(points.get('A')?.sequence).toBe(5);
  });

  test('moved there and back, with an image of the same sequence each time', () => {
    const { write, memory } = setUp();
    write(0, TickKind.Clear, image(5));
    write(0, TickKind.Stream, out);
    write(1, TickKind.Stream, into);
    write(1, TickKind.Clear, image(5));
    write(1, TickKind.Stream, out);
    write(0, TickKind.Stream, into);
    write(0, TickKind.Clear, image(5));
    const { points, homes } = memory();
    expect(homes.get('A')).toBe(0);
    expect(points.get('A')).toEqual({ sequence: 5, recvHi: 7, recvLo: 70 });
  });

  test('of a vendor that counts all data, trades and quotes tell where it stood', () => {
    const { write, memory } = setUp();
    write(0, TickKind.Trade, change(7));
    write(0, TickKind.Quote, change(8));
    write(0, TickKind.Clock, change(99));
    expect(memory('all').points.get('A')).toEqual({ sequence: 8, recvHi: 7, recvLo: 20 });
  });

  test('of a vendor that counts its books, trades tell nothing', () => {
    const { write, memory } = setUp();
    write(0, TickKind.Trade, change(7));
    expect(memory().points.get('A')).toBeUndefined();
  });
});
