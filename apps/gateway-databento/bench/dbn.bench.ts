/**
 * What DBN costs: streams of 1,048,576 distinct records of 512 instruments, interleaved; each book
 * holds about a hundred orders.
 *
 * Decoded from memory, every field of every record read; beside it, in the same run and in turns
 * A-B-B-A, a loop in C++ over structs that reads the same fields of the same bytes (both have to
 * fold them to the same word), and the floor, reading every word once. Decoded and made into ticks
 * that are copied into memory of a ring's size, by schema and mixed; the same through the merge of
 * live sessions, and out of a stream of zstd. Orders into books. Records read and written field by
 * field. Times are what the thread used of a core; with zstd, what all threads did.
 *
 *   npm run bench -- dbn [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { raiseInliningBudget } from '@tickwire/io-service';
import { CppLoop, timedPasses } from '@tickwire/testing';
import type { Passes } from '@tickwire/testing';
import { DbnDecoder, metadataBytes } from '@tickwire/wire-dbn';
import { FieldFold, touchWords } from './decode-fields.ts';
import { METADATA, marketStream } from './market-stream.ts';
import type { StreamKind } from './market-stream.ts';
import { NormalisePass, booksPass } from './normalise-pass.ts';
import { RecordCopy } from './record-copy.ts';
import { zstdPasses } from './zstd-passes.ts';

// As the gateway does.
raiseInliningBudget();

const RECORDS = 1 << 20;
const INSTRUMENTS = 512;
const PASSES = 7;
/** Passes until the engine has compiled what it will. */
const WARM_UP_PASSES = 4;
const CPP_SOURCE = join(import.meta.dirname, 'peers/decode-structs.cpp');
/** As a file or a socket gives them. */
const PIECE_BYTES = 256 * 1024;

interface Row {
  readonly name: string;
  readonly nsPerRecord: { median: number; min: number; max: number };
  readonly recordsPerSecond: number;
}

const { values: options } = parseArgs({ options: { json: { type: 'boolean' } }, strict: false });
const SIZE = { records: RECORDS, instruments: INSTRUMENTS };
const KINDS: readonly StreamKind[] = ['mbo', 'mbp-1', 'trades', 'mixed'];
const stream = marketStream('mixed', SIZE);
const recordsAt = metadataBytes(METADATA);
const packed = zstdCompressSync(stream);
const fields = new FieldFold();

/** Decodes bytes that come in pieces. */
function decode(bytes: Uint8Array): number {
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

const copy = new RecordCopy(new Uint8Array(PIECE_BYTES));

/** Writes all records field by field, into one buffer again and again; reading them is in it. */
function encode(): number {
  const decoder = new DbnDecoder();
  decoder.push(stream);
  return copy.drain(decoder);
}

/** Records of each kind to ticks; a normaliser of its own each, as each would have in a gateway. */
function measureTicks(): Row[] {
  return KINDS.flatMap((kind) => {
    const records = kind === 'mixed' ? stream : marketStream(kind, SIZE);
    const plain = new NormalisePass({ isMerged: false });
    const rows = [rowOf(`ticks of ${kind}`, [timed(() => plain.run(records))])];
    if (kind === 'mbo') {
      rows.push(rowOf('books of mbo', [timed(() => booksPass(records))]));
    }
    if (kind === 'mixed') {
      const merged = new NormalisePass({ isMerged: true });
      rows.push(rowOf('ticks of mixed, merged', [timed(() => merged.run(records))]));
    }
    return rows;
  });
}

const timed = (pass: () => number): Passes =>
  timedPasses(pass, { warmUp: WARM_UP_PASSES, passes: PASSES });

function rowOf(name: string, runs: readonly Passes[]): Row {
  const sorted = runs.flatMap(({ ns }) => ns.map((one) => one / RECORDS)).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const nsPerRecord = { median, min: sorted[0]!, max: sorted.at(-1)! };
  return { name, nsPerRecord, recordsPerSecond: Math.round(1e9 / median) };
}

async function measureZstd(): Promise<Row[]> {
  const plain = new NormalisePass({ isMerged: false });
  const pass = (take: () => (piece: Uint8Array) => void): Promise<Passes> =>
    zstdPasses(packed, { warmUp: WARM_UP_PASSES, passes: PASSES }, take);
  const decoding = (): ((piece: Uint8Array) => void) => {
    const decoder = new DbnDecoder();
    return (piece) => {
      decoder.push(piece);
      fields.drain(decoder);
    };
  };
  return [
    rowOf('floor: zstd alone', [await pass(() => () => undefined)]),
    rowOf('decode from zstd', [await pass(decoding)]),
    rowOf('ticks of mixed from zstd', [await pass(() => plain.begin())]),
  ];
}

function measure(loop: CppLoop | string): Row[] {
  const ours = () => timed(() => decode(stream));
  const rows = [rowOf('floor: every word read once', [timed(() => touchWords(stream))])];
  if (typeof loop === 'string') rows.push(rowOf('ours: decode, every field', [ours(), ours()]));
  else {
    const runs = [ours(), loop.run(PASSES), loop.run(PASSES), ours()] as const;
    const folds = new Set(runs.map(({ fold }) => fold));
    if (folds.size !== 1) throw new Error(`the folds differ: ${[...folds].join(', ')}`);
    rows.push(rowOf('peer: structs in C++', [runs[1], runs[2]]));
    rows.push(rowOf('ours: decode, every field', [runs[0], runs[3]]));
  }
  rows.push(rowOf('ours: encode, every field', [timed(encode)]));
  return [...rows, ...measureTicks()];
}

const dir = mkdtempSync(join(tmpdir(), 'tickwire-dbn-bench-'));
try {
  const loop = CppLoop.build({ dir, source: CPP_SOURCE, inputs: [stream.subarray(recordsAt)] });
  if (typeof loop === 'string') process.stderr.write(`SKIPPED: the loop in C++: ${loop}\n`);
  const rows = [...measure(loop), ...(await measureZstd())];
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const machine = `${model} × ${cpus().length}, Node ${process.version}`;
  const bytesPerRecord = (stream.length - recordsAt) / RECORDS;
  const ratio = stream.length / packed.length;
  if (options.json === true) {
    const what = { bench: 'dbn', machine, records: RECORDS, instruments: INSTRUMENTS };
    process.stdout.write(`${JSON.stringify({ ...what, bytesPerRecord, ratio, rows })}\n`);
  } else {
    process.stdout.write(
      `${machine}; ${RECORDS} records of ${INSTRUMENTS} instruments, ` +
        `${bytesPerRecord.toFixed(1)} bytes each, zstd 1 : ${ratio.toFixed(2)}\n`,
    );
    for (const { name, nsPerRecord, recordsPerSecond } of rows) {
      const { median, min, max } = nsPerRecord;
      const figures = [median, min, max].map((ns) => ns.toFixed(1));
      const rate = `${(recordsPerSecond / 1e6).toFixed(2)} M records/s a core`;
      process.stdout.write(
        `${name.padEnd(28)} ${figures[0]} ns a record (${figures[1]} … ${figures[2]}), ${rate}\n`,
      );
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
