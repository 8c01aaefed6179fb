/**
 * All records of the market in the order in which they were made, each once, whoever reads them:
 * a session is a cursor in it, a replay is one that stands further back.
 *
 * Bound: `bytesMax`, in segments of 1 MiB; the oldest segment goes when a new one is needed. A
 * record is found by its number, which counts from the first ever made.
 */
import { DbnEncoder } from '@tickwire/wire-dbn';
import type { RecordPlace as PlacedRecord, RecordView } from '@tickwire/wire-dbn';

const SEGMENT_BYTES = 1024 * 1024;
/** More than fit, of the shortest records. */
const SEGMENT_RECORDS = 32_768;
const SEGMENTS_MIN = 16;
const WORD_BYTES = 4;

/** Where a record belongs. Kept by its writer and changed from record to record. */
export interface RecordKind {
  /** `SCHEMA_NAMES`. */
  schema: number;
  /** Index of the instrument. */
  instrument: number;
}

export interface RecordPlace extends RecordKind {
  readonly rtype: number;
}

export class LogSegment {
  /** Number of its first record. */
  readonly first: number;
  readonly bytes = new Uint8Array(SEGMENT_BYTES);
  readonly schemas = new Uint8Array(SEGMENT_RECORDS);
  readonly instruments = new Uint32Array(SEGMENT_RECORDS);
  /** Behind each record, in `bytes`. */
  readonly ends = new Uint32Array(SEGMENT_RECORDS);
  /** ns after the opening. */
  readonly times = new Float64Array(SEGMENT_RECORDS);
  readonly #encoder = new DbnEncoder(this.bytes);
  #count = 0;

  constructor(first: number) {
    this.first = first;
  }

  /** Number behind its last record. */
  get end(): number {
    return this.first + this.#count;
  }

  start(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0);
  }

  begin(record: RecordView, place: RecordPlace, atNs: number): boolean {
    if (!this.#encoder.begin(record, place.rtype)) return false;
    this.#place(place, atNs);
    return true;
  }

  append(record: PlacedRecord, kind: RecordKind, atNs: number): boolean {
    const { layout } = record;
    const hasTsOut = record.length > layout.bytes;
    const start = this.#encoder.length;
    const { view, offset } = record;
    const whole = hasTsOut ? { view, offset, layout, length: layout.bytes } : record;
    if (!this.#encoder.append(whole)) return false;
    if (hasTsOut) this.bytes[start] = layout.bytes / WORD_BYTES;
    this.#place(kind, atNs);
    return true;
  }

  #place(kind: RecordKind, atNs: number): void {
    const index = this.#count;
    this.schemas[index] = kind.schema;
    this.instruments[index] = kind.instrument;
    this.ends[index] = this.#encoder.length;
    this.times[index] = atNs;
    this.#count = index + 1;
  }
}

export class RecordLog {
  readonly #segmentsMax: number;
  #last = new LogSegment(0);
  readonly #segments: LogSegment[] = [this.#last];

  /** @param bytesMax - Of records kept; at least 16 segments are. */
  constructor(bytesMax: number) {
    this.#segmentsMax = Math.max(SEGMENTS_MIN, Math.ceil(bytesMax / SEGMENT_BYTES));
  }

  /** Number of the oldest record that is kept. */
  get first(): number {
    return this.#segments[0]?.first ?? 0;
  }

  /** A reader that stands before this may soon find its records gone. */
  get oldestSafe(): number {
    const isFull = this.#segments.length >= this.#segmentsMax;
    return isFull ? (this.#segments[Math.floor(this.#segmentsMax / 2)]?.first ?? 0) : 0;
  }

  /** Number that the next record gets. */
  get end(): number {
    return this.#last.end;
  }

  /** Begins a record of the time `atNs`, not before the one before it. To be filled at once. */
  begin(record: RecordView, place: RecordPlace, atNs: number): void {
    if (this.#last.begin(record, place, atNs)) return;
    this.#extend().begin(record, place, atNs);
  }

  /** Takes a record as it is, but without `ts_out`; of a time not before the one before it. */
  append(record: PlacedRecord, kind: RecordKind, atNs: number): void {
    if (this.#last.append(record, kind, atNs)) return;
    this.#extend().append(record, kind, atNs);
  }

  /** The record that was taken last, to be changed before anybody reads it. */
  lastRecord(): { readonly view: DataView; readonly offset: number } {
    const { bytes, first, end } = this.#last;
    return { view: new DataView(bytes.buffer), offset: this.#last.start(end - first - 1) };
  }

  #extend(): LogSegment {
    this.#last = new LogSegment(this.end);
    this.#segments.push(this.#last);
    if (this.#segments.length > this.#segmentsMax) this.#segments.shift();
    return this.#last;
  }

  /** The segment of a record; undefined for one that is no longer kept, or not yet made. */
  segmentOf(number: number): LogSegment | undefined {
    if (number >= this.end || number < this.first) return undefined;
    return this.#segments[lowest(this.#segments.length, (at) => number < this.#end(at))];
  }

  /** Number of the first record of `fromNs` after the opening or later. */
  numberAt(fromNs: number): number {
    const segments = this.#segments;
    const at = lowest(segments.length, (place) => fromNs <= lastTime(segments[place]));
    const segment = segments[at];
    if (segment === undefined) return this.end;
    const { first, end, times } = segment;
    return first + lowest(end - first, (index) => fromNs <= (times[index] ?? 0));
  }

  /** Time of the oldest record that is kept. */
  get firstNs(): number {
    return this.#segments[0]?.times[0] ?? 0;
  }

  #end(at: number): number {
    return this.#segments[at]?.end ?? 0;
  }
}

function lastTime(segment: LogSegment | undefined): number {
  if (segment === undefined || segment.end === segment.first) return -Infinity;
  return segment.times[segment.end - segment.first - 1] ?? -Infinity;
}

/** The lowest of 0 … count − 1 for which `holds`, or `count`; it holds for all above one. */
function lowest(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
