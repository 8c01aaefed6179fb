// Goal: the way of a tick through the packet thread is one trace with what readers do with it, by
// ids that are derived from the tick alone. Method: real processes, a real collector; ids, ends and
// order are checked against the bytes of the ring.
import { stampToBigInt } from '@tickwire/core';
import { openRing, publishedAt } from '@tickwire/io-rings';
import { traceIdOf } from '@tickwire/io-telemetry';
import type { StoredSpan, StoredTrace } from '@tickwire/io-telemetry';
import { startCollector, startProcess, waitFor } from '@tickwire/testing';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { expect, test } from 'vitest';
import { environmentOf } from '../test/gateway-environment.ts';
import { accountsOf, setUp, stopInOrder, untilLive } from '../test/gateway-harness.ts';

const SAMPLE_EVERY = 100;

/** Stage → the stage that it follows. */
const PARENTS = [
  ['receive', undefined],
  ['decode', 'receive'],
  ['ring.aggregator', 'decode'],
  ['aggregate', 'ring.aggregator'],
] as const;

test(
  'a traced tick is one trace, from the kernel to its readers',
  { timeout: 60_000 },
  async () => {
    const { url, store } = await startCollector();
    const traced = {
      TICKWIRE_OTLP_URL: url,
      TICKWIRE_TRACE_SAMPLE_EVERY: String(SAMPLE_EVERY),
    };
    const { ringDir, dataDir, gateway } = await setUp({ gateway: traced });
    const env = { ...environmentOf({ ringDir, dataDir, configXml: '' }), ...traced };
    const aggregator = startProcess({
      script: 'apps/aggregator/src/main.ts',
      env: { ...env, TICKWIRE_SERVICE: 'aggregator', TICKWIRE_TIMEFRAMES: '1' },
    });
    await aggregator.ready();
    await untilLive(gateway);
    const wholes = (): StoredTrace[] =>
      store.list(10_000).filter(({ spans }) => spans.some(({ name }) => name === 'aggregate'));
    await waitFor(() => wholes().length >= 20, { what: '20 traces', deadlineMs: 20_000 });
    await stopInOrder(gateway);
    await stopInOrder(aggregator);

    const ticks = sampledTicks(ringDir);
    const traces = store.list(10_000);
    // After an orderly stop every traced tick of the ring has its trace, and there is no other.
    expect(accountsOf(ringDir).values.get('count/cme.tracesNotKept')).toBe(0);
    expect(traces.map(({ traceId }) => traceId).sort()).toEqual([...ticks.keys()].sort());
    expect(wholes().length).toBeGreaterThanOrEqual(20);
    for (const trace of wholes()) expectWhole(trace, ticks.get(trace.traceId));
    for (const trace of traces) {
      const spans = new Map(trace.spans.map((span) => [span.name, span]));
      expect([...spans.keys()]).toEqual(expect.arrayContaining(['receive', 'decode']));
      expect(spans.get('receive')?.resource['process.pid']).toBe(gateway.pid);
    }
  },
);

function expectWhole({ spans }: StoredTrace, tick: TickView | undefined): void {
  if (tick === undefined) throw new Error('a trace of no tick');
  const find = (name: string): StoredSpan => {
    const found = spans.find((span) => span.name === name);
    if (found === undefined) throw new Error(`no span ${name}`);
    return found;
  };
  for (const [name, parent] of PARENTS) {
    const { parentSpanId } = find(name);
    expect([name, parentSpanId]).toEqual([name, parent && find(parent).spanId]);
  }
  const [receive, decode] = [find('receive'), find('decode')];
  const received = stampToBigInt({ hi: tick.tsRecvHi, lo: tick.tsRecvLo });
  expect(BigInt(receive.startNs)).toBe(received);
  expect(decode.startNs).toBe(receive.endNs);
  expect(BigInt(receive.endNs)).toBeGreaterThanOrEqual(received);
  expect(BigInt(decode.endNs)).toBe(stampToBigInt(publishedAt(tick)));
  // Not always greater: the time to publication is rounded to 12 bits in a tick.
  expect(BigInt(decode.endNs)).toBeGreaterThanOrEqual(BigInt(decode.startNs));
  expect(find('ring.aggregator').startNs).toBe(decode.endNs);
}

/** The traced ticks of the ring, by the trace id that their bytes give. */
function sampledTicks(dir: string): Map<string, TickView> {
  const ring = openRing({ dir, name: 'cme.0', from: 'oldest' });
  const ticks = new Map<string, TickView>();
  const tick = new TickView();
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count * 64; at += 64) {
      tick.wrap(run.view, at);
      if ((tick.flags & TickFlag.Sampled) === 0) continue;
      expect([TickKind.Stream, TickKind.Clock]).not.toContain(tick.kind);
      const copy = new DataView(tick.toBytes().buffer);
      ticks.set(traceIdOf(tick), new TickView().wrap(copy, 0));
    }
  }
  ring.close();
  return ticks;
}
