// Goal: each bar goes out once and in order, with the trace context of the bus when that comes in
// time, without it when it does not. Method: the two ticks of a bar and its message on the bus, in
// every order, on a clock of the test.
import { ABSENT, AssetClass, SUPERSEDES_NONE, TICK_BYTES, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { silentTracer } from '@tickwire/io-service';
import { createHostClock } from '@tickwire/ipc-shm';
import { TickBatch, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { BarFeed } from './bar-feed.ts';
import { StreamHub } from './stream-hub.ts';

const RING_ID = '00000000000000aa';
const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const entry: DirectoryEntry = {
  ...{ index: 1, vendor: 'test', venue: 'TEST', symbol: 'AAA-USD', canonicalSymbol: '' },
  ...{ currency: 'USD', assetClass: AssetClass.Spot, textForm: TextForm.Stripped },
  ...{ priceExp: -2, sizeExp: -3, markExp: 0, supersedes: SUPERSEDES_NONE },
  ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
};

class Harness {
  nowMs = 0;
  isBusOpen = true;
  readonly given: Record<string, unknown>[] = [];
  /** Bars that lie in the ring and were not read yet. */
  readonly unread: number[] = [];
  readonly feed: BarFeed;

  constructor() {
    const hub = new StreamHub(() => this.nowMs);
    hub.subscribe(
      { type: 'subscribe', id: 'a', channel: 'bars' },
      {
        receive: ({ items }) =>
          this.given.push(...items.map(({ text }) => JSON.parse(text) as Record<string, unknown>)),
        receiveLoss: () => undefined,
      },
    );
    this.feed = new BarFeed({
      ...{ hub, nowMs: () => this.nowMs, isBusOpen: () => this.isBusOpen },
      ...{ tracer: silentTracer, clock: createHostClock() },
      readRings: () => this.readRing(),
    });
  }

  readRing(): void {
    for (const position of this.unread.splice(0)) {
      const batch = new TickBatch(2);
      const prices = batch.add(TickKind.BarPrice);
      prices.instrument = 1;
      prices.setTsEvent(0, 1_000);
      Object.assign(prices, { open: 100, high: 300, low: 50, close: 200 });
      const volume = batch.add(TickKind.BarVolume);
      volume.instrument = 1;
      Object.assign(volume, { volume: 5_000, turnover: 1, trades: 2 });
      const view = new TickView();
      for (const at of [0, 1]) {
        const place = { ringId: RING_ID, position: position + at, entry };
        this.feed.takeTick(view.wrap(batch.view, at * TICK_BYTES), place);
      }
    }
  }

  fromBus(position: number, traceparent?: string): void {
    const bar = {
      ...{ ringId: RING_ID, position, vendor: 'test', venue: 'TEST', symbol: 'AAA-USD' },
      ...{ intervalMs: 1_000, startNs: '1000', open: '1', high: '3', low: '0.5', close: '2' },
      ...{ volume: '5', turnover: '1', trades: 2, coverage: 1, revision: 0, flags: [] },
    };
    this.feed.takeMessage(Buffer.from(JSON.stringify(bar)), traceparent);
  }

  get positions(): unknown[] {
    return this.given.map(({ position, traceparent }) =>
      traceparent === undefined ? position : `${String(position)} traced`,
    );
  }
}

describe('the feed of bars', () => {
  test('a bar goes out with the context of its copy on the bus', () => {
    const harness = new Harness();
    harness.unread.push(0);
    harness.fromBus(0, TRACEPARENT); // before we looked at the ring
    expect(harness.positions).toEqual(['0 traced']);
    expect(harness.given[0]).toMatchObject({ traceparent: TRACEPARENT, close: '2' });
  });

  test('waits a moment for the bus, then goes without; the late copy is not given again', () => {
    const harness = new Harness();
    harness.unread.push(0);
    harness.readRing();
    harness.feed.tick();
    expect(harness.positions).toEqual([]);
    harness.nowMs = 300;
    harness.feed.tick();
    harness.fromBus(0, TRACEPARENT);
    expect(harness.positions).toEqual([0]);
    expect(harness.given[0]).toMatchObject({ open: '1', high: '3', low: '0.5', close: '2' });
  });

  test('does not wait for a bus that is not there', () => {
    const harness = new Harness();
    harness.isBusOpen = false;
    harness.unread.push(0, 2);
    harness.readRing();
    harness.feed.tick();
    expect(harness.positions).toEqual([0, 2]);
  });

  test('keeps the order when the bus lost one, and gives a bar that came twice once', () => {
    const harness = new Harness();
    harness.unread.push(0, 2, 4);
    harness.fromBus(2, TRACEPARENT);
    harness.fromBus(2, TRACEPARENT);
    harness.fromBus(4, TRACEPARENT);
    expect(harness.positions).toEqual([0, '2 traced', '4 traced']);
  });

  test('leaves alone what is no bar and a context that is none', () => {
    const harness = new Harness();
    harness.feed.takeMessage(Buffer.from('{"symbol":1}'), undefined);
    harness.feed.takeMessage(Buffer.from([0xff, 0x00]), undefined);
    harness.fromBus(0, 'not-a-context');
    expect(harness.positions).toEqual([0]);
  });
});
