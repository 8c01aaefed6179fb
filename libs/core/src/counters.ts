/**
 * Named counters over memory that outlives their process: a mapped file.
 *
 *   off  size  content
 *     0     8  magic "TWCOUNT1"
 *     8     4  table entries used (u32), stored after the entry it counts
 *    12     4  table capacity (u32)
 *    16     8  cells used (f64)
 *    24     8  cell capacity (f64)
 *    32    32  reserved
 *    64   128·capacity   entries: first cell u32, cell count u32, name (UTF-8, zero-padded, ≤ 120)
 *     …     8·cells      the cells: Float64, integers below 2^53
 *
 * One writer (the owner of the file) adds names and stores values; any reader may take a copy of
 * the bytes at any time: each cell is one 8-byte value, never torn on x86-64 and arm64.
 * A cell is stored before the work it counts is handed on, so a kill cannot uncount it.
 */
import { CounterError } from './errors.ts';
import { HISTOGRAM_CELLS } from './histogram.ts';

const MAGIC = 'TWCOUNT1';
const HEAD_BYTES = 64;
const ENTRY_BYTES = 128;
const NAME_BYTES = 120;
const DEFAULT_NAMES = 512;
const DEFAULT_CELLS = 32_768;

export const COUNTER_FILE_BYTES = HEAD_BYTES + DEFAULT_NAMES * ENTRY_BYTES + DEFAULT_CELLS * 8;

/** One counter: a plain cell. `add` and `set` are the whole API of the hot path. */
export class Counter {
  readonly name: string;
  readonly #cells: Float64Array;
  readonly #at: number;

  constructor(name: string, cells: Float64Array, at: number) {
    this.name = name;
    this.#cells = cells;
    this.#at = at;
  }

  add(n: number): void {
    this.#cells[this.#at] = (this.#cells[this.#at] ?? 0) + n;
  }

  set(value: number): void {
    this.#cells[this.#at] = value;
  }

  get value(): number {
    return this.#cells[this.#at] ?? 0;
  }
}

/** The owner's side. A known name gives the same cells again, so counts go on after a restart. */
export class CounterTable {
  readonly #view: DataView;
  readonly #cells: Float64Array;
  readonly #capacity: number;
  readonly #known = new Map<string, { first: number; count: number }>();

  /** Formats the memory if it is all zero, else takes over what is there. */
  constructor(memory: ArrayBufferLike) {
    this.#view = new DataView(memory);
    if (memory.byteLength < COUNTER_FILE_BYTES) {
      throw new CounterError('TRUNCATED', `counters need ${COUNTER_FILE_BYTES} bytes`);
    }
    if (this.#view.getUint8(0) === 0) format(this.#view);
    for (const entry of readEntries(this.#view)) this.#known.set(entry.name, entry);
    this.#capacity = this.#view.getUint32(12, true);
    this.#cells = new Float64Array(
      memory,
      HEAD_BYTES + this.#capacity * ENTRY_BYTES,
      DEFAULT_CELLS,
    );
  }

  counter(name: string): Counter {
    return new Counter(name, this.#cells, this.#place(name, 1));
  }

  /** Cells of a latency histogram, for `recordLatency`. */
  histogram(name: string): Float64Array {
    return this.cells(name, HISTOGRAM_CELLS);
  }

  /** `count` cells side by side (≥ 2), for what belongs together. */
  cells(name: string, count: number): Float64Array {
    const first = this.#place(name, count);
    return this.#cells.subarray(first, first + count);
  }

  /** A copy of all cells as they are now. */
  snapshot(): CounterSnapshot {
    const { buffer, byteOffset, byteLength } = this.#view;
    return readCounters(new Uint8Array(buffer, byteOffset, byteLength));
  }

  /** @throws CounterError `FULL` when names or cells are used up: a bug of the caller. */
  #place(name: string, count: number): number {
    const known = this.#known.get(name);
    if (known !== undefined) {
      if (known.count !== count) throw new CounterError('BAD_COUNTER', `${name} has another size`);
      return known.first;
    }
    const bytes = new TextEncoder().encode(name);
    const used = this.#view.getUint32(8, true);
    const first = this.#view.getFloat64(16, true);
    if (bytes.length > NAME_BYTES) throw new CounterError('BAD_COUNTER', `name too long: ${name}`);
    if (used >= this.#capacity || first + count > DEFAULT_CELLS) {
      throw new CounterError('FULL', `no room for the counter ${name}`);
    }
    const at = HEAD_BYTES + used * ENTRY_BYTES;
    this.#view.setUint32(at, first, true);
    this.#view.setUint32(at + 4, count, true);
    new Uint8Array(this.#view.buffer, at + 8, NAME_BYTES).set(bytes);
    this.#view.setFloat64(16, first + count, true);
    this.#view.setUint32(8, used + 1, true); // last: a reader never sees half an entry
    this.#known.set(name, { first, count });
    return first;
  }
}

export interface CounterSnapshot {
  /** Single cells by name. */
  readonly values: Map<string, number>;
  /** Names of several cells: histograms, for `summariseLatency`, and tables. */
  readonly histograms: Map<string, Float64Array>;
}

/**
 * Reads a copy of a counter file.
 * @throws CounterError `BAD_MAGIC`, `TRUNCATED`, `BAD_COUNTER` when the bytes are not such a file.
 */
export function readCounters(bytes: Uint8Array): CounterSnapshot {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < COUNTER_FILE_BYTES) {
    throw new CounterError('TRUNCATED', `${bytes.length} bytes, expected ${COUNTER_FILE_BYTES}`);
  }
  const capacity = DEFAULT_NAMES;
  const cellsAt = HEAD_BYTES + capacity * ENTRY_BYTES;
  const values = new Map<string, number>();
  const histograms = new Map<string, Float64Array>();
  for (const { name, first, count } of readEntries(view)) {
    const at = cellsAt + first * 8;
    if (count === 1) values.set(name, view.getFloat64(at, true));
    // The cells are little-endian as the hosts are that map them. A copy by the constructor: the
    // `slice` of a Buffer would share, and its `buffer` would be the whole file.
    else {
      const copy = new Uint8Array(bytes.subarray(at, at + count * 8));
      histograms.set(name, new Float64Array(copy.buffer));
    }
  }
  return { values, histograms };
}

function format(view: DataView): void {
  view.setUint32(8, 0, true);
  view.setUint32(12, DEFAULT_NAMES, true);
  view.setFloat64(16, 0, true);
  view.setFloat64(24, DEFAULT_CELLS, true);
  for (let at = 0; at < MAGIC.length; at++) view.setUint8(at, MAGIC.charCodeAt(at));
}

function readEntries(view: DataView): { name: string; first: number; count: number }[] {
  for (let at = 0; at < MAGIC.length; at++) {
    if (view.getUint8(at) !== MAGIC.charCodeAt(at)) {
      throw new CounterError('BAD_MAGIC', 'not a counter file');
    }
  }
  const entriesUsed = view.getUint32(8, true);
  if (view.getUint32(12, true) !== DEFAULT_NAMES || entriesUsed > DEFAULT_NAMES) {
    throw new CounterError('BAD_COUNTER', 'the counter file has another geometry');
  }
  const entries: { name: string; first: number; count: number }[] = [];
  for (let index = 0; index < entriesUsed; index++) {
    const at = HEAD_BYTES + index * ENTRY_BYTES;
    const first = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true);
    if (count === 0 || first + count > DEFAULT_CELLS) {
      throw new CounterError('BAD_COUNTER', `entry ${index} of the counter file is out of bounds`);
    }
    const raw = new Uint8Array(view.buffer, view.byteOffset + at + 8, NAME_BYTES);
    const end = raw.indexOf(0);
    // A copy first: TextDecoder refuses views of some shared memory.
    const used = Uint8Array.from(raw.subarray(0, end < 0 ? NAME_BYTES : end));
    const name = new TextDecoder().decode(used);
    entries.push({ name, first, count });
  }
  return entries;
}
