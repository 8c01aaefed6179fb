/**
 * A million streams of all versions, records and policies, with bytes changed, cut and put in, read
 * in pieces of any size. Of each must hold: everything before the damage is given; the rest is an
 * error with its place, or records that are counted; nothing is thrown that has no code; it ends
 * at once, and what is in use does not grow.
 *
 *   npm run prove -- dbn-mutations     seed: TICKWIRE_SEED
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom, testSeed } from '@tickwire/testing';
import { outcomeOf } from '../test/mutation-check.ts';
import { below, mutated, randomStream } from '../test/random-stream.ts';
import type { RandomStream } from '../test/random-stream.ts';
import { readStream } from '../test/read-stream.ts';

const STREAMS = 1_000_000;
const SOURCES = 5_000;
/** Of memory: so many streams lie between two looks at it. */
const LOOK_EVERY = 50_000;
const SLOWEST_MS_MAX = 100;
const GROWTH_BYTES_MAX = 16 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const seed = testSeed();
const random = seededRandom(seed);
const sources: RandomStream[] = Array.from({ length: SOURCES }, () =>
  randomStream(random, below(random, 6)),
);
const outcomes = new Map<string, number>();
let slowestMs = 0;
/** What was in use after a collection, at each look. */
const heldBytes: number[] = [];
let mistakes = 0;
let records = 0;
let passedOver = 0;

console.log(`seed ${seed}, ${STREAMS.toLocaleString('en')} streams`);
for (let round = 0; round < STREAMS; round += 1) {
  if (round % LOOK_EVERY === 0) heldBytes.push(bytesInUse());
  const source = sources[below(random, SOURCES)]!;
  const isFragment = random() < 0.2;
  const whole = isFragment ? source.bytes.subarray(source.recordsAt) : source.bytes;
  const bytes = mutated(random, whole);
  const cuts = Array.from({ length: below(random, 6) }, () => below(random, bytes.length + 1));
  const begin = process.threadCpuUsage();
  const read = readStream(
    bytes,
    cuts.sort((a, b) => a - b),
    {
      upgrade: random() < 0.5 ? 'asIs' : 'upgradeToV3',
      ...(isFragment ? { fragment: {} } : {}),
    },
  );
  const { user, system } = process.threadCpuUsage(begin);
  slowestMs = Math.max(slowestMs, (user + system) / 1_000);
  const { wrong, what } = outcomeOf(bytes, read);
  outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
  records += read.counts.records;
  passedOver += read.counts.unknown + read.counts.damaged;
  if (wrong === undefined) continue;
  mistakes += 1;
  if (mistakes <= 10) console.log(`       stream ${round}: ${wrong}`);
}
const grownBytes = Math.max(...heldBytes) - heldBytes[0]!;

const counted = [...outcomes].sort(([, a], [, b]) => b - a);
say(mistakes === 0, counted.map(([what, count]) => `${what} ${count}`).join(', '));
say(records > 0 && passedOver > 0, `${records} records given, ${passedOver} passed over, counted`);
say(slowestMs <= SLOWEST_MS_MAX, `the slowest stream took ${slowestMs.toFixed(1)} ms of a core`);
const [held, grown] = [heldBytes[0]!, grownBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1));
say(grownBytes <= GROWTH_BYTES_MAX, `in use ${held} MiB at first, and at most ${grown} MiB more`);

/** Without what is garbage: how far an engine lets that grow is its own affair. */
function bytesInUse(): number {
  // The second one waits for the first: buffers are given back by another thread.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function say(holds: boolean, what: string): void {
  console.log(`${holds ? 'held  ' : 'FAILED'} ${what}`);
  if (!holds) process.exitCode = 1;
}
