/**
 * Readers that come late or are lapped, at random moments and under load: each has the right book
 * of every symbol soon, and never takes a wrong one for right. The real gateway, nats-server and
 * the simulated vendor run as processes; the vendor's own book at the sequence is the judge.
 *
 *   npm run prove -- late-readers    TICKWIRE_SEED, TICKWIRE_EVENTS (1,000), TICKWIRE_RATE (3,000)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectHops, hopImbalance } from '@tickwire/core';
import { connectBus, findNatsServer, startNatsServer } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { readStats, statsPath } from '@tickwire/io-service';
import { symbolNames } from '@tickwire/sim-kucoin';
import { seededRandom, startProcess, testSeed, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { compareImage } from './compare-image.ts';
import { LateReader } from './late-reader.ts';
import { Market } from './market.ts';

const SYMBOLS = 20;
const SLOTS = 32_768;
const READERS_AT_ONCE = 40;
const RING = 'kucoin.0';
/** A book that is not right after so long counts as never. */
const RIGHT_WITHIN_MS = 60_000;
const WITHOUT_BUS = 10;

const seed = testSeed();
const events = Number(process.env.TICKWIRE_EVENTS ?? 1_000);
const rate = Number(process.env.TICKWIRE_RATE ?? 3_000);
const random = seededRandom(seed);
const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-prove-'));
const ringDir = mkdtempSync('/dev/shm/tickwire-prove-');
const problems: string[] = [];
const attachMs: number[] = [];
const lapMs: number[] = [];
/** Of each single book. */
const bookMs: number[] = [];
let never = 0;

const binary = await findNatsServer();
if (binary === undefined) throw new Error('nats-server is not installed: this proof needs it');
console.log(`late-readers: TICKWIRE_SEED=${seed}, ${events} attaches and laps, ${SYMBOLS} symbols`);
const nats = await startNatsServer({ binary, dataDir });
const market = new Market({
  ...{ symbols: symbolNames(SYMBOLS), rate, seed, depth: 110, history: 100_000 },
  ...{ tickerIntervalMs: 100, faults: 'drop=0.0001' },
});
const url = await market.url();
const bus = await connectBus({ servers: nats.url, name: 'late-readers' });

let gateway = startGateway();
try {
  await gateway.ready();
  await reader('latest', bus, async (first) => {
    await mustBeRight(first, 'the first reader');
  });
  await attachAndLap();
  await withoutBus();
  await afterKill();
  await settle();
  report();
} finally {
  for (const process of [gateway, market.process]) {
    if (!process.hasEnded) process.child.kill('SIGKILL');
  }
  await bus.drain(0);
  await nats.stop();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}
process.exit(problems.length === 0 ? 0 : 1);

function startGateway(): TestProcess {
  return startProcess({
    script: 'apps/gateway-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-kucoin',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_SYMBOLS: symbolNames(SYMBOLS).join(','),
      TICKWIRE_RING_SLOTS: String(SLOTS),
      TICKWIRE_KUCOIN_REST_URL: url,
      TICKWIRE_NATS_URL: nats.url,
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_LOG_LEVEL: 'error',
    },
  });
}

async function reader(
  from: 'oldest' | 'latest',
  over: Bus | undefined,
  live: (reader: LateReader) => Promise<void>,
): Promise<void> {
  const onRight = (tookMs: number): void => keep(over === undefined ? [] : bookMs, tookMs);
  const place = { dir: ringDir, name: RING, from };
  const made = new LateReader({ ...place, bus: over, random, market, onRight });
  try {
    await live(made);
  } finally {
    made.close();
  }
}

/** Follows until all books are right, and a little longer. The time it took, ms. */
async function mustBeRight(reader: LateReader, what: string): Promise<number | undefined> {
  const startMs = performance.now();
  const { follower } = reader.books;
  const isRight = (): boolean => follower.isRight && follower.states().right === SYMBOLS;
  if (!(await reader.follow(RIGHT_WITHIN_MS, isRight))) {
    never += 1;
    const status = JSON.stringify(reader.books.status());
    if (never <= 5) console.log(`${what}: not right in ${RIGHT_WITHIN_MS} ms: ${status}`);
    return undefined;
  }
  const tookMs = performance.now() - startMs;
  await reader.follow(200 + random() * 1_000);
  return tookMs;
}

/** The thousand: readers come and go, each is lapped once or twice in its life. */
async function attachAndLap(): Promise<void> {
  let begun = 0;
  let told = 0;
  const live = async (): Promise<void> => {
    while (begun < events) {
      begun += 1;
      const from = random() < 0.7 ? 'latest' : 'oldest';
      await reader(from, bus, async (one) => {
        keep(attachMs, await mustBeRight(one, `attach ${begun} at the ${from}`));
        const laps = random() < 0.8 ? 1 : 2;
        for (let lap = 0; lap < laps && begun < events; lap++) {
          begun += 1;
          const { lost } = one;
          await one.beLapped(RIGHT_WITHIN_MS);
          keep(lapMs, await mustBeRight(one, `lap ${begun}`));
          if (one.lost === lost) problems.push('a reader that was to be lapped lost nothing');
        }
      });
      if (begun < told + 100) continue;
      told = begun;
      console.log(`${begun} of ${events} begun`);
    }
  };
  await Promise.all(Array.from({ length: READERS_AT_ONCE }, live));
}

/** Readers that ask nothing are right from the next image that comes by itself. */
async function withoutBus(): Promise<void> {
  const readers = Array.from({ length: WITHOUT_BUS }, () =>
    reader('latest', undefined, async (one) => {
      await mustBeRight(one, 'a reader without a bus');
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  market.disconnect();
  await Promise.all(readers);
}

/** The gateway is killed under its readers, and another one goes on. */
async function afterKill(): Promise<void> {
  await reader('latest', bus, async (one) => {
    await mustBeRight(one, 'before the kill');
    const { losses } = one.books.follower;
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    gateway = startGateway();
    await gateway.ready();
    const isNew = (): boolean => one.books.subscription.reader.epoch === 2;
    await one.follow(RIGHT_WITHIN_MS, isNew);
    await one.follow(100);
    await mustBeRight(one, 'after the kill');
    if (one.books.follower.losses === losses) problems.push('a kill passed unnoticed');
    one.claimAll();
  });
}

function keep(times: number[], tookMs: number | undefined): void {
  if (tookMs !== undefined) times.push(tookMs);
}

/** All claims are judged, the gateway has ended and its accounts are closed. */
async function settle(): Promise<void> {
  market.flush();
  await waitFor(() => market.open === 0, { what: 'the judgement', deadlineMs: 120_000 });
  gateway.child.kill('SIGTERM');
  await gateway.ended;
}

function report(): void {
  const { values } = readStats(statsPath(ringDir, 'gateway-kucoin'));
  const count = (name: string): number => values.get(name) ?? 0;
  const hops = collectHops([values]);
  const control = hops.get('control');
  const { right, wrong, unknown } = market.judged;
  console.log(`time to one right book:           ${timesOf(bookMs)}`);
  console.log(`time to all ${SYMBOLS} right after attach: ${timesOf(attachMs)}`);
  console.log(`time to all ${SYMBOLS} right after a lap:  ${timesOf(lapMs)}`);
  console.log(
    `${count('count/snapshots.written')} images of ${count('count/snapshots.ticks')} ticks for ` +
      `${control?.in ?? 0} requests; ` +
      `${count('count/snapshots.coalesced')} askings joined others; ` +
      `${hops.get('kucoin.normalise')?.out ?? 0} ticks in all, ${count('count/gaps')} gaps`,
  );
  hold(wrong === 0 && right > 0, `${right} books were right, ${wrong} wrong`, market.bad);
  hold(unknown === 0, `${unknown} books of sequences that the vendor does not know`, market.bad);
  hold(never === 0, `${never} readers never had right books`);
  const total = attachMs.length + lapMs.length;
  hold(total === events, `${total} of ${events} attaches and laps came to right books`);
  for (const name of ['kucoin.parse', 'kucoin.normalise', 'control']) {
    const hop = hops.get(name);
    const imbalance = hop === undefined ? Number.NaN : hopImbalance(hop);
    hold(imbalance === 0, `${name} is out of balance by ${imbalance}`);
  }
  const { compared, different } = compareImage({ dir: ringDir, name: RING });
  hold(compared > SYMBOLS && different === 0, `${compared} cells of the image, ${different} wrong`);
  hold(problems.length === 0, 'every lap lost ticks, and the kill was noticed', problems);
}

function hold(holds: boolean, what: string, more: readonly string[] = []): void {
  console.log(`${holds ? 'held' : 'FAILED'}  ${what}`);
  if (holds) return;
  for (const line of more.slice(0, 10)) console.log(`        ${line}`);
  problems.push(what);
}

function timesOf(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms (${times.length})`;
}
