// Goal: what a killed gateway had in its hands is declared, to the message and the tick. Method:
// counters and a ring as a kill leaves them, between any two stores.
import {
  COUNTER_FILE_BYTES,
  CounterTable,
  HopCounters,
  collectHops,
  hopImbalance,
} from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { createHostClock } from '@tickwire/ipc-shm';
import { temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { declareKilledWork } from './killed-work.ts';
import { takeoverTick } from './takeover-tick.ts';

const VENDOR = 'acme';

function setUp() {
  const dir = temporaryDirectory({ name: 'killed-work', shared: true });
  const clock = createHostClock();
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  let ring: RingProducer | undefined;
  onTestFinished(() => ring?.close());
  return {
    stats,
    wire: new HopCounters(stats, 'acme.wire', 'message'),
    parse: new HopCounters(stats, 'acme.parse', 'message'),
    normalise: new HopCounters(stats, 'acme.normalise', 'tick'),
    /** A life of the gateway: the ring of the one before, or a new one. */
    live(): { ring: RingProducer; killed: { messages: number; ticks: number } } {
      const options = { dir, name: 'acme.0', vendor: VENDOR, slotCount: 1024, clock };
      ring = createRing({ ...options, takeoverTick: () => takeoverTick(clock, 0) });
      return { ring, killed: declareKilledWork({ stats, vendor: VENDOR, rings: [ring] }) };
    },
    imbalances: () =>
      [...collectHops([stats.snapshot().values]).values()]
        .filter(({ name }) => name !== 'acme.wire')
        .map(hopImbalance),
  };
}

function ticks(count: number): TickBatch {
  const batch = new TickBatch(count);
  for (let at = 0; at < count; at++) batch.add(TickKind.Trade);
  return batch;
}

describe('work of a killed gateway', () => {
  test('a message read and not counted by the parser is declared', () => {
    const { wire, parse, live, imbalances } = setUp();
    live().ring.abandon();
    wire.out.set(10);
    parse.in.set(9);
    parse.out.set(9);
    expect(live().killed).toEqual({ messages: 1, ticks: 0 });
    expect(parse.dropped('killed').value).toBe(1);
    expect(imbalances()).toEqual([0, 0]);
  });

  test('messages that waited for a snapshot are declared, and wait no more', () => {
    const { wire, parse, live, imbalances } = setUp();
    live().ring.abandon();
    for (const counter of [wire.out, parse.in]) counter.set(10);
    parse.out.set(6);
    parse.inFlight.set(4);
    expect(live().killed).toEqual({ messages: 4, ticks: 0 });
    expect(imbalances()).toEqual([0, 0]);
  });

  test('ticks counted as published that the ring does not have are declared', () => {
    const { normalise, live, imbalances } = setUp();
    const { ring } = live();
    ring.publish(ticks(5).bytes, 5);
    // Killed between the count of the second batch and its publication.
    for (const counter of [normalise.in, normalise.out]) counter.set(8);
    ring.abandon();
    expect(live().killed).toEqual({ messages: 0, ticks: 3 });
    expect(normalise.out.value).toBe(5);
    expect(imbalances()).toEqual([0, 0]);
  });

  test('counts of rings before, and ticks of takeovers, are told apart', () => {
    const { normalise, live } = setUp();
    const first = live().ring;
    first.publish(ticks(5).bytes, 5);
    for (const counter of [normalise.in, normalise.out]) counter.add(5);
    first.close(); // in order: the next life makes a new ring
    const second = live().ring;
    second.publish(ticks(7).bytes, 7);
    for (const counter of [normalise.in, normalise.out]) counter.add(7);
    second.abandon();
    for (let lives = 0; lives < 3; lives++) {
      const { ring, killed } = live();
      expect(killed).toEqual({ messages: 0, ticks: 0 });
      expect(normalise.out.value).toBe(12);
      ring.abandon();
    }
  });
});
