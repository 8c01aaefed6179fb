/**
 * What DBN costs: streams of 1,048,576 distinct records of 512 instruments, interleaved; each book
 * holds about a hundred orders.
 *
 * Decoded from memory, every field of every record read; beside it, in the same run and in turns
 * A-B-B-A, a loop in C++ over structs that reads the same fields of the same bytes (both have to
 * fold them to the same word), and the floor, reading every word once. Decoded and made into ticks
 * that are copied into memory of a ring's size, by schema and mixed; the same through the merge of
 * live sessions, and out of a stream of zstd. Orders into books, beside books in C++ of hash tables
 * and ordered maps; both fold what rests at the end. Records read and written field by field. Times
 * are what the thread used of a core; with zstd, what all threads did.
 *
 * Each part is measured in a process of its own: what the engine has compiled for one does not slow
 * the next.
 *
 *   npm run bench -- dbn [--json]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { raiseInliningBudget } from '@tickwire/io-service';
import { CppLoop, timedPasses } from '@tickwire/testing';
import type { Passes } from '@tickwire/testing';
import { DbnDecoder, metadataBytes } from '@tickwire/wire-dbn';
import { BooksPass } from './books-pass.ts';
import { FieldFold, touchWords } from './decode-fields.ts';
import { METADATA, instrumentIds, marketStream } from './market-stream.ts';
import type { StreamKind } from './market-stream.ts';
import { NormalisePass } from './normalise-pass.ts';
import { RecordCopy } from './record-copy.ts';
import { zstdPasses } from './zstd-passes.ts';

// As the gateway does.
raiseInliningBudget();

const RECORDS = 1 << 20;
const INSTRUMENTS = 512;
const PASSES = 7;
/** Passes until the engine has compiled what it will. */
const WARM_UP_PASSES = 4;
const PEERS = join(import.meta.dirname, 'peers');
/** As a file or a socket gives them. */
const PIECE_BYTES = 256 * 1024;

interface Row {
  readonly name: string;
  readonly nsPerRecord: { median: number; min: number; max: number };
  readonly recordsPerSecond: number;
}

const SIZE = { records: RECORDS, instruments: INSTRUMENTS };

/** Decodes bytes that come in pieces. */
function decode(bytes: Uint8Array, fields: FieldFold): number {
  const decoder = new DbnDecoder();
  let fold = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    decoder.push(bytes.subarray(at, at + PIECE_BYTES));
    fold ^= fields.drain(decoder);
  }
  decoder.end();
  if (decoder.counts.records !== RECORDS) throw new Error(`${decoder.counts.records} records`);
  return fold;
}

const timed = (pass: () => number): Passes =>
  timedPasses(pass, { warmUp: WARM_UP_PASSES, passes: PASSES });

function rowOf(name: string, runs: readonly Passes[]): Row {
  const sorted = runs.flatMap(({ ns }) => ns.map((one) => one / RECORDS)).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const nsPerRecord = { median, min: sorted[0]!, max: sorted.at(-1)! };
  return { name, nsPerRecord, recordsPerSecond: Math.round(1e9 / median) };
}

function measureDecoding(): Row[] {
  const stream = marketStream('mixed', SIZE);
  const fields = new FieldFold();
  return [
    rowOf('floor: every word read once', [timed(() => touchWords(stream))]),
    ...besideCpp(stream, {
      ...{ source: 'decode-structs.cpp', peer: 'peer: structs in C++' },
      ...{ name: 'ours: decode, every field', pass: () => decode(stream, fields) },
    }),
  ];
}

/** Ours and a program in C++ over the same records, in turns; both fold them to the same word. */
function besideCpp(
  stream: Uint8Array,
  of: { source: string; peer: string; name: string; pass: () => number },
): Row[] {
  const ours = (): Passes => timed(of.pass);
  const dir = mkdtempSync(join(tmpdir(), 'tickwire-dbn-bench-'));
  try {
    const inputs = [stream.subarray(metadataBytes(METADATA))];
    const loop = CppLoop.build({ dir, source: join(PEERS, of.source), inputs });
    if (typeof loop === 'string') {
      process.stderr.write(`SKIPPED: ${of.source}: ${loop}\n`);
      return [rowOf(of.name, [ours(), ours()])];
    }
    const runs = [ours(), loop.run(PASSES), loop.run(PASSES), ours()] as const;
    const folds = new Set(runs.map(({ fold }) => fold));
    if (folds.size !== 1) throw new Error(`the folds differ: ${[...folds].join(', ')}`);
    return [rowOf(of.peer, [runs[1], runs[2]]), rowOf(of.name, [runs[0], runs[3]])];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Writes all records field by field, into one buffer again and again; reading them is in it. */
function measureEncoding(): Row[] {
  const stream = marketStream('mixed', SIZE);
  const copy = new RecordCopy(new Uint8Array(PIECE_BYTES));
  const encode = (): number => {
    const decoder = new DbnDecoder();
    decoder.push(stream);
    return copy.drain(decoder);
  };
  return [rowOf('ours: encode, every field', [timed(encode)])];
}

/** Records to ticks, by one normaliser, as a gateway does it. */
function measureTicks(name: string, kind: StreamKind, isMerged = false): Row[] {
  const records = marketStream(kind, SIZE);
  const pass = new NormalisePass({ isMerged });
  return [rowOf(name, [timed(() => pass.run(records))])];
}

function measureBooks(): Row[] {
  const records = marketStream('mbo', SIZE);
  const books = new BooksPass(instrumentIds(INSTRUMENTS));
  return besideCpp(records, {
    ...{ source: 'order-books.cpp', peer: 'peer: books in C++' },
    ...{ name: 'books of mbo', pass: () => books.run(records) },
  });
}

async function measureZstd(name: string, take: () => (piece: Uint8Array) => void): Promise<Row[]> {
  const packed = zstdCompressSync(marketStream('mixed', SIZE));
  return [
    rowOf(name, [await zstdPasses(packed, { warmUp: WARM_UP_PASSES, passes: PASSES }, take)]),
  ];
}

function decodePieces(): () => (piece: Uint8Array) => void {
  const fields = new FieldFold();
  return () => {
    const decoder = new DbnDecoder();
    return (piece) => {
      decoder.push(piece);
      fields.drain(decoder);
    };
  };
}

function tickPieces(): () => (piece: Uint8Array) => void {
  const plain = new NormalisePass({ isMerged: false });
  return () => plain.begin();
}

const PARTS: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  decode: measureDecoding,
  encode: measureEncoding,
  mbo: () => measureTicks('ticks of mbo', 'mbo'),
  books: measureBooks,
  'mbp-1': () => measureTicks('ticks of mbp-1', 'mbp-1'),
  trades: () => measureTicks('ticks of trades', 'trades'),
  mixed: () => measureTicks('ticks of mixed', 'mixed'),
  merged: () => measureTicks('ticks of mixed, merged', 'mixed', true),
  zstd: () => measureZstd('floor: zstd alone', () => () => undefined),
  'zstd-decode': () => measureZstd('decode from zstd', decodePieces()),
  'zstd-ticks': () => measureZstd('ticks of mixed from zstd', tickPieces()),
};

/** Measures one part in a process of its own. */
function partOf(part: string): Row[] {
  const args = [import.meta.filename, '--part', part];
  const child = spawnSync(process.execPath, args, {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  });
  if (child.status !== 0) throw new Error(`the part ${part} ended with ${child.status}`);
  return JSON.parse(child.stdout) as Row[];
}

function printAll(isJson: boolean): void {
  const rows = Object.keys(PARTS).flatMap(partOf);
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const machine = `${model} × ${cpus().length}, Node ${process.version}`;
  if (isJson) {
    const what = { bench: 'dbn', machine, records: RECORDS, instruments: INSTRUMENTS };
    process.stdout.write(`${JSON.stringify({ ...what, rows })}\n`);
    return;
  }
  process.stdout.write(`${machine}; ${RECORDS} records of ${INSTRUMENTS} instruments\n`);
  for (const { name, nsPerRecord, recordsPerSecond } of rows) {
    const { median, min, max } = nsPerRecord;
    const figures = [median, min, max].map((ns) => ns.toFixed(1));
    const rate = `${(recordsPerSecond / 1e6).toFixed(2)} M records/s a core`;
    process.stdout.write(
      `${name.padEnd(28)} ${figures[0]} ns a record (${figures[1]} … ${figures[2]}), ${rate}\n`,
    );
  }
}

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, part: { type: 'string' } },
  strict: false,
});
if (typeof options.part === 'string') {
  process.stdout.write(JSON.stringify(await PARTS[options.part]!()));
} else printAll(options.json === true);
