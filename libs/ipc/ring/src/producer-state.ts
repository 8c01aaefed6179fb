/**
 * Producer state: per channel the resume watermark, so that a new writer goes on where the old one
 * stopped. Two pages written in turn: a writer killed inside one leaves the other whole.
 *
 *   off size field      type   unit or domain
 *     0    8 turn       f64    1, 2, … of this ring; the greater valid page is the newer
 *     8    8 position   f64    published when the page was written
 *    16    4 capacity   u32    marks in the page
 *    20    4 checksum   u32    FNV-1a over the page's other 32-bit words
 *    24   40 reserved          0
 *    64   32 per channel: sequence f64 (ABSENT = none) · time high, low u32 (ns since the Unix
 *            epoch, all ones = absent) · count u32 (records at that time) · present u32 ·
 *            reserved 8
 *
 * A page is written after the publication it describes, so after a kill it may be behind the ring,
 * never ahead: a resumed writer may see records again and must drop those it has, by sequence.
 */
import { ABSENT, STAMP_ABSENT_WORD } from '@tickwire/core';
import { RESUME_HEAD_BYTES, RESUME_MARK_BYTES } from './layout.ts';
import type { RingPlan } from './layout.ts';

const TURN_AT = 0;
const POSITION_AT = 8;
const CAPACITY_AT = 16;
const CHECKSUM_AT = 20;
const CHECKSUM_WORD = CHECKSUM_AT / 4;

/** Where a channel stands. At least one of `sequence` and the time is present. */
export interface ResumeMark {
  /** Full sequence of the venue, below 2^53; `ABSENT` where the venue has none. */
  readonly sequence: number;
  /** ns since the Unix epoch, high and low u32; all ones when absent. */
  readonly timeHi: number;
  readonly timeLo: number;
  /** Records taken at exactly that time. */
  readonly count: number;
}

/** A mark of a venue that counts. */
export function sequenceMark(sequence: number): ResumeMark {
  return { sequence, timeHi: STAMP_ABSENT_WORD, timeLo: STAMP_ABSENT_WORD, count: 0 };
}

/** A mark of a venue that has only time. */
export function timeMark(time: { hi: number; lo: number }, count: number): ResumeMark {
  return { sequence: ABSENT, timeHi: time.hi, timeLo: time.lo, count };
}

export interface ProducerState {
  /** `published` when the marks were written. */
  readonly position: number;
  /** By channel index; `undefined` where none was saved. */
  readonly marks: readonly (ResumeMark | undefined)[];
}

/** The newest whole page, `undefined` when none was ever written or both are damaged. */
export function readProducerState(buffer: ArrayBuffer, plan: RingPlan): ProducerState | undefined {
  const page = newestPage(buffer, plan);
  if (page === undefined) return undefined;
  const marks: (ResumeMark | undefined)[] = [];
  for (let channel = 0; channel < plan.resumeCapacity; channel++) {
    marks.push(readMark(page, RESUME_HEAD_BYTES + channel * RESUME_MARK_BYTES));
  }
  return { position: page.getFloat64(POSITION_AT, true), marks };
}

/** The writer's side: marks gather in private memory and go out as one page. */
export class ProducerStateWriter {
  readonly #plan: RingPlan;
  readonly #target: Uint8Array;
  readonly #page: Uint8Array;
  readonly #view: DataView;
  readonly #words: Int32Array;
  #turn = 0;
  #dirty = false;

  constructor(buffer: ArrayBuffer, plan: RingPlan) {
    this.#plan = plan;
    this.#target = new Uint8Array(buffer, plan.resumeOffset, 2 * plan.resumePageBytes);
    const page = new ArrayBuffer(plan.resumePageBytes);
    this.#page = new Uint8Array(page);
    this.#view = new DataView(page);
    this.#words = new Int32Array(page);
    const newest = newestPage(buffer, plan);
    if (newest !== undefined) {
      this.#page.set(new Uint8Array(buffer, newest.byteOffset, plan.resumePageBytes));
      this.#turn = newest.getFloat64(TURN_AT, true);
    }
  }

  /** Keeps a mark for the next `flush`. Returns false when there is no such channel: counted. */
  set(channel: number, mark: ResumeMark): boolean {
    if (!Number.isInteger(channel) || channel < 0 || channel >= this.#plan.resumeCapacity) {
      return false;
    }
    const at = RESUME_HEAD_BYTES + channel * RESUME_MARK_BYTES;
    this.#view.setFloat64(at, mark.sequence, true);
    this.#view.setUint32(at + 8, mark.timeHi, true);
    this.#view.setUint32(at + 12, mark.timeLo, true);
    this.#view.setUint32(at + 16, mark.count, true);
    this.#view.setUint32(at + 20, 1, true);
    this.#dirty = true;
    return true;
  }

  /** Writes the marks into the page whose turn it is, if any changed. */
  flush(position: number): void {
    if (!this.#dirty) return;
    this.#turn += 1;
    this.#view.setFloat64(TURN_AT, this.#turn, true);
    this.#view.setFloat64(POSITION_AT, position, true);
    this.#view.setUint32(CAPACITY_AT, this.#plan.resumeCapacity, true);
    this.#view.setInt32(CHECKSUM_AT, checksum(this.#words), true);
    this.#target.set(this.#page, (this.#turn % 2) * this.#plan.resumePageBytes);
    this.#dirty = false;
  }
}

function newestPage(buffer: ArrayBuffer, plan: RingPlan): DataView | undefined {
  let newest: DataView | undefined;
  for (let turn = 0; turn < 2; turn++) {
    const offset = plan.resumeOffset + turn * plan.resumePageBytes;
    const page = new DataView(buffer, offset, plan.resumePageBytes);
    if (!isWhole(page, plan)) continue;
    const newer =
      newest === undefined || page.getFloat64(TURN_AT, true) > newest.getFloat64(TURN_AT, true);
    if (newer) newest = page;
  }
  return newest;
}

function isWhole(page: DataView, plan: RingPlan): boolean {
  const turn = page.getFloat64(TURN_AT, true);
  if (!Number.isSafeInteger(turn) || turn < 1) return false;
  if (page.getUint32(CAPACITY_AT, true) !== plan.resumeCapacity) return false;
  const words = new Int32Array(page.buffer, page.byteOffset, page.byteLength / 4);
  return page.getInt32(CHECKSUM_AT, true) === checksum(words);
}

function readMark(page: DataView, at: number): ResumeMark | undefined {
  if (page.getUint32(at + 20, true) !== 1) return undefined;
  return {
    sequence: page.getFloat64(at, true),
    timeHi: page.getUint32(at + 8, true),
    timeLo: page.getUint32(at + 12, true),
    count: page.getUint32(at + 16, true),
  };
}

/** FNV-1a, a 32-bit word at a time. */
function checksum(words: Int32Array): number {
  let hash = 0x811c_9dc5 | 0;
  for (let index = 0; index < words.length; index++) {
    if (index === CHECKSUM_WORD) continue;
    hash = Math.imul(hash ^ (words[index] ?? 0), 0x0100_0193);
  }
  return hash;
}
