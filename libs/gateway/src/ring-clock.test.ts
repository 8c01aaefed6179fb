// Goal: a ring says what time it is when nothing else is said, and when the wall clock was put
// right. Method: a fake clock with an anchor of the test's own, a sink that keeps what it is given.
import {
  COUNTER_FILE_BYTES,
  CounterTable,
  INSTRUMENT_ALL,
  StreamReason,
  StreamScope,
} from '@tickwire/core';
import { FakeClock } from '@tickwire/testing';
import { TickFlag, TickKind } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RingClock } from './ring-clock.ts';

function setUp(options: { countsSteps?: boolean } = {}) {
  const timers = new FakeClock();
  let anchor = { hi: 1, lo: 1_000_000_000, monotonicNs: 0 };
  const clock = {
    monotonicNs: () => timers.monotonicNs(),
    wallNs: timers.wallNs.bind(timers),
    refresh: () => anchor,
    get anchor() {
      return anchor;
    },
  };
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const [implied, steps] = [stats.counter('implied'), stats.counter('steps')];
  const said: Record<string, number>[] = [];
  const sink = {
    lastPublishNs: 0,
    publish(batch: TickBatch, recvMonotonicNs: number): void {
      this.lastPublishNs = recvMonotonicNs;
      for (let at = 0; at < batch.count; at++) {
        const { kind, instrument, flags, reason, scope } = batch.at(at);
        said.push({ kind, instrument, flags, ...(kind === TickKind.Stream && { reason, scope }) });
      }
    },
  };
  const ringClock = new RingClock({
    ...{ sink, clock, timers, implied, flags: TickFlag.Simulated },
    steps: options.countsSteps === false ? undefined : steps,
  });
  ringClock.start();
  onTestFinished(() => ringClock.stop());
  return {
    ...{ timers, sink, said, implied, steps, ringClock },
    step: (ns: number) => (anchor = { ...anchor, lo: anchor.lo + ns }),
  };
}

const ALL = { instrument: INSTRUMENT_ALL, flags: TickFlag.Simulated };
const CLOCK = { kind: TickKind.Clock, ...ALL };
const STEP = {
  ...{ kind: TickKind.Stream, ...ALL },
  ...{ reason: StreamReason.WallClockStep, scope: StreamScope.Ring },
};

describe('the clock of a ring', () => {
  test('ticks every 100 ms of silence, and counts what it implies', () => {
    const { timers, said, implied } = setUp();
    timers.advance(99);
    expect(said).toEqual([]);
    timers.advance(201);
    expect(said).toEqual([CLOCK, CLOCK, CLOCK]);
    expect(implied.value).toBe(3);
  });

  test('is silent while others publish', () => {
    const { timers, sink, said } = setUp();
    for (let turn = 0; turn < 5; turn++) {
      timers.advance(60);
      sink.lastPublishNs = timers.monotonicNs();
    }
    expect(said).toEqual([]);
  });

  test.each([1_000_001, -1_000_001])('tells a step of %i ns once', (ns) => {
    const { timers, said, steps, step } = setUp();
    step(ns);
    timers.advance(200);
    expect(said).toEqual([STEP, CLOCK, CLOCK]);
    expect(steps.value).toBe(1);
  });

  test('takes up to a millisecond for drift', () => {
    const { timers, said, step } = setUp();
    for (let turn = 0; turn < 3; turn++) {
      step(1_000_000);
      timers.advance(100);
    }
    expect(said).toEqual([CLOCK, CLOCK, CLOCK]);
  });

  test('of another ring of the gateway tells the step and leaves the count to the first', () => {
    const { timers, said, steps, step } = setUp({ countsSteps: false });
    step(5_000_000);
    timers.advance(100);
    expect(said).toEqual([STEP, CLOCK]);
    expect(steps.value).toBe(0);
  });

  test('stopped, says nothing more', () => {
    const { timers, said, ringClock } = setUp();
    ringClock.stop();
    timers.advance(1_000);
    expect([said, timers.pending]).toEqual([[], 0]);
  });
});
