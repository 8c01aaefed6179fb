// Goal: whatever a slow client loses is counted and told to it, exactly, and never more than its
// bound is kept. Method: random pushes and takes against a record of every item, the account
// checked at each step, the bounds too.
import { COUNTER_FILE_BYTES, CounterTable, collectHops, hopImbalance } from '@tickwire/core';
import { readCounters } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { ClientQueue } from './client-queue.ts';
import { DeliveryHop } from './delivery-hop.ts';
import { SharedBatch } from './shared-batch.ts';
import type { StreamItem } from './shared-batch.ts';

interface Told {
  seq: number;
  type: string;
  data?: { n: number }[];
  count?: number;
  conflated?: number;
  fromSeq?: number;
}

class Harness {
  readonly memory = new ArrayBuffer(COUNTER_FILE_BYTES);
  readonly hop = new DeliveryHop(new CounterTable(this.memory));
  readonly queue: ClientQueue;
  readonly told: Told[] = [];
  pushed = 0;

  constructor(limits: { bytesMax: number; messagesMax: number }) {
    this.queue = new ClientQueue(limits, this.hop);
  }

  push(...keys: (string | undefined)[]): void {
    const items = keys.map((stateKey): StreamItem => {
      this.pushed++;
      return { text: JSON.stringify({ n: this.pushed, pad: 'x'.repeat(40) }), stateKey };
    });
    this.queue.push('a', new SharedBatch('ticks', items));
  }

  take(): boolean {
    const message = this.queue.next();
    if (message === undefined) return false;
    this.hop.leave(message.count);
    this.told.push(JSON.parse(message.head + (message.body?.toString() ?? '')) as Told);
    return true;
  }

  account(): HopReport {
    const { values } = readCounters(new Uint8Array(this.memory));
    return collectHops([values]).get('api.fanout') as HopReport;
  }

  /** Items the client got, and those it was told that it did not get. */
  get received(): number[] {
    return this.told.flatMap(({ data = [] }) => data.map(({ n }) => n));
  }
  get toldLost(): number {
    return this.told.reduce(
      (sum, { type, count, conflated }) => sum + (type === 'lost' ? count : (conflated ?? 0))!,
      0,
    );
  }
}

/** Every message follows the one before, or says which ones are missing before it. */
function expectNoSilentHole(told: readonly Told[]): void {
  let next = 1;
  for (const message of told) {
    expect(message.fromSeq ?? message.seq).toBe(next);
    next = message.seq + 1;
  }
}

describe('the queue of a client', () => {
  test('gives everything in order when the client keeps up', () => {
    const harness = new Harness({ bytesMax: 100_000, messagesMax: 100 });
    harness.push('q', undefined);
    harness.push('q');
    while (harness.take());
    expect(harness.received).toEqual([1, 2, 3]);
    expectNoSilentHole(harness.told);
    expect(harness.account()).toMatchObject({ in: 3, out: 3, inFlight: 0 });
  });

  test('keeps the newest of each state, and events, before it drops anything', () => {
    const harness = new Harness({ bytesMax: 100_000, messagesMax: 8 });
    for (let at = 0; at < 8; at++) harness.push('quote');
    harness.push(undefined);
    while (harness.take());
    expect(harness.received).toEqual([8, 9]);
    expect(harness.account().dropped).toMatchObject({ conflated: 7, overflow: 0 });
    expectNoSilentHole(harness.told);
  });

  test('drops the oldest events and says how many, when there is nothing to conflate', () => {
    const harness = new Harness({ bytesMax: 100_000, messagesMax: 8 });
    for (let at = 0; at < 9; at++) harness.push(undefined);
    while (harness.take());
    expect(harness.received).toEqual([6, 7, 8, 9]);
    expect(harness.told[0]).toMatchObject({ type: 'lost', count: 5, fromSeq: 1, seq: 5 });
    expectNoSilentHole(harness.told);
  });

  test('answers are never dropped; too many that nobody reads make it hopeless', () => {
    const harness = new Harness({ bytesMax: 2_000, messagesMax: 8 });
    harness.queue.note({ type: 'ack', id: 'first' });
    for (let at = 0; at < 100; at++) harness.push(undefined);
    expect(harness.queue.isHopeless).toBe(false);
    for (let at = 0; at < 300; at++) harness.queue.note({ type: 'pong' });
    expect(harness.queue.isHopeless).toBe(true);
    harness.take();
    expect(harness.told[0]).toMatchObject({ type: 'ack', id: 'first', seq: 1 });
  });

  test('holds its account and its bounds at every step of a random walk', () => {
    const random = seededRandom(testSeed());
    const limits = { bytesMax: 8_000, messagesMax: 40 };
    const harness = new Harness(limits);
    for (let step = 0; step < 5_000; step++) {
      const items = 1 + Math.floor(random() * 6);
      const key = (): string | undefined =>
        random() < 0.5 ? undefined : `s${Math.floor(random() * 5)}`;
      if (random() < 0.55) harness.push(...Array.from({ length: items }, key));
      else harness.take();
      const account = harness.account();
      expect(hopImbalance(account)).toBe(0);
      expect(account.inFlight).toBe(harness.queue.itemCount);
      expect(harness.queue.length).toBeLessThanOrEqual(limits.messagesMax);
      expect(harness.queue.bytes).toBeLessThanOrEqual(limits.bytesMax);
    }
    while (harness.take());
    const { received, toldLost, pushed } = harness;
    expect(received.length + toldLost).toBe(pushed);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expectNoSilentHole(harness.told);
  });

  test('a client that goes leaves nothing in flight', () => {
    const harness = new Harness({ bytesMax: 8_000, messagesMax: 40 });
    harness.push(undefined, 'q');
    harness.queue.clear();
    expect(harness.account()).toMatchObject({ in: 2, out: 0, inFlight: 0, dropped: { closed: 2 } });
  });

  test('what a killed process had in flight is dropped by the next one, by name', () => {
    const harness = new Harness({ bytesMax: 8_000, messagesMax: 40 });
    harness.push(undefined, 'q');
    new DeliveryHop(new CounterTable(harness.memory));
    expect(harness.account()).toMatchObject({ in: 2, inFlight: 0, dropped: { killed: 2 } });
    expect(hopImbalance(harness.account())).toBe(0);
  });
});
