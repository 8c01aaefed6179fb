/**
 * Hostile input at length: mutated, spliced, cut and grammatically odd messages and snapshots
 * through the normaliser. What must hold: no uncaught error, every message in exactly one class,
 * ticks published = ticks implied, every tick readable, a good message taken after every bad one,
 * memory bounded, no frame slower than the bound.
 *
 *   npm run prove -- kucoin-fuzz [--mutations N]     seed: TICKWIRE_SEED
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TICK_BYTES } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import { TickView, describeTick } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import { MessageOutcome, createKucoinNormaliser, createTallies } from '../src/index.ts';
import type { KucoinSink } from '../src/index.ts';
import { SessionText } from '../test/session-text.ts';

const FRAME_MS_MAX = 10;
const GROWTH_MIB_MAX = 16;
const option = process.argv.indexOf('--mutations');
const mutations = option > 0 ? Number(process.argv[option + 1]) : 1_000_000;
const seed = testSeed();
const random = seededRandom(seed);
const below = (limit: number): number => Math.floor(random() * limit);

/** Reads every tick it is given: one that cannot be read ends the proof. */
class ReadingSink implements KucoinSink {
  ticks = 0;
  rejects = 0;
  readonly reasons = new Map<string, number>();
  readonly #entries: NewDirectoryEntry[] = [];
  readonly #tick = new TickView();

  publish(batch: TickBatch): void {
    for (let at = 0; at < batch.count; at++) {
      const tick = this.#tick.wrap(batch.view, at * TICK_BYTES);
      const entry = this.#entries[tick.instrument];
      describeTick(tick, entry && { ...entry, index: tick.instrument });
    }
    this.ticks += batch.count;
  }

  define(entry: NewDirectoryEntry): number | undefined {
    if (this.#entries.length === 8_192) return undefined;
    return this.#entries.push(entry) - 1;
  }

  reject(error: { code: string }): void {
    this.rejects += 1;
    this.reasons.set(error.code, (this.reasons.get(error.code) ?? 0) + 1);
  }
}

const symbols = Array.from({ length: 8 }, (_, at) => `SIM${at}-USDT`);
const text = new SessionText({ symbols, seed });
const symbolList = Buffer.from(text.symbolList());
const sink = new ReadingSink();
const { tallies, value } = createTallies();
const wanted: string[] = [];
const normaliser = createKucoinNormaliser({
  sink,
  tallies,
  symbols: 'all',
  limits: { bufferedMessagesMax: 500 },
  needSnapshot: (symbol) => {
    if (wanted.length < 1_000) wanted.push(symbol);
  },
});
normaliser.onSymbols(symbolList);

/** The machine may have been busy elsewhere: the best of three times, on a normaliser apart. */
function bestTimeMs(bytes: Uint8Array): number {
  const other = createKucoinNormaliser({
    sink: new ReadingSink(),
    tallies: createTallies().tallies,
    symbols: 'all',
  });
  other.onSymbols(symbolList);
  return Math.min(...[1, 2, 3].map(() => timeMs(() => other.onMessage(bytes, recv))));
}

function timeMs(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

const TOKENS = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', 'null', 'true', '-', '0', '-0'],
  ...['1e308', '1e-400', '-1', '9007199254740991', '9007199254740992', '9007199254740993'],
  ...['18446744073709551616', '1234567890123456789', '0.00000000000000000001', 'NaN', '""'],
  ...['"asks"', '"data"', '"changes":{}', '[[]]', '[["1","1","1"]]', '"__proto__":{}', '\u0000'],
].map((token) => Buffer.from(token));
const PONG = '{"id":"17","type":"pong"}';
const corpus: Buffer[] = [];

/** One to four changes: bytes, tokens, cuts, pieces of other messages. */
function mutate(original: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let change = 0; change <= below(4); change++) {
    const at = below(bytes.length + 1);
    const kind = below(6);
    const rest = bytes.subarray(at);
    if (kind === 0 && at < bytes.length) bytes[at] = below(256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), pick(TOKENS), rest]);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(below(9))]);
    else if (kind === 4) bytes = replaceNumber(bytes);
    else if (corpus.length > 0) {
      const other = pick(corpus);
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
    }
  }
  return bytes;
}

function replaceNumber(bytes: Buffer): Buffer {
  const runs = [...bytes.toString('latin1').matchAll(/[\d.]+/g)];
  const run = runs[below(runs.length)];
  if (run === undefined) return bytes;
  const behind = bytes.subarray(run.index + run[0].length);
  return Buffer.concat([bytes.subarray(0, run.index), pick(TOKENS), behind]);
}

/** What is still referred to: the proof's own garbage is not the decoder's memory. */
function retainedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;

function fail(message: string): never {
  console.error(`FAILED with TICKWIRE_SEED=${seed}: ${message}`);
  process.exit(1);
}

const recv = { hi: 402_766_000, lo: 0, monotonicNs: 0 };
let slowestMs = 0;
let goodTaken = 0;
const startMs = performance.now();
let before = 0;
for (let round = 0; round < mutations; round++) {
  // Code and heap have their size by then: what is added later is what would never end.
  if (round === Math.floor(mutations / 5)) before = retainedBytes();
  const good = Buffer.from(round % 50 === 7 ? PONG : text.next(round));
  if (corpus.length < 500) corpus.push(good);
  else corpus[below(500)] = good;
  const bad = mutate(good);
  let tookMs = 0;
  try {
    tookMs = timeMs(() => normaliser.onMessage(bad, recv));
    if (tookMs > FRAME_MS_MAX) tookMs = bestTimeMs(bad);
  } catch (error) {
    fail(`uncaught ${String(error)} for ${bad.toString('base64')}`);
  }
  slowestMs = Math.max(slowestMs, tookMs);
  if (random() < 0.01) continue; // lost on the way: a hole to notice and repair
  const outcome = normaliser.onMessage(good, recv);
  if (outcome === MessageOutcome.Rejected) fail(`a good message was refused: ${good.toString()}`);
  goodTaken += 1;
  const symbol = wanted.shift();
  if (symbol !== undefined) {
    const body = Buffer.from(text.snapshot(symbol));
    if (random() < 0.3) normaliser.onSnapshot(symbol, mutate(body), recv);
    normaliser.onSnapshot(symbol, body, recv);
  }
}
const seconds = (performance.now() - startMs) / 1e3;
const growthMib = (retainedBytes() - before) / 2 ** 20;
const classes = ['accepted', 'control', 'superseded', 'duplicate', 'ignored', 'buffered'];
const ended = [...classes, 'droppedOverflow'].reduce((sum, name) => sum + value(name), 0);
const rejectedMessages = value('received') - ended;
const counted = [...sink.reasons.values()].reduce((sum, count) => sum + count, 0);

console.log(`seed ${seed}: ${mutations} mutations in ${seconds.toFixed(1)} s`);
console.log(`messages ${value('received')}: ${classes.map((n) => `${n} ${value(n)}`).join(', ')}`);
console.log(`refused ${counted}: ${[...sink.reasons].map(([c, n]) => `${c} ${n}`).join(', ')}`);
console.log(`ticks ${sink.ticks}, gaps ${value('gaps')}, snapshots ${value('snapshots')}`);
console.log(`slowest frame ${slowestMs.toFixed(2)} ms, allowed ${FRAME_MS_MAX}`);
console.log(`memory grew by ${growthMib.toFixed(1)} MiB; good messages taken ${goodTaken}`);
if (value('ticksImplied') !== sink.ticks) fail('ticks published differ from ticks implied');
if (rejectedMessages + value('snapshotsRejected') !== counted) fail('a message is in no class');
if (slowestMs > FRAME_MS_MAX) fail('a frame took too long');
if (growthMib > GROWTH_MIB_MAX) fail('memory is not bounded');
console.log('passed');
