// Bytes of KuCoin messages to ticks: ns a message, one core, no ring and no socket. Messages are
// rendered beforehand: each is distinct, 500 instruments interleaved, in the mix of a busy session
// (level 2 : ticker : match = 8 : 1 : 1). Floors in the same run: a loop that only reads every
// byte (the least any decoder must do), and JSON.parse (what most clients do before any work).
//
//   node libs/venue/kucoin/bench/kucoin-decode.bench.ts [messages]
import { cpus } from 'node:os';
import type { NewDirectoryEntry } from '@tickwire/core';
import { TickFlag } from '@tickwire/wire-tick';
import type { TickBatch } from '@tickwire/wire-tick';
import { createKucoinNormaliser, mapTallies } from '../src/index.ts';
import type { KucoinSink } from '../src/index.ts';
import { SessionText } from '../test/session-text.ts';

const ROUNDS = 5;
const wanted = Number(process.argv[2] ?? 1_000_000);
const symbols = Array.from({ length: 500 }, (_, at) => `SIM${at}-USDT`);
const text = new SessionText({ symbols, seed: 1 });
const snapshots = symbols.map((symbol) => Buffer.from(text.snapshot(symbol)));
const frames: Uint8Array[] = [];
let total = 0;
for (let at = 0; at < wanted; at++) {
  const frame = Buffer.from(text.next(at));
  total += frame.length;
  frames.push(frame);
}

/** As the application counts: a cell of an array. */
class Cell {
  readonly #cells = new Float64Array(1);
  add(n: number): void {
    this.#cells[0] = (this.#cells[0] as number) + n;
  }
  set(value: number): void {
    this.#cells[0] = value;
  }
  get value(): number {
    return this.#cells[0] as number;
  }
}

/** Takes the bytes as a ring does: one copy. */
class CopyingSink implements KucoinSink {
  tickCount = 0;
  readonly #ring = Buffer.alloc(64 * 65_536);
  #source: Buffer = Buffer.alloc(0);
  #bytes: Uint8Array | undefined;
  #entries = 0;

  publish(batch: TickBatch): void {
    if (batch.bytes !== this.#bytes) {
      this.#bytes = batch.bytes;
      this.#source = Buffer.from(batch.bytes.buffer);
    }
    this.#source.copy(this.#ring, (this.tickCount & 0x7fff) * 64, 0, batch.count * 64);
    this.tickCount += batch.count;
  }

  define(entry: NewDirectoryEntry): number {
    return entry.symbol === '' ? -1 : this.#entries++;
  }
}

/** CPU time of this thread's work, not the wall's: the machine may be shared. */
function cpuNs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) * 1e3;
}

function decodeAll(): { ns: number; ticks: number } {
  const sink = new CopyingSink();
  const accepted = new Cell();
  const tallies = mapTallies((name) => (name === 'accepted' ? accepted : new Cell()));
  const flags = TickFlag.Simulated;
  const normaliser = createKucoinNormaliser({ sink, tallies, symbols: 'all', flags });
  normaliser.onSymbols(Buffer.from(text.symbolList()));
  const recv = { hi: 400_000_000, lo: 0, monotonicNs: 0 };
  snapshots.forEach((body, at) => normaliser.onSnapshot(symbols[at] ?? '', body, recv));
  const before = sink.tickCount;
  const ns = cpuNs(() => {
    for (let at = 0; at < frames.length; at++) normaliser.onMessage(frames[at] as Uint8Array, recv);
  });
  if (accepted.value !== frames.length) throw new Error(`accepted ${accepted.value}`);
  return { ns, ticks: sink.tickCount - before };
}

function sumOf(frame: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < frame.length; at++) sum += frame[at] as number;
  return sum;
}

function readAll(): number {
  let sum = 0;
  const ns = cpuNs(() => {
    for (const frame of frames) sum += sumOf(frame);
  });
  if (sum === 0) throw new Error('nothing read');
  return ns;
}

function parseAll(): number {
  const decoder = new TextDecoder();
  let kept = 0;
  const ns = cpuNs(() => {
    for (const frame of frames) if (JSON.parse(decoder.decode(frame)).topic !== '') kept += 1;
  });
  if (kept !== frames.length) throw new Error('not all parsed');
  return ns;
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const line = (what: string, ns: number): string =>
  `${what.padEnd(24)} ${(ns / frames.length).toFixed(0).padStart(6)} ns/message`;
const results = { decode: [] as number[], read: [] as number[], parse: [] as number[] };
let ticks = 0;
for (let round = 0; round < ROUNDS; round++) {
  const decoded = decodeAll();
  ticks = decoded.ticks;
  results.decode.push(decoded.ns);
  results.read.push(readAll());
  results.parse.push(parseAll());
}
const decode = median(results.decode);
const bytesEach = (total / frames.length).toFixed(0);
const ticksEach = (ticks / frames.length).toFixed(2);
console.log(`${cpus()[0]?.model ?? '?'}, node ${process.version}, ${frames.length} messages of`);
console.log(`${bytesEach} bytes and ${ticksEach} ticks; CPU time, median of ${ROUNDS} rounds`);
const rate = ((frames.length / decode) * 1e3).toFixed(2);
console.log(`${line('bytes to ticks', decode)}  = ${rate} M messages/s`);
console.log(line('floor: read the bytes', median(results.read)));
console.log(line('peer: JSON.parse alone', median(results.parse)));
