/**
 * The records of one session: a cursor in the log that takes what is subscribed, with the
 * gateway's own notices in their places. It knows no socket.
 *
 *   log   ░░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
 *              │ next     │ replayEnd or skipEnd: a notice comes here
 *
 * Of the records that are subscribed, each is sent, skipped and counted by reason, or still ahead.
 */
import { SCHEMA_NAMES } from '@tickwire/wire-dbn';
import type { LogSegment, RecordLog } from './record-log.ts';
import { VenueTime } from './venue-time.ts';

const TS_OUT_BYTES = 8;
const WORD_BYTES = 4;
/** Schemas of which a client that reads slowly loses records, unless it asks for `warn`. */
const SKIPPABLE = /^(mbp|cmbp|bbo|cbbo)/;

export interface StreamCounts {
  /** Records of the market given, by schema. */
  readonly sent: Float64Array;
  /** Not given because the client read too slowly, or a fault said so. */
  slow: number;
  /** Not given by the fault `drop`. */
  omitted: number;
  /** Records that left the log before they were looked at, wanted or not. */
  unseen: number;
}

export interface SessionStreamOptions {
  readonly log: RecordLog;
  readonly instrumentCount: number;
  readonly opensAtMs: number;
  readonly tsOut: boolean;
  /** Undefined is `skip`. */
  readonly slowReaderBehavior: 'warn' | 'skip' | undefined;
  /** A fault: whether this record is left out; told where it lies. */
  readonly omits: ((record: LogRecord, isReplay: boolean) => boolean) | undefined;
  /** The place in the stream behind what was replayed, or skipped, has been reached. */
  readonly onMark: (mark: 'replayed' | 'skipped') => void;
}

export interface LogRecord {
  readonly segment: LogSegment;
  readonly index: number;
}

export class SessionStream {
  readonly counts: StreamCounts = {
    sent: new Float64Array(SCHEMA_NAMES.length),
    slow: 0,
    omitted: 0,
    unseen: 0,
  };
  readonly #options: SessionStreamOptions;
  readonly #skips: readonly boolean[];
  readonly #now: VenueTime;
  /** By schema and instrument: number of the first record that is wanted. */
  readonly #wanted: (Float64Array | undefined)[] = [];
  #next: number;
  #replayEnd = 0;
  #skipEnd = 0;
  #isSkippingAll = false;

  constructor(options: SessionStreamOptions) {
    this.#options = options;
    const { slowReaderBehavior: behavior } = options;
    this.#skips = SCHEMA_NAMES.map((name) => behavior !== 'warn' && SKIPPABLE.test(name));
    this.#now = new VenueTime(options.opensAtMs);
    this.#next = options.log.end;
  }

  /** Records of the log that have not been looked at. */
  get behind(): number {
    return this.#options.log.end - this.#next;
  }

  /** Number of the next record to be looked at. */
  get next(): number {
    return this.#next;
  }

  get isReplaying(): boolean {
    return this.#next < this.#replayEnd;
  }

  /** Whether records of some schema that is subscribed may be skipped. */
  get maySkip(): boolean {
    return this.#wanted.some(
      (cells, schema) => cells !== undefined && this.#skips[schema] === true,
    );
  }

  /** Wants a schema of an instrument from record `from` on. Asked twice, the earlier holds. */
  want(of: { readonly schema: number; readonly instrument: number; readonly from: number }): void {
    const cells = (this.#wanted[of.schema] ??= this.#none());
    cells[of.instrument] = Math.min(cells[of.instrument] ?? Infinity, of.from);
  }

  /** Begins at the earliest record that is wanted; what there is now is a replay. */
  start(earliest: number): void {
    const { log } = this.#options;
    this.#next = Math.max(log.first, Math.min(earliest, log.end));
    this.#replayEnd = this.#next < log.end ? log.end : 0;
  }

  /** Leaves out what is wanted up to record `end`: of all schemas, or of those that allow it. */
  skipTo(end: number, of: 'all' | 'skippable'): void {
    this.#skipEnd = Math.max(this.#skipEnd, end);
    this.#isSkippingAll ||= of === 'all';
  }

  /**
   * Fills `out` with what comes next, up to the next mark. `nowNs` is the gateway's clock, ns after
   * the opening. Gives the bytes written; 0 when nothing is wanted now.
   */
  fill(out: Uint8Array, nowNs: number): number {
    const { log, onMark } = this.#options;
    this.#now.set(Math.floor(nowNs));
    // Two marks may fall on one place: what was replayed, and what of it was skipped.
    const due = this.#next > 0 ? this.#markAt(this.#next) : undefined;
    if (due !== undefined) {
      onMark(due);
      return 0;
    }
    let bytes = 0;
    while (this.#next < log.end) {
      const segment = log.segmentOf(this.#next);
      if (segment === undefined) {
        this.counts.unseen += log.first - this.#next;
        this.#next = log.first;
        onMark('skipped');
        return bytes;
      }
      const end = Math.min(segment.end, this.#markAfter(this.#next));
      const taken = this.#walk(segment, { out, at: bytes, end });
      const isFull = this.#next < end;
      bytes += taken;
      if (isFull) return bytes;
      const mark = this.#markAt(this.#next);
      if (mark === undefined) continue;
      onMark(mark);
      return bytes;
    }
    return bytes;
  }

  /** Looks at records up to `end`, or until `out` is full. */
  #walk(segment: LogSegment, to: { out: Uint8Array; at: number; end: number }): number {
    const { out, at, end } = to;
    const { first, schemas, instruments } = segment;
    const { sent } = this.counts;
    const { omits, tsOut } = this.#options;
    const isPlain = omits === undefined && this.#next >= this.#skipEnd;
    const room = out.length - at;
    let bytes = 0;
    // Records side by side are copied as one run: its first byte in the segment, −1 without one.
    let runStart = -1;
    let runEnd = 0;
    for (; this.#next < end; this.#next += 1) {
      const index = this.#next - first;
      const schema = schemas[index] ?? 0;
      const from = this.#wanted[schema]?.[instruments[index] ?? 0];
      if (from === undefined || from > this.#next) continue;
      if (!isPlain && this.#isLeftOut(segment, { index, schema })) continue;
      const start = segment.start(index);
      const recordEnd = segment.ends[index] ?? 0;
      const written = recordEnd - start + (tsOut ? TS_OUT_BYTES : 0);
      if (bytes + written > room) break;
      if (tsOut) this.#copyWithTsOut(segment.bytes.subarray(start, recordEnd), out, at + bytes);
      else if (runStart < 0) runStart = start;
      else if (start !== runEnd) {
        out.set(segment.bytes.subarray(runStart, runEnd), at + bytes - (runEnd - runStart));
        runStart = start;
      }
      runEnd = recordEnd;
      bytes += written;
      sent[schema] = (sent[schema] ?? 0) + 1;
    }
    if (runStart >= 0) {
      out.set(segment.bytes.subarray(runStart, runEnd), at + bytes - (runEnd - runStart));
    }
    return bytes;
  }

  #isLeftOut(segment: LogSegment, record: { index: number; schema: number }): boolean {
    const { index, schema } = record;
    if (this.#next < this.#skipEnd && (this.#isSkippingAll || this.#skips[schema] === true)) {
      this.counts.slow += 1;
      return true;
    }
    const { omits } = this.#options;
    if (omits === undefined || !omits({ segment, index }, this.isReplaying)) return false;
    this.counts.omitted += 1;
    return true;
  }

  #copyWithTsOut(record: Uint8Array, out: Uint8Array, at: number): void {
    const { length } = record;
    out.set(record, at);
    out[at] = (length + TS_OUT_BYTES) / WORD_BYTES;
    const words = new DataView(out.buffer, out.byteOffset + at + length, TS_OUT_BYTES);
    words.setUint32(0, this.#now.lo, true);
    words.setUint32(4, this.#now.hi, true);
  }

  #markAfter(number: number): number {
    const replay = this.#replayEnd > number ? this.#replayEnd : Infinity;
    return Math.min(replay, this.#skipEnd > number ? this.#skipEnd : Infinity);
  }

  #markAt(number: number): 'replayed' | 'skipped' | undefined {
    if (this.#skipEnd === number) {
      this.#skipEnd = 0;
      this.#isSkippingAll = false;
      return 'skipped';
    }
    if (this.#replayEnd !== number) return undefined;
    this.#replayEnd = 0;
    return 'replayed';
  }

  #none(): Float64Array {
    return new Float64Array(this.#options.instrumentCount).fill(Infinity);
  }
}
