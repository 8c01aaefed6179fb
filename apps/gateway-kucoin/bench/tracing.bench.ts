/**
 * What tracing costs the gateway: bytes of messages to ticks in a ring, with sampling off (A) and
 * on (B), in the order A-B-B-A so that a drift of the machine cancels out. Messages of one tick
 * each, the least work there is to a tick; CPU time, exporting to a real HTTP server included.
 * Beside it what a reader pays: one look at the flags of each tick.
 *
 *   npm run bench -- tracing [--every=65536]
 */
import { rmSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { RingSink } from '@tickwire/gateway';
import { createRing, nextSampled } from '@tickwire/io-rings';
import { silentTracer } from '@tickwire/io-service';
import type { TickTracer } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { createHostClock, sharedMemoryRoot } from '@tickwire/ipc-shm';
import { VENDOR, createHopTallies, createKucoinNormaliser } from '@tickwire/venue-kucoin';

const MESSAGES = 250_000;
const PASSES = 4;
const PAIRS = 16;
const SYMBOLS = Array.from({ length: 200 }, (_, at) => `SIM${at}-USDT`);
const EXPORT_PAUSE_MS = 1_500;

const { values } = parseArgs({ options: { every: { type: 'string', default: '65536' } } });
const sampleEvery = Number(values.every);
const clock = createHostClock();
const dir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-tracing-bench-'));
const frames = Array.from({ length: MESSAGES }, (_, at) => Buffer.from(ticker(at)));

function ticker(at: number): string {
  const symbol = SYMBOLS[at % SYMBOLS.length] ?? '';
  const price = (30_000 + (at % 977) / 10).toFixed(1);
  const data = {
    ...{ sequence: String(10_000_000 + at), price, size: '0.0231' },
    ...{ bestAsk: price, bestAskSize: '1.2', bestBid: price, bestBidSize: '0.7' },
    time: Date.now(),
  };
  const topic = `/market/ticker:${symbol}`;
  return JSON.stringify({ type: 'message', topic, subject: 'trade.ticker', data });
}

function symbolList(): Buffer {
  const data = SYMBOLS.map((symbol) => ({
    ...{ symbol, baseCurrency: symbol.split('-')[0], quoteCurrency: 'USDT' },
    ...{ priceIncrement: '0.1', baseIncrement: '0.0001' },
  }));
  return Buffer.from(JSON.stringify({ code: '200000', data }));
}

/** Decodes and publishes all frames; the CPU time of it in ns a message. */
async function publishAll(tracer: TickTracer): Promise<number> {
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const ring = createRing({
    ...{ dir, name: 'bench.0', vendor: VENDOR, clock },
    ...{ slotCount: 65_536, directoryCapacity: 1_024 },
  });
  const sink = new RingSink({ ring, clock, stats, tracer, vendor: VENDOR });
  const before = process.cpuUsage();
  for (let pass = 0; pass < PASSES; pass++) {
    const tallies = createHopTallies(stats);
    const normaliser = createKucoinNormaliser({ sink, tallies, symbols: 'all', flags: 0 });
    normaliser.onSymbols(symbolList());
    const recv = { hi: 0, lo: 0, monotonicNs: 0 };
    for (const frame of frames) {
      recv.monotonicNs = clock.monotonicNs();
      clock.wallNs(recv.monotonicNs, recv);
      normaliser.onMessage(frame, recv);
    }
  }
  const published = ring.position;
  // Spans are sent a second later: their cost belongs to this run, in A as a wait for nothing.
  await pause(EXPORT_PAUSE_MS);
  const used = process.cpuUsage(before);
  ring.close();
  if (published < MESSAGES * PASSES) throw new Error(`only ${published} ticks published`);
  return ((used.user + used.system) * 1e3) / (MESSAGES * PASSES);
}

/** ns that a look at one tick's flags takes, in runs of 256 ticks of which none is sampled. */
function lookNs(): number {
  const run = { view: new DataView(new ArrayBuffer(256 * 64)), count: 256 };
  const rounds = 40_000;
  let found = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) if (nextSampled(run) >= 0) found += 1;
  const used = process.cpuUsage(before);
  if (found > 0) throw new Error('found what is not there');
  return ((used.user + used.system) * 1e3) / (rounds * 256);
}

const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
};

const collector = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const { port } = collector.address() as AddressInfo;
const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
const operations = await startOperations({
  ...{ service: 'bench', host: '127.0.0.1', port: 0, otlpUrl: `http://127.0.0.1:${port}` },
  ...{ traceSampleEvery: sampleEvery, stats, log: { warn: () => undefined } },
  health: () => ({ phase: 'running', ok: true, reason: '' }),
});
try {
  await publishAll(silentTracer); // both paths are compiled before anything is measured
  await publishAll(operations.tracer);
  const off: number[] = [];
  const on: number[] = [];
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const isOnFirst = pair % 2 === 1;
    const first = await publishAll(isOnFirst ? operations.tracer : silentTracer);
    const second = await publishAll(isOnFirst ? silentTracer : operations.tracer);
    const [a, b] = isOnFirst ? [second, first] : [first, second];
    off.push(a);
    on.push(b);
    ratios.push(b / a - 1);
  }
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;
  console.log(`${MESSAGES * PASSES} messages of one tick a run, ${PAIRS} pairs, CPU time, medians`);
  const row = (name: string, ns: number[]): string =>
    `${name.padEnd(24)} ${median(ns).toFixed(0)} ns/message, fastest ${Math.min(...ns).toFixed(0)}`;
  console.log(row('sampling off', off));
  console.log(row(`one tick in ${sampleEvery}`, on));
  const range = `${percent(Math.min(...ratios))} … ${percent(Math.max(...ratios))}`;
  console.log(`cost of sampling         ${percent(median(ratios))}  (pairs ${range})`);
  const fastest = Math.min(...on) / Math.min(...off) - 1;
  console.log(`  of the fastest runs    ${percent(fastest)}  (least disturbed by other processes)`);
  const { values: counts } = stats.snapshot();
  const sent = counts.get('count/spansSent') ?? 0;
  console.log(`spans                    ${counts.get('count/spans') ?? 0} made, ${sent} sent`);
  console.log(`a reader's look          ${lookNs().toFixed(2)} ns/tick`);
} finally {
  await operations.close();
  collector.closeAllConnections();
  collector.close();
  rmSync(dir, { recursive: true, force: true });
}
