/**
 * A reader's side of a ring: copy, check, deliver.
 *
 *   published ─▶ copy a run into private memory ─▶ claimed ─▶ drop what may be torn ─▶ deliver
 *
 * Handlers see the private copy only. Handing out the ring's own bytes and checking afterwards let
 * thousands of torn ticks through in a test; this order let none of 557 million.
 */
import { TICK_BYTES, TICK_KIND_OFFSET, TICK_KIND_PAD } from '@tickwire/core';
import { readClockAnchor } from './clock-anchor.ts';
import type { ClockAnchor } from './clock-anchor.ts';
import { RingDirectoryReader } from './directory.ts';
import { RingError } from './errors.ts';
import { fenceFor } from './fence.ts';
import type { MemoryFence } from './fence.ts';
import { RingState, isPosition, readRingHeader } from './header.ts';
import type { RingHeader } from './header.ts';
import { CursorCell, CursorWord, HeaderOffset, PAGE_BYTES } from './layout.ts';
import type { RingId } from './ring-id.ts';
import { SlotCopy, viewBlockCopy } from './slot-copy.ts';
import type { BlockCopyFactory } from './slot-copy.ts';
import { startPosition } from './start-position.ts';
import type { StartFrom } from './start-position.ts';

/** Ticks in the longest run. */
export const RUN_TICKS_MAX = 256;

const STATE_WORD = HeaderOffset.state / 4;
const EPOCH_WORD = HeaderOffset.epoch / 4;
const HEARTBEAT_CELL = HeaderOffset.heartbeatNs / 8;

/** Ticks that are copied as words sooner than a block is begun. */
const WORD_TICKS_MAX = 3;

/**
 * Cells of the reader's own numbers. In a typed array, because a field that holds a position beyond
 * 2^31 is a boxed double that each poll would have to load and store around.
 */
const Own = { cursor: 0, delivered: 1, padded: 2, lost: 3 } as const;

/** How often one `poll` starts again because the writer lapped it meanwhile. */
const LAPS_PER_POLL_MAX = 4;

export interface AttachReaderOptions {
  /** `process.arch`: decides the fences. */
  readonly arch: string;
  readonly from: StartFrom;
  readonly blockCopy?: BlockCopyFactory | undefined;
}

/** published − start = delivered + padded + lost + inFlight, at any moment. In ticks. */
export interface RingAccount {
  readonly ringId: RingId;
  readonly epoch: number;
  /** The reader's first position. */
  readonly start: number;
  readonly published: number;
  /** The next position it will read. */
  readonly cursor: number;
  readonly delivered: number;
  /** Positions that hold no tick: claimed by a writer that died. */
  readonly padded: number;
  /** Overwritten before they were read; reported as gaps. */
  readonly lost: number;
  /** published − cursor. */
  readonly inFlight: number;
}

export class RingReader {
  readonly header: RingHeader;
  readonly directory: RingDirectoryReader;
  /** The run of the last `poll`: `count` ticks from byte 0; overwritten by the next `poll`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly view: DataView<ArrayBuffer>;
  /** Position of the first tick of the run. */
  firstPosition = 0;
  /** Ticks in the run. */
  count = 0;
  /** Ticks lost right before the run, 0 for none; first and last of them below. */
  gapCount = 0;
  gapFirst = 0;
  gapLast = 0;
  /** Byte offset in the ring of the ticks found by `peek`. */
  peekOffset = 0;
  /** Position of the first of them. */
  peekPosition = 0;
  readonly start: number;
  readonly #buffer: ArrayBuffer;
  readonly #cells: Float64Array;
  readonly #cursorWords: Int32Array;
  readonly #headerCells: Float64Array;
  readonly #headerWords: Int32Array;
  readonly #copy: SlotCopy;
  readonly #mask: number;
  readonly #fence: MemoryFence | undefined;
  readonly #slotCount: number;
  readonly #runTicksMax: number;
  readonly #own = new Float64Array(4);

  /** @throws RingError as `readRingHeader`, and `BAD_CURSORS`: do not attach. */
  constructor(buffer: ArrayBuffer, options: AttachReaderOptions) {
    this.header = readRingHeader(buffer);
    const { plan } = this.header;
    this.#buffer = buffer;
    this.#cells = new Float64Array(buffer, plan.cursorsOffset, PAGE_BYTES / 8);
    this.#cursorWords = new Int32Array(buffer, plan.cursorsOffset, PAGE_BYTES / 4);
    this.#headerCells = new Float64Array(buffer, 0, PAGE_BYTES / 8);
    this.#headerWords = new Int32Array(buffer, 0, PAGE_BYTES / 4);
    this.#slotCount = plan.slotCount;
    this.#runTicksMax = Math.min(RUN_TICKS_MAX, plan.slotCount);
    this.#fence = fenceFor(options.arch);
    this.directory = new RingDirectoryReader(buffer, plan);
    const run = new ArrayBuffer(RUN_TICKS_MAX * TICK_BYTES);
    this.bytes = new Uint8Array(run);
    this.view = new DataView(run);
    const slots = new Uint8Array(buffer, plan.slotsOffset, plan.slotCount * TICK_BYTES);
    this.#mask = plan.slotCount - 1;
    const makeBlockCopy = options.blockCopy ?? viewBlockCopy;
    this.#copy = new SlotCopy(slots, this.bytes, { makeBlockCopy, wordTicksMax: WORD_TICKS_MAX });
    const published = this.#checked(this.published);
    this.#fence?.full();
    const claimed = this.#checked(this.#cells[CursorCell.claimed] as number);
    if (claimed < published) this.#refuseCursors();
    this.start = startPosition(options.from, { header: this.header, published, claimed });
    this.#own[Own.cursor] = this.start;
  }

  /** The next position to be read. */
  get cursor(): number {
    return this.#own[Own.cursor] as number;
  }

  get delivered(): number {
    return this.#own[Own.delivered] as number;
  }

  get padded(): number {
    return this.#own[Own.padded] as number;
  }

  get lost(): number {
    return this.#own[Own.lost] as number;
  }

  /** Positions below this are written. */
  get published(): number {
    return this.#cells[CursorCell.published] as number;
  }

  get state(): RingState {
    const word = Atomics.load(this.#headerWords, STATE_WORD);
    // A state that this version does not know ends the ring for it: it must not wait for ever.
    return word === RingState.Open || word === RingState.Replaced ? word : RingState.Closed;
  }

  get epoch(): number {
    return Atomics.load(this.#headerWords, EPOCH_WORD) >>> 0;
  }

  /** CLOCK_MONOTONIC ns of the writer's last sign of life; 0 before the first. */
  get heartbeatNs(): number {
    return this.#headerCells[HEARTBEAT_CELL] as number;
  }

  /** The futex word: read it, then `published`, then sleep on it. */
  get bell(): number {
    return Atomics.load(this.#cursorWords, CursorWord.bell);
  }

  /** How often a paced writer has looked for required readers, and how many it found. */
  get readerScans(): number {
    return this.#cells[CursorCell.readerScans] as number;
  }

  get requiredReaders(): number {
    return this.#cells[CursorCell.requiredReaders] as number;
  }

  get anchor(): ClockAnchor | undefined {
    return readClockAnchor(this.#buffer);
  }

  /**
   * Copies the next run into `bytes` and returns how many ticks it has; 0 when there is nothing
   * (or only a gap: look at `gapCount` first, always). Nothing is allocated.
   * @param ticksMax - 1 … 256.
   * @throws RingError `BAD_CURSORS` when the writer stored what is no position: detach.
   */
  poll(ticksMax = RUN_TICKS_MAX): number {
    const cells = this.#cells;
    const own = this.#own;
    const limit = ticksMax < this.#runTicksMax ? ticksMax | 0 : this.#runTicksMax;
    this.count = 0;
    this.gapCount = 0;
    for (let laps = 0; laps < LAPS_PER_POLL_MAX;) {
      const cursor = own[Own.cursor] as number;
      const available = (cells[CursorCell.published] as number) - cursor;
      if (!(available > 0) || limit < 1) {
        if (!(available >= 0)) this.#refuseCursors();
        return 0;
      }
      let run = available < limit ? available | 0 : limit;
      if (run < 1) return this.#refuseFraction();
      this.#fence?.full();
      this.#copyOut(cursor, run);
      this.#fence?.full();
      const claimed = cells[CursorCell.claimed] as number;
      // No writer publishes what it has not claimed, and the claim was loaded later.
      if (!(claimed >= cursor + run)) this.#refuseCursors();
      const safeFrom = claimed - this.#slotCount;
      if (safeFrom > cursor) {
        if (safeFrom >= cursor + run) {
          this.#skipLap(safeFrom);
          laps++;
          continue;
        }
        run = this.#dropTorn(safeFrom, run);
      }
      const found = this.#deliver(run);
      if (found > 0 || this.gapCount > 0) return found;
    }
    return 0;
  }

  /**
   * For tools: how many ticks lie in one piece at the cursor, in the ring itself, without moving.
   * Read them at `peekOffset` of the buffer, then believe what was read only if `stillValid()`.
   */
  peek(ticksMax = RUN_TICKS_MAX): number {
    const available = (this.#cells[CursorCell.published] as number) - this.cursor;
    if (!(available > 0)) return 0;
    const slot = (this.cursor | 0) & (this.#slotCount - 1);
    this.peekPosition = this.cursor;
    this.peekOffset = this.header.plan.slotsOffset + slot * TICK_BYTES;
    this.#fence?.full();
    return Math.floor(Math.min(available, ticksMax, this.#slotCount - slot));
  }

  /** Whether all that `peek` found was whole until now. */
  stillValid(): boolean {
    this.#fence?.full();
    const claimed = this.#cells[CursorCell.claimed] as number;
    return claimed - this.#slotCount <= this.peekPosition;
  }

  /** A copy of the counts, consistent with each other. */
  account(): RingAccount {
    const published = this.published;
    return {
      ringId: this.header.ringId,
      epoch: this.epoch,
      start: this.start,
      published,
      cursor: this.cursor,
      delivered: this.delivered,
      padded: this.padded,
      lost: this.lost,
      inFlight: published - this.cursor,
    };
  }

  #copyOut(position: number, count: number): void {
    const slot = (position | 0) & this.#mask;
    if (count === 1) {
      this.#copy.copyOne(slot, 0);
      return;
    }
    const beforeWrap = this.#slotCount - slot;
    if (count <= beforeWrap) {
      this.#copy.copy(slot, 0, count);
      return;
    }
    this.#copy.copy(slot, 0, beforeWrap);
    this.#copy.copy(0, beforeWrap, count - beforeWrap);
  }

  /** Everything in the copy may be torn: go on half a ring behind the writer. */
  #skipLap(safeFrom: number): void {
    const published = this.#checked(this.#cells[CursorCell.published] as number);
    const next = Math.max(published - this.#slotCount / 2, this.#checked(safeFrom));
    this.#reportGap(next);
  }

  /** Only the front may be torn: the rest is kept and moved to the front. */
  #dropTorn(safeFrom: number, run: number): number {
    const torn = this.#checked(safeFrom) - this.cursor;
    this.bytes.copyWithin(0, torn * TICK_BYTES, run * TICK_BYTES);
    this.#reportGap(safeFrom);
    return run - torn;
  }

  #reportGap(next: number): void {
    const cursor = this.cursor;
    const lost = next - cursor;
    if (this.gapCount === 0) this.gapFirst = cursor;
    this.gapLast = next - 1;
    this.gapCount += lost;
    this.#own[Own.lost] = this.lost + lost;
    this.#own[Own.cursor] = next;
  }

  /** Skips PADs at the front and delivers up to the next one. */
  #deliver(run: number): number {
    const bytes = this.bytes;
    if (bytes[TICK_KIND_OFFSET] === TICK_KIND_PAD) run = this.#dropPads(run);
    const end = run * TICK_BYTES;
    let at = TICK_KIND_OFFSET;
    while (at < end && bytes[at] !== TICK_KIND_PAD) at += TICK_BYTES;
    const found = (at - TICK_KIND_OFFSET) / TICK_BYTES;
    const own = this.#own;
    const cursor = own[Own.cursor] as number;
    this.firstPosition = cursor;
    this.count = found;
    own[Own.cursor] = cursor + found;
    own[Own.delivered] = (own[Own.delivered] as number) + found;
    return found;
  }

  /** Counts the PADs at the front, moves the rest there and returns how many that is. */
  #dropPads(run: number): number {
    let pads = 1;
    while (pads < run && this.bytes[pads * TICK_BYTES + TICK_KIND_OFFSET] === TICK_KIND_PAD) pads++;
    this.#own[Own.padded] = this.padded + pads;
    this.#own[Own.cursor] = this.cursor + pads;
    this.bytes.copyWithin(0, pads * TICK_BYTES, run * TICK_BYTES);
    return run - pads;
  }

  /** More than nothing is published, and less than a tick. */
  #refuseFraction(): 0 {
    this.#checked(this.published);
    return 0; // it was a position after all: the writer went on meanwhile
  }

  /** What is stored cannot come from a writer. */
  #refuseCursors(): never {
    const claimed = this.#cells[CursorCell.claimed] as number;
    const stated = `claimed ${claimed}, published ${this.published}, read up to ${this.cursor}`;
    throw new RingError('BAD_CURSORS', stated, {
      field: 'claimed',
      offset: this.header.plan.cursorsOffset,
    });
  }

  #checked(position: number): number {
    if (isPosition(position)) return position;
    throw new RingError('BAD_CURSORS', `the ring states the position ${position}`, {
      field: 'published',
      offset: this.header.plan.cursorsOffset,
    });
  }
}
