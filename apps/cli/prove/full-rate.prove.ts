/**
 * 50,000 messages a second for 30 s through the whole system: a simulator in a process of its own
 * renders and sends them at their time whatever becomes of them; gateway, ring, aggregator, store
 * and bus take them all. Nothing is lost at any hop, and the simulator was not held up.
 *
 *   npm run prove -- full-rate    TICKWIRE_RATE, TICKWIRE_SECONDS, TICKWIRE_SYMBOL_COUNT (default
 *                                 100, one connection of KuCoin) and TICKWIRE_SEED are settable
 */
import { setTimeout as delay } from 'node:timers/promises';
import { testSeed } from '@tickwire/testing';
import { startMeasuredRun, tellUse } from './measured-run.ts';

const rate = Number(process.env.TICKWIRE_RATE ?? 50_000);
const seconds = Number(process.env.TICKWIRE_SECONDS ?? 30);
const symbolCount = Number(process.env.TICKWIRE_SYMBOL_COUNT ?? 100);
const seed = testSeed();
const SETTLE_MS = 3_000;
const SENT = 'hop/kucoin.wire/message/in';
/** Of the rate that is measured over a window with two ragged ends. */
const RATE_SHARE_MIN = 0.999;

const symbols = Array.from({ length: symbolCount }, (_, at) => `S${1_000 + at}-USDT`).join(',');
console.log(`full-rate: TICKWIRE_SEED=${seed}, ${rate}/s for ${seconds} s, ${symbolCount} symbols`);
const run = await startMeasuredRun([
  ...['--rate', String(rate), '--symbols', symbols, '--seed', String(seed)],
  ...['--preset', 'max-throughput'],
]);
await delay(SETTLE_MS);
const before = run.processes();
const sentBefore = run.counter('sim-kucoin', SENT);
const leftOutBefore = run.counter('sim-kucoin', 'gauge/sim.leftOutMs');
const startMs = performance.now();
await delay(seconds * 1_000);
const tookSeconds = (performance.now() - startMs) / 1_000;
const perSecond = (run.counter('sim-kucoin', SENT) - sentBefore) / tookSeconds;
const leftOutMs = run.counter('sim-kucoin', 'gauge/sim.leftOutMs') - leftOutBefore;
const after = run.processes();
const { exitCode, report, said } = await run.stop();

console.log(`sent ${Math.round(perSecond)}/s, ${leftOutMs} ms left out`);
tellUse(before, after, tookSeconds);
const problems: string[] = [];
if (perSecond < rate * RATE_SHARE_MIN) problems.push(`only ${perSecond}/s were offered`);
if (leftOutMs > 0) problems.push(`the simulator left out ${leftOutMs} ms of its market`);
if (exitCode !== 0) problems.push(`exit code ${exitCode}: ${said.slice(-800)}`);
for (const hop of report?.hops ?? []) {
  const dropped = Object.values(hop.dropped).reduce<number>((sum, n) => sum + Number(n), 0);
  console.log(
    `${hop.name.padEnd(28)} in ${String(hop.in).padStart(9)}  ` +
      `out ${String(hop.out).padStart(9)}  dropped ${dropped}  in flight ${String(hop.inFlight)}`,
  );
  if (dropped > 0) problems.push(`${hop.name} dropped ${JSON.stringify(hop.dropped)}`);
  if (!hop.balanced) problems.push(`${hop.name} does not balance`);
}
for (const [stage, { p50Ns, p99Ns, p999Ns, maxNs }] of Object.entries(report?.latency ?? {})) {
  const us = (ns: number): string => `${(ns / 1e3).toFixed(1)} µs`;
  console.log(
    `${stage.padEnd(10)} p50 ${us(p50Ns)}  p99 ${us(p99Ns)}  p99.9 ${us(p999Ns)}  max ${us(maxNs)}`,
  );
}
if ((report?.gaps.length ?? 1) > 0) problems.push(`${report?.gaps.length} gaps in the ledger`);
for (const problem of problems) console.log(`PROBLEM ${problem}`);
console.log(problems.length === 0 ? 'nothing lost' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
