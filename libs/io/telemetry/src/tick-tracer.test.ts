// Goal: spans of ticks reach a collector with the ids that any process derives, and those that do
// not are counted. Method: the real SDK against a real HTTP server.
import { hostname } from 'node:os';
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startOtlpReceiver } from '../test/otlp-receiver.ts';
import { parseTraceparent, spanIdOf, traceIdOf } from './span-ids.ts';
import { startTracing } from './tick-tracer.ts';
import type { Tracing } from './tick-tracer.ts';

const START = { hi: 0x18a0_0000, lo: 1_000 };
const END = { hi: 0x18a0_0000, lo: 5_000 };

function trade(sequence: number): TickView {
  const tick = new TickView().wrap(new DataView(new ArrayBuffer(64)), 0).begin(TickKind.Trade);
  tick.setTsEvent(START.hi, 7);
  tick.setTsRecv(START.hi, START.lo);
  tick.sequence = sequence;
  return tick;
}

async function start(otlpUrl: string | undefined, memory = new ArrayBuffer(COUNTER_FILE_BYTES)) {
  const stats = new CounterTable(memory);
  const told: string[] = [];
  const tracing: Tracing = await startTracing({
    service: 'gateway-test',
    version: '9.9.9',
    otlpUrl,
    sampleEvery: 16,
    stats,
    onError: (message) => told.push(message),
  });
  onTestFinished(() => tracing.close());
  /** The account of spans, which must balance whatever happened. */
  const account = () => {
    const { values } = stats.snapshot();
    const count = (name: string): number => values.get(name) ?? 0;
    const dropped = Object.fromEntries(
      [...values]
        .filter(([name, value]) => name.startsWith('count/spansDropped.') && value > 0)
        .map(([name, value]) => [name.slice('count/spansDropped.'.length), value]),
    );
    const sum = Object.values(dropped).reduce((total, n) => total + n, 0);
    const made = count('count/spans');
    const sent = count('count/spansSent');
    const inFlight = count('gauge/spansInFlight');
    expect(made).toBe(sent + sum + inFlight);
    return { made, sent, dropped, inFlight };
  };
  return { tracing, account, told };
}

describe('tracing of ticks', () => {
  test('sends spans whose ids are derived, with parents, times and who made them', async () => {
    const receiver = await startOtlpReceiver();
    const { tracing, account } = await start(receiver.url);
    const tick = trade(42);
    const symbol = 'BTC-USDT';
    tracing.span(tick, { stage: 'decode', start: START, end: END, attributes: { symbol } });
    tracing.span(tick, { stage: 'store', parent: 'decode', start: END, end: END });
    const traceparent = tracing.traceparent(tick, 'store');
    tracing.continued(traceparent, { stage: 'api.receive', start: END, end: END });
    await tracing.close();
    const traceId = traceIdOf(tick);
    const spans = receiver.store.get(traceId)?.spans ?? [];
    const ids = Object.fromEntries(spans.map(({ name, spanId }) => [name, spanId]));
    for (const [stage, id] of Object.entries(ids)) {
      expect(id).toBe(spanIdOf(traceId, stage, hostname()));
    }
    expect(parseTraceparent(traceparent)).toEqual({ traceId, spanId: ids.store, sampled: true });
    const parents = Object.fromEntries(spans.map(({ name, parentSpanId }) => [name, parentSpanId]));
    expect(parents).toEqual({ decode: undefined, store: ids.decode, 'api.receive': ids.store });
    const decode = spans.find(({ name }) => name === 'decode');
    const high = BigInt(START.hi) << 32n;
    expect([decode?.startNs, decode?.endNs]).toEqual([`${high + 1_000n}`, `${high + 5_000n}`]);
    expect(decode?.attributes).toEqual({
      ...{ symbol, 'tick.kind': TickKind.Trade, 'tick.sequence': 42 },
      'tick.ts_event': `${high + 7n}`,
    });
    expect(decode?.resource).toMatchObject({
      ...{ 'service.name': 'gateway-test', 'service.version': '9.9.9' },
      ...{ 'process.pid': process.pid, 'host.name': hostname() },
    });
    expect(receiver.requests[0]).toEqual({ path: '/v1/traces', type: 'application/json' });
    expect(account()).toEqual({ made: 3, sent: 3, dropped: {}, inFlight: 0 });
  });

  test('does not go on with what is no traceparent, or is not sampled', async () => {
    const receiver = await startOtlpReceiver();
    const { tracing, account } = await start(receiver.url);
    const span = { stage: 'api.receive', start: START, end: END };
    tracing.continued('nonsense', span);
    tracing.continued(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, span);
    expect(account().made).toBe(0);
  });

  test('a collector that refuses: counted, told once, and the next batch is tried', async () => {
    const receiver = await startOtlpReceiver();
    receiver.status = 400;
    const { tracing, account, told } = await start(receiver.url);
    for (const [round, sequence] of [1, 2].entries()) {
      tracing.span(trade(sequence), { stage: 'decode', start: START, end: END });
      await waitFor(() => account().dropped.refused === round + 1, { what: 'the refusal' });
    }
    expect(told).toHaveLength(1);
    receiver.status = 200;
    tracing.span(trade(3), { stage: 'decode', start: START, end: END });
    await waitFor(() => account().sent === 1, { what: 'the third span' });
    expect(account()).toEqual({ made: 3, sent: 1, dropped: { refused: 2 }, inFlight: 0 });
  });

  test('a collector that does not answer: the queue is full, and the end does not wait', async () => {
    const receiver = await startOtlpReceiver();
    receiver.silent = true;
    const { tracing, account } = await start(receiver.url);
    for (let n = 0; n < 3_000; n++) {
      tracing.span(trade(n), { stage: 'decode', start: START, end: END });
    }
    expect(account()).toMatchObject({ made: 3_000, inFlight: 2_048, dropped: { full: 952 } });
    await tracing.close();
    const { dropped, inFlight, sent } = account();
    expect(inFlight).toBe(0);
    expect(sent).toBe(0);
    expect((dropped.closed ?? 0) + (dropped.refused ?? 0)).toBe(2_048);
  });

  test('spans in flight at a kill are declared by the next life', async () => {
    const receiver = await startOtlpReceiver();
    const memory = new ArrayBuffer(COUNTER_FILE_BYTES);
    const killed = new CounterTable(memory);
    killed.counter('count/spans').set(5);
    killed.counter('count/spansSent').set(2);
    killed.counter('gauge/spansInFlight').set(3);
    const { account } = await start(receiver.url, memory);
    expect(account()).toEqual({ made: 5, sent: 2, dropped: { killed: 3 }, inFlight: 0 });
  });

  test('without a collector nothing is made, and nothing is flagged', async () => {
    const { tracing, account } = await start(undefined);
    expect([tracing.enabled, tracing.sampleEvery]).toEqual([false, 0]);
    tracing.span(trade(1), { stage: 'decode', start: START, end: END });
    expect(account().made).toBe(0);
  });
});
