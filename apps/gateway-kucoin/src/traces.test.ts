// Goal: the stages of one tick, made in three processes that do not speak of it to each other, are
// one trace; and the bar it led to says so on the bus. Method: real processes, a real collector;
// the ids are checked against the tick's bytes, read from the ring here.
import { stampFromBigInt, stampToBigInt } from '@tickwire/core';
import { connectBus, startEmbeddedBroker } from '@tickwire/io-bus';
import type { BusMessage } from '@tickwire/io-bus';
import { openRing } from '@tickwire/io-rings';
import { parseTraceparent, traceIdOf } from '@tickwire/io-telemetry';
import type { StoredSpan, StoredTrace } from '@tickwire/io-telemetry';
import { startKucoinSimulator } from '@tickwire/sim-kucoin';
import { startCollector, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TelemetryHost } from '../test/telemetry-host.ts';

const SYMBOLS = ['BTC-USDT', 'ETH-USDT'];
const SAMPLE_EVERY = 50;

/** Stage → the stage that it follows. */
const PARENTS: Readonly<Record<string, string | undefined>> = {
  decode: undefined,
  'ring.aggregator': 'decode',
  aggregate: 'ring.aggregator',
  bar: 'aggregate',
  'ring.persistence': 'decode',
  store: 'ring.persistence',
};
const ALWAYS = ['aggregate', 'decode', 'ring.aggregator', 'ring.persistence', 'store'];

interface System {
  readonly host: TelemetryHost;
  readonly processes: Readonly<Record<string, TestProcess>>;
  readonly bars: BusMessage[];
  readonly store: Awaited<ReturnType<typeof startCollector>>['store'];
  stop(): Promise<void>;
}

async function startSystem(): Promise<System> {
  const host = new TelemetryHost();
  const collector = await startCollector();
  const simulator = await startKucoinSimulator({ symbols: SYMBOLS, seed: 11, rate: 600 });
  const broker = await startEmbeddedBroker();
  const bus = await connectBus({ servers: broker.url, name: 'test' });
  onTestFinished(async () => {
    await simulator.close();
    await bus.drain(1_000);
    await broker.close();
  });
  const bars: BusMessage[] = [];
  bus.subscribe('bar.>', (message) => bars.push(message));
  await bus.flush(5_000);
  const traced = {
    TICKWIRE_OTLP_URL: collector.url,
    TICKWIRE_TRACE_SAMPLE_EVERY: String(SAMPLE_EVERY),
  };
  const aggregator = host.start('aggregator', {
    ...traced,
    TICKWIRE_NATS_URL: broker.url,
    TICKWIRE_TIMEFRAMES: '1',
  });
  const persistence = host.start('persistence', { ...traced, TICKWIRE_STORE_FLUSH_MS: '200' });
  await Promise.all([aggregator.ready(), persistence.ready()]);
  const gateway = host.start('gateway-kucoin', {
    ...traced,
    TICKWIRE_SYMBOLS: SYMBOLS.join(','),
    TICKWIRE_KUCOIN_REST_URL: simulator.url,
    TICKWIRE_SIMULATED: '1',
  });
  await gateway.ready();
  const processes = { 'gateway-kucoin': gateway, aggregator, persistence };
  return {
    ...{ host, processes, bars, store: collector.store },
    async stop() {
      for (const one of [gateway, aggregator, persistence]) {
        expect(await one.stop()).toEqual({ code: 0, signal: null });
      }
    },
  };
}

const namesOf = ({ spans }: StoredTrace): string[] => spans.map(({ name }) => name).sort();

const spanOf = (trace: StoredTrace, name: string): StoredSpan => {
  const found = trace.spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name}`);
  return found;
};

/** The traced ticks of the ring, by the trace id that their bytes give. */
function sampledTicks(ringDir: string): Map<string, TickView> {
  const ring = openRing({ dir: ringDir, name: 'kucoin.0', from: 'oldest' });
  const ticks = new Map<string, TickView>();
  const tick = new TickView();
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count * 64; at += 64) {
      tick.wrap(run.view, at);
      if ((tick.flags & TickFlag.Sampled) === 0) continue;
      const copy = run.bytes.slice(at, at + 64);
      ticks.set(traceIdOf(tick), new TickView().wrap(new DataView(copy.buffer), 0));
    }
  }
  ring.close();
  return ticks;
}

function expectWhole(trace: StoredTrace, pids: Readonly<Record<string, number>>): void {
  for (const span of trace.spans) {
    const parent = PARENTS[span.name];
    expect(PARENTS).toHaveProperty([span.name]);
    const parentId = parent === undefined ? undefined : spanOf(trace, parent).spanId;
    expect([span.name, span.parentSpanId]).toEqual([span.name, parentId]);
    expect([span.name, span.resource['process.pid']]).toEqual([span.name, pids[span.service]]);
    expect(BigInt(span.endNs)).toBeGreaterThanOrEqual(BigInt(span.startNs));
  }
  const services = (names: string[]): string[] => names.map((name) => spanOf(trace, name).service);
  expect(services(['decode', 'aggregate', 'store'])).toEqual(Object.keys(pids));
  const decode = spanOf(trace, 'decode');
  for (const reader of ['ring.aggregator', 'ring.persistence']) {
    expect(spanOf(trace, reader).startNs).toBe(decode.endNs);
  }
  expect(spanOf(trace, 'aggregate').startNs).toBe(spanOf(trace, 'ring.aggregator').endNs);
  expect(spanOf(trace, 'store').startNs).toBe(spanOf(trace, 'ring.persistence').endNs);
}

describe('the trace of a tick', () => {
  test('joins gateway, aggregator and persistence, and goes on over the bus', async () => {
    const beganMs = Date.now();
    const system = await startSystem();
    const { store, bars, host } = system;
    const traced = (): BusMessage[] => bars.filter(({ headers }) => headers.has('traceparent'));
    await waitFor(
      () => {
        const whole = store.list(10_000).filter((trace) => namesOf(trace).includes('store'));
        return whole.length >= 20 && traced().length >= 2;
      },
      { what: '20 traces and two bars of traced trades', deadlineMs: 20_000, everyMs: 50 },
    );
    const pids = Object.fromEntries(
      Object.entries(system.processes).map(([service, { pid }]) => [service, pid]),
    );
    await system.stop();
    const endedMs = Date.now();

    const ticks = sampledTicks(host.ringDir);
    const traces = store.list(10_000);
    // After an orderly stop every traced tick of the ring has its trace, and there is no other.
    expect(traces.map(({ traceId }) => traceId).sort()).toEqual([...ticks.keys()].sort());
    for (const trace of traces) {
      expect(namesOf(trace).filter((name) => name !== 'bar')).toEqual(ALWAYS);
      expectWhole(trace, pids);
      const tick = ticks.get(trace.traceId);
      const decode = spanOf(trace, 'decode');
      expect(decode.attributes).toMatchObject({
        ...{ 'tick.kind': tick?.kind, 'tick.sequence': tick?.sequence },
      });
      expect(SYMBOLS).toContain(decode.attributes.symbol);
      expect(decode.startNs).toBe(
        `${stampToBigInt({ hi: tick?.tsRecvHi ?? 0, lo: tick?.tsRecvLo ?? 0 })}`,
      );
      for (const { startNs, endNs } of trace.spans) {
        expect(Number(BigInt(startNs) / 1_000_000n)).toBeGreaterThanOrEqual(beganMs);
        expect(Number(BigInt(endNs) / 1_000_000n)).toBeLessThanOrEqual(endedMs + 1);
      }
    }
    expect([...ticks.values()].every(({ kind }) => kind !== TickKind.Clock)).toBe(true);

    for (const { headers, data } of traced()) {
      const parent = parseTraceparent(headers.get('traceparent') ?? '');
      const trace = store.get(parent?.traceId ?? '');
      if (trace === undefined) throw new Error('the bar names an unknown trace');
      expect(spanOf(trace, 'bar').spanId).toBe(parent?.spanId);
      const bar = JSON.parse(new TextDecoder().decode(data)) as Record<string, string>;
      const tick = ticks.get(trace.traceId);
      expect(tick?.kind).toBe(TickKind.Trade);
      expect(spanOf(trace, 'decode').attributes.symbol).toBe(bar.symbol);
      // The trade is in the very bar that names it.
      const start = stampFromBigInt(BigInt(bar.startNs ?? 0));
      const eventNs = stampToBigInt({ hi: tick?.tsEventHi ?? 0, lo: tick?.tsEventLo ?? 0 });
      const intoBarNs = Number(eventNs - stampToBigInt(start));
      expect(intoBarNs).toBeGreaterThanOrEqual(0);
      expect(intoBarNs).toBeLessThan(1e9);
    }
  });
});
