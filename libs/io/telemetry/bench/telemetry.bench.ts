/**
 * What telemetry costs a process, each figure by itself: a span from the stamps to the SDK's queue,
 * the export of a batch, a scrape of a full table of counters, and what loading the SDK takes in
 * time and memory (in processes of their own, PSS after a collection).
 *
 *   npm run bench -- telemetry
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { COUNTER_FILE_BYTES, CounterTable, HopCounters, recordLatency } from '@tickwire/core';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { startOperations } from '../src/index.ts';

const SPANS = 2_000;
const BATCHES = 8;
const SCRAPES = 200;
const SCRAPE_GAP_MS = 210;
const SCRAPES_TIMED = 20;
const START_ROUNDS = 5;

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** Counters by the number; histograms with values in every other bucket. */
function filledTable({ counters, stages }: { counters: number; stages: number }): CounterTable {
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const hop = new HopCounters(stats, 'kucoin.parse', 'message');
  for (const counter of [hop.in, hop.out, hop.inFlight, hop.dropped('overflow')]) counter.add(7);
  for (let n = 0; n < counters; n++) stats.counter(`count/bench.counter${n}`).add(n);
  for (let stage = 0; stage < stages; stage++) {
    const cells = stats.histogram(`latency/stage${stage}`);
    for (let ns = 100; ns < 1e10; ns *= 1.7) recordLatency(cells, ns);
  }
  return stats;
}

function trade(sequence: number): TickView {
  const tick = new TickView().wrap(new DataView(new ArrayBuffer(64)), 0).begin(TickKind.Trade);
  tick.sequence = sequence;
  return tick;
}

async function measureSpans(port: number, stats: CounterTable): Promise<void> {
  const { tracer, close } = await startOperations({
    ...{ service: 'bench', host: '127.0.0.1', port: 0, otlpUrl: `http://127.0.0.1:${port}` },
    ...{ traceSampleEvery: 1, stats, log: { warn: () => undefined } },
    health: () => ({ phase: 'running', ok: true, reason: '' }),
  });
  const spanUs: number[] = [];
  const exportUs: number[] = [];
  const stamp = { hi: 0x18a0_0000, lo: 5 };
  for (let batch = 0; batch < BATCHES; batch++) {
    const ticks = Array.from({ length: SPANS }, (_, n) => trade(batch * SPANS + n));
    const before = cpuMs();
    for (const tick of ticks) tracer.span(tick, { stage: 'decode', start: stamp, end: stamp });
    const made = cpuMs();
    while ((stats.snapshot().values.get('gauge/spansInFlight') ?? 0) > 0) await pause(50);
    spanUs.push(((made - before) * 1e3) / SPANS);
    exportUs.push(((cpuMs() - made) * 1e3) / SPANS);
  }
  await close();
  console.log(`span, ids included       ${median(spanUs).toFixed(1)} µs CPU`);
  console.log(`its export               ${median(exportUs).toFixed(1)} µs CPU, in batches of 512`);
}

/** A scrape as Prometheus does it: the event loop of the service is busy so long. */
async function measureScrapes(name: string, stats: CounterTable): Promise<void> {
  const { url, close } = await startOperations({
    ...{ service: 'bench', host: '127.0.0.1', port: 0, otlpUrl: undefined },
    ...{ traceSampleEvery: 0, stats, log: { warn: () => undefined } },
    health: () => ({ phase: 'running', ok: true, reason: '' }),
  });
  const scrape = async (): Promise<number> =>
    (await (await fetch(`${url}/metrics`)).arrayBuffer()).byteLength;
  const bytes = await scrape();
  const costs: number[] = [];
  for (let n = 0; n < SCRAPES_TIMED; n++) {
    await pause(SCRAPE_GAP_MS);
    const before = cpuMs();
    await scrape();
    costs.push(cpuMs() - before);
  }
  const before = cpuMs();
  for (let n = 0; n < SCRAPES; n++) await scrape();
  const shared = (cpuMs() - before) / SCRAPES;
  await close();
  const size = `${(bytes / 1024).toFixed(0)} KiB`;
  console.log(`${name.padEnd(24)} ${median(costs).toFixed(1)} ms CPU, client included, ${size}`);
  console.log(`  in a flood of them     ${shared.toFixed(2)} ms CPU each`);
}

/** Start of the operations in a fresh process: ms, and PSS in MiB. */
function startCost(otlpUrl: string): { ms: number; mib: number } {
  const script = fileURLToPath(new URL('start-cost.ts', import.meta.url));
  const rounds = Array.from({ length: START_ROUNDS }, () => {
    const { stdout } = spawnSync(process.execPath, ['--expose-gc', script, otlpUrl], {
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as { ms: number; mib: number };
  });
  return { ms: median(rounds.map(({ ms }) => ms)), mib: median(rounds.map(({ mib }) => mib)) };
}

const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const { port } = collector.address() as AddressInfo;
await measureSpans(port, new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES)));
collector.closeAllConnections();
collector.close();
await measureScrapes('scrape of a gateway', filledTable({ counters: 90, stages: 2 }));
await measureScrapes('scrape of a full table', filledTable({ counters: 400, stages: 25 }));
for (const [name, url] of [
  ['start without traces', ''],
  ['start with traces', 'http://127.0.0.1:9'],
] as const) {
  const { ms, mib } = startCost(url);
  console.log(`${name.padEnd(24)} ${ms.toFixed(0)} ms, ${mib.toFixed(1)} MiB of PSS`);
}
