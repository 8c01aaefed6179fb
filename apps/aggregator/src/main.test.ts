// Goal: what is traded in a ring comes out as bars, in the bar ring and on the bus, with every tick
// and bar accounted for, through restarts, kills and an absent bus. Method: the real process, a
// real ring file, both kinds of broker.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ABSENT,
  AssetClass,
  INSTRUMENT_ALL,
  SUPERSEDES_NONE,
  StreamScope,
  StreamState,
  TextForm,
  collectHops,
  hopImbalance,
} from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { connectBus, findNatsServer, startEmbeddedBroker, startNatsServer } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { createRing, openRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import { announceSkip, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import {
  Action,
  BarFlag,
  Side,
  TickBatch,
  TickFlag,
  TickKind,
  TickView,
} from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';

interface BarJson {
  ringId: string;
  position: number;
  symbol: string;
  intervalMs: number;
  startNs: string;
  open: string;
  close: string;
  volume: string;
  turnover: string;
  trades: number;
  coverage: number;
  revision: number;
  flags: string[];
}

/** A minute boundary, long ago: ring time is the ticks' own. */
const EPOCH_MS = 1_767_225_600_000;
const SLOTS = 1_024;

class Feed {
  readonly ring: RingProducer;
  readonly #batch = new TickBatch(256);

  constructor(dir: string, name = 'test.0') {
    this.ring = createRing({ dir, name, vendor: 'test', slotCount: SLOTS, directoryCapacity: 16 });
    for (const symbol of ['A-B', 'C.D']) {
      this.ring.append({
        ...{ vendor: 'test', venue: 'TEST', symbol, canonicalSymbol: '', currency: 'B' },
        ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped },
        ...{ priceExp: -2, sizeExp: -3, markExp: 0, supersedes: SUPERSEDES_NONE },
        ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
      });
    }
    const live = this.#add(TickKind.Stream, INSTRUMENT_ALL, 0);
    live.setFromTs(0xffff_ffff, 0xffff_ffff);
    const state = StreamState.Live;
    live.setStream({ state, previousState: 0, reason: 0, scope: StreamScope.Ring });
    this.publish();
  }

  trade(instrument: number, atMs: number, { price = 100, size = 1_000 } = {}): void {
    const tick = this.#add(TickKind.Trade, instrument, atMs);
    const ns = BigInt(EPOCH_MS + atMs) * 1_000_000n;
    tick.setTsEvent(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
    tick.setSideAction(Side.Bid, Action.Trade);
    tick.flags = TickFlag.Last;
    tick.price = price;
    tick.size = size;
  }

  clock(atMs: number): void {
    this.#add(TickKind.Clock, INSTRUMENT_ALL, atMs);
  }

  publish(): void {
    this.ring.publish(this.#batch.bytes, this.#batch.count);
    this.#batch.clear();
  }

  #add(kind: TickKind, instrument: number, atMs: number): TickView {
    if (this.#batch.room === 0) this.publish();
    const tick = this.#batch.add(kind);
    tick.instrument = instrument;
    const ns = BigInt(EPOCH_MS + atMs) * 1_000_000n;
    tick.setTsRecv(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
    return tick;
  }
}

interface Place {
  dataDir: string;
  ringDir: string;
}

const newPlace = (): Place => ({
  dataDir: temporaryDirectory({ name: 'aggregator' }),
  ringDir: temporaryDirectory({ name: 'aggregator', shared: true }),
});

function startAggregator(place: Place, env: Record<string, string> = {}): TestProcess {
  return startProcess({
    script: 'apps/aggregator/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'aggregator',
      TICKWIRE_RUN_DIR: join(place.dataDir, 'run'),
      TICKWIRE_RING_DIR: place.ringDir,
      TICKWIRE_DATA_DIR: place.dataDir,
      ...env,
    },
  });
}

const counters = (place: Place): Map<string, number> =>
  readStats(statsPath(place.ringDir, 'aggregator')).values;

/** A hop that nobody has begun to count is all zero. */
function hop(place: Place, name: string): HopReport {
  const found = collectHops([counters(place)]).get(name);
  const zero = { in: 0, out: 0, inFlight: 0, parts: {}, dropped: {}, counted: [] };
  return found ?? { name, unit: '', ...zero };
}

async function until(place: Place, what: string, probe: () => boolean): Promise<void> {
  await waitFor(() => existsSync(statsPath(place.ringDir, 'aggregator')) && probe(), { what });
}

/** All bars of the bar ring: [start ms, interval ms, trades, revision, flags, coverage]. */
function barsOf(place: Place): number[][] {
  const ring = openRing({ dir: place.ringDir, name: 'bars.0', from: 'oldest' });
  const bars: number[][] = [];
  const tick = new TickView();
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count; at++) {
      tick.wrap(run.view, at * 64);
      if (tick.kind !== TickKind.BarVolume) continue;
      const startNs = (BigInt(tick.tsEventHi) << 32n) | BigInt(tick.tsEventLo);
      const start = Number(startNs / 1_000_000n) - EPOCH_MS;
      const flags = tick.barFlags & ~BarFlag.TurnoverScaleMask;
      const { intervalMs, trades, revision, coverageE4 } = tick;
      bars.push([start, intervalMs, trades, revision, flags, coverageE4]);
    }
  }
  ring.close();
  return bars;
}

const binary = await findNatsServer();
const brokers: string[] = ['embedded'];
if (binary !== undefined) brokers.push('nats-server');
else {
  const remedy = 'apt-get install nats-server';
  announceSkip('aggregator with nats-server', { missing: 'nats-server', remedy });
}

async function startBroker(kind: string): Promise<{ url: string; stop: () => Promise<void> }> {
  if (kind === 'embedded') {
    const broker = await startEmbeddedBroker();
    return { url: broker.url, stop: () => broker.close() };
  }
  const dataDir = temporaryDirectory({ name: 'nats' });
  const server = await startNatsServer({ binary: binary ?? '', dataDir });
  return { url: server.url, stop: () => server.stop() };
}

describe.each(brokers)('the aggregator with %s', (kind) => {
  test('turns a ring into bars on ring and bus, and accounts for everything', async () => {
    const place = newPlace();
    const broker = await startBroker(kind);
    const bus: Bus = await connectBus({ servers: broker.url, name: 'test' });
    const got: { subject: string; bar: BarJson }[] = [];
    bus.subscribe('bar.>', ({ subject, data }) =>
      got.push({ subject, bar: JSON.parse(new TextDecoder().decode(data)) as BarJson }),
    );
    await bus.flush(5_000);
    const env = { TICKWIRE_NATS_URL: broker.url, TICKWIRE_TIMEFRAMES: '1,60' };
    const aggregator = startAggregator(place, env);
    await aggregator.ready();
    const feed = new Feed(place.ringDir);
    for (let at = 0; at < 3_000; at += 10) {
      feed.trade(1, at, { price: 100 + at });
      if (at % 20 === 0) feed.trade(2, at, { price: 5, size: 1 });
    }
    feed.clock(3_500);
    feed.publish();
    await waitFor(() => got.length === 6, { what: 'six bars of one second' });
    feed.ring.close();
    expect(await aggregator.stop()).toEqual({ code: 0, signal: null });
    await waitFor(() => got.length === 8, { what: 'the two bars that were open' });

    const first = got.find(({ bar }) => bar.symbol === 'A-B' && bar.intervalMs === 1_000);
    expect(first).toEqual({
      subject: 'bar.1s.TEST.A-B',
      bar: {
        ...{ ringId: first?.bar.ringId, position: first?.bar.position },
        ...{ vendor: 'test', venue: 'TEST', symbol: 'A-B', intervalMs: 1_000 },
        startNs: `${EPOCH_MS}000000`,
        ...{ open: '1', high: '10.9', low: '1', close: '10.9', volume: '100' },
        ...{ turnover: '595', trades: 100, coverage: 1, revision: 0, flags: [] },
      },
    });
    expect(got.map(({ subject }) => subject)).toContain('bar.60s.TEST.C=2ED');
    const minute = got.find(({ bar }) => bar.symbol === 'A-B' && bar.intervalMs === 60_000);
    expect(minute?.bar).toMatchObject({ trades: 300, flags: ['partial'], coverage: 0.0583 });
    expect(new Set(got.map(({ bar }) => `${bar.ringId}/${bar.position}`)).size).toBe(8);
    expect(barsOf(place)).toHaveLength(8);

    const trades = 450;
    expect(hop(place, 'ring.test.0.aggregator')).toMatchObject({
      ...{ in: trades + 2, out: trades + 2, inFlight: 0, unit: 'tick' },
    });
    const aggregate = hop(place, 'aggregate.test.0');
    expect(aggregate).toMatchObject({ in: trades + 2, out: trades + 2 });
    expect(aggregate.parts).toEqual({ folded: trades, control: 2, ignored: 0 });
    expect(hop(place, 'bars')).toMatchObject({ in: 8, out: 8, inFlight: 0, unit: 'bar' });
    expect(hop(place, 'bus.bars')).toMatchObject({ in: 8, out: 8, inFlight: 0, unit: 'message' });
    expect(counters(place).get('count/bars.closed')).toBe(8);
    for (const each of collectHops([counters(place)]).values()) {
      expect([each.name, hopImbalance(each)]).toEqual([each.name, 0]);
      expect(Object.values(each.dropped).every((count) => count === 0)).toBe(true);
    }
    const { histograms } = readStats(statsPath(place.ringDir, 'aggregator'));
    const stages = ['latency/bar', 'latency/bus', 'latency/ring'];
    expect([...histograms.keys()].sort()).toEqual(stages);
    await bus.drain(1_000);
    await broker.stop();
  });
});

describe('the aggregator', () => {
  test('writes bars while the bus is away, and sends them when it comes', async () => {
    const place = newPlace();
    const gone = await startEmbeddedBroker();
    await gone.close();
    const env = { TICKWIRE_NATS_URL: gone.url, TICKWIRE_TIMEFRAMES: '1' };
    const aggregator = startAggregator(place, env);
    await aggregator.ready();
    const feed = new Feed(place.ringDir);
    for (let at = 0; at < 10_000; at += 100) feed.trade(1, at);
    feed.publish();
    await until(place, 'bars in the ring', () => hop(place, 'bars').out >= 9);
    await until(place, 'them to wait', () => hop(place, 'bus.bars').inFlight >= 9);
    const back = await startEmbeddedBroker({ port: gone.port });
    await until(place, 'them to be sent', () => hop(place, 'bus.bars').out >= 9);
    feed.ring.close();
    await aggregator.stop();
    expect(hop(place, 'bus.bars')).toMatchObject({ in: 10, out: 10, inFlight: 0 });
    await back.close();
  });

  test('closes bars by its own clock when the ring falls silent, and journals that', async () => {
    const place = newPlace();
    const aggregator = startAggregator(place, { TICKWIRE_TIMEFRAMES: '1' });
    await aggregator.ready();
    const feed = new Feed(place.ringDir);
    feed.trade(1, 400);
    feed.publish();
    await until(place, 'the bar', () => hop(place, 'bars').out === 1);
    expect(barsOf(place)).toEqual([[0, 1_000, 1, 0, BarFlag.ClosedByClock, 4_000]]);
    const path = join(place.dataDir, 'aggregator', 'bar-decisions.ndjson');
    const decisions = readFileSync(path, 'utf8').trim().split('\n');
    expect(decisions).toHaveLength(1);
    expect(JSON.parse(decisions[0] ?? '')).toMatchObject({
      ...{ ring: 'test.0', position: 2, kind: 'closed-by-clock' },
    });
    await aggregator.stop();
    feed.ring.close();
  });

  test('goes on after kill -9: no bar twice, none missed, open bars whole', async () => {
    const place = newPlace();
    const feed = new Feed(place.ringDir);
    const env = { TICKWIRE_TIMEFRAMES: '1,60' };
    let aggregator = startAggregator(place, env);
    await aggregator.ready();
    let at = 0;
    for (let life = 0; life < 3; life++) {
      const upTo = at + 2_500;
      for (; at < upTo; at += 20) feed.trade(1, at);
      feed.publish();
      const ticks = feed.ring.position;
      const name = 'ring.test.0.aggregator';
      await until(place, 'the ticks', () => hop(place, name).out === ticks);
      await aggregator.stop('SIGKILL');
      // Some come while nobody reads.
      for (let more = 0; more < 10; more++, at += 20) feed.trade(1, at);
      feed.publish();
      aggregator = startAggregator(place, env);
      await aggregator.ready();
    }
    feed.clock(at + 2_000);
    feed.publish();
    await until(place, 'the rest', () => {
      return hop(place, 'ring.test.0.aggregator').out === feed.ring.position;
    });
    feed.ring.close();
    await aggregator.stop();
    const bars = barsOf(place).filter(([, , , revision]) => revision === 0);
    const seconds = bars.filter(([, interval]) => interval === 1_000);
    expect(seconds.map(([start]) => start)).toEqual(seconds.map((_, index) => index * 1_000));
    const trades = at / 20;
    expect(seconds.reduce((sum, bar) => sum + (bar[2] ?? 0), 0)).toBe(trades);
    expect(bars.filter(([, interval]) => interval === 60_000)).toEqual([
      [0, 60_000, trades, 0, BarFlag.Partial, Math.floor((at + 2_000) / 6)],
    ]);
    for (const each of collectHops([counters(place)]).values()) {
      expect([each.name, hopImbalance(each)]).toEqual([each.name, 0]);
    }
    expect(hop(place, 'ring.test.0.aggregator').dropped).toMatchObject({ lapped: 0, pad: 0 });
  });

  test('declares exactly what it could not read, in the account and the journal', async () => {
    const place = newPlace();
    const feed = new Feed(place.ringDir);
    const env = { TICKWIRE_TIMEFRAMES: '1' };
    const first = startAggregator(place, env);
    await first.ready();
    await until(place, 'a start', () => hop(place, 'ring.test.0.aggregator').out === 1);
    await first.stop('SIGKILL');
    for (let at = 0; at < 3 * SLOTS; at++) feed.trade(1, at);
    feed.publish();
    const second = startAggregator(place, env);
    await second.ready();
    await until(place, 'the rest', () => hop(place, 'ring.test.0.aggregator').inFlight === 0);
    const account = hop(place, 'ring.test.0.aggregator');
    expect(account.in).toBe(3 * SLOTS + 1);
    expect(account.dropped.lapped).toBeGreaterThanOrEqual(2 * SLOTS);
    expect(hopImbalance(account)).toBe(0);
    const path = join(place.dataDir, 'aggregator', 'bar-decisions.ndjson');
    const lost = readFileSync(path, 'utf8').trim().split('\n').at(-1);
    const { kind, count } = JSON.parse(lost ?? '') as { kind: string; count: number };
    expect({ kind, count }).toEqual({ kind: 'lost', count: account.dropped.lapped });
    // The STREAM tick that said "live" is overwritten: what it said is remembered.
    for (let at = 3 * SLOTS; at < 3 * SLOTS + 2_000; at += 10) feed.trade(1, at);
    feed.publish();
    feed.ring.close();
    await second.stop();
    const bars = barsOf(place);
    const oldest = bars[0] ?? [];
    expect(oldest[5]).toBeLessThan(10_000);
    expect(bars.filter(([start]) => start === 4_000).map((bar) => bar[5])).toEqual([10_000]);
  });

  test('goes over to the next ring of a gateway that was stopped and started again', async () => {
    const place = newPlace();
    const aggregator = startAggregator(place, { TICKWIRE_TIMEFRAMES: '1' });
    await aggregator.ready();
    let feed = new Feed(place.ringDir);
    feed.trade(1, 100);
    feed.publish();
    feed.ring.close();
    const name = 'ring.test.0.aggregator';
    await until(place, 'the first ring', () => hop(place, name).out === 2);
    feed = new Feed(place.ringDir);
    feed.trade(2, 5_100);
    feed.publish();
    await until(place, 'the second ring', () => hop(place, name).out === 4);
    feed.ring.close();
    await aggregator.stop();
    expect(barsOf(place).map(([start]) => start)).toEqual([0, 5_000]);
    expect(hop(place, name)).toMatchObject({ in: 4, out: 4, inFlight: 0 });
  });

  test.each([
    ['TICKWIRE_TIMEFRAMES', '1,x'],
    ['TICKWIRE_GRACE_MS', '-1'],
  ])('refuses %s=%s by name', async (key, value) => {
    const aggregator = startAggregator(newPlace(), { [key]: value });
    expect((await aggregator.ended).code).toBe(2);
    expect(aggregator.stderr).toContain(key);
  });
});
