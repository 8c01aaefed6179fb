// Goal: health is told when it changes and only then, the gauges follow every second. Method: a
// session in the states that the test names, a fake clock.
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { FakeClock } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { watchHealth } from './watch-health.ts';

function setUp() {
  const clock = new FakeClock();
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const told: { ok: boolean; reason: string }[] = [];
  const session = { now: ['live', 'live'], looks: 0 };
  const watch = watchHealth(
    { stats, timers: clock, setHealth: (health) => told.push(health) },
    {
      session: { states: () => session.now, streams: () => ({ live: 2, gap: 1 }) },
      connectionStates: ['dialing', 'live', 'waiting'],
      each: () => (session.looks += 1),
    },
  );
  const gauge = (name: string): number => stats.counter(`gauge/${name}`).value;
  return { clock, session, watch, told, gauge };
}

describe('the health of a gateway', () => {
  test('is told at the start, then when it changes', () => {
    const { clock, session, watch, told } = setUp();
    watch.start();
    clock.advance(5_000);
    const well = { ok: true, reason: 'all connections are live' };
    expect(told).toEqual([well]);
    session.now = ['live', 'waiting'];
    clock.advance(5_000);
    session.now = ['waiting', 'waiting'];
    clock.advance(5_000);
    const ill = { ok: false, reason: '1 connections are not live' };
    expect(told).toEqual([well, ill]);
    session.now = ['live', 'live'];
    clock.advance(1_000);
    expect(told).toEqual([well, ill, well]);
  });

  test('is looked at every second until the watch is stopped', () => {
    const { clock, session, watch } = setUp();
    watch.start();
    clock.advance(3_000);
    expect(session.looks).toBe(4);
    watch.stop();
    clock.advance(3_000);
    expect([session.looks, clock.pending]).toEqual([4, 0]);
  });

  test('has its gauges: connections and streams by state, and how many carry data', () => {
    const { clock, session, watch, gauge } = setUp();
    const connections = (): number[] =>
      ['dialing', 'live', 'waiting'].map((state) => gauge(`connections.${state}`));
    watch.start();
    expect([...connections(), gauge('connectionsActive')]).toEqual([0, 2, 0, 2]);
    expect([gauge('streams.live'), gauge('streams.gap'), gauge('streams.stale')]).toEqual([
      2, 1, 0,
    ]);
    session.now = ['live', 'waiting'];
    clock.advance(1_000);
    expect([...connections(), gauge('connectionsActive')]).toEqual([0, 1, 1, 1]);
    watch.stop();
    session.now = ['closed'];
    watch.show();
    expect([...connections(), gauge('connectionsActive')]).toEqual([0, 0, 0, 0]);
  });
});
