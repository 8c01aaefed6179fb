/** The writer's side of a ring: claim, copy, publish. */
import { TICK_BYTES, TICK_KIND_OFFSET, TICK_KIND_PAD } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { Bell, BellOutcome } from './bell.ts';
import type { Wake } from './bell.ts';
import { writeClockAnchor } from './clock-anchor.ts';
import type { ClockAnchor } from './clock-anchor.ts';
import { DirectoryAppender, RingDirectoryReader } from './directory.ts';
import { RingError } from './errors.ts';
import { fenceFor } from './fence.ts';
import type { MemoryFence } from './fence.ts';
import { RingMode, RingState, isPosition, readRingHeader } from './header.ts';
import type { RingHeader } from './header.ts';
import { CursorCell, HeaderOffset, PAGE_BYTES, WriterCounter } from './layout.ts';
import { ProducerStateWriter, readProducerState } from './producer-state.ts';
import type { ProducerState, ResumeMark } from './producer-state.ts';
import { SlotCopy, prefixBlockCopy } from './slot-copy.ts';
import type { BlockCopyFactory } from './slot-copy.ts';

const STATE_WORD = HeaderOffset.state / 4;
const EPOCH_WORD = HeaderOffset.epoch / 4;
const PID_WORD = HeaderOffset.pid / 4;
const HEARTBEAT_CELL = HeaderOffset.heartbeatNs / 8;

/** A full paced ring is a value: nothing was published, try the same batch again later. */
export const PublishResult = { Published: 0, Full: 1 } as const;
export type PublishResult = (typeof PublishResult)[keyof typeof PublishResult];

/** What a paced writer asks before it publishes. */
export interface RequiredReaders {
  /** Cursor of the slowest required reader; `Infinity` when there is none. */
  slowestCursor(): number;
}

export interface AttachWriterOptions {
  /** `process.arch`: decides the fences. */
  readonly arch: string;
  /** Wakes parked readers. */
  readonly wake: Wake;
  /** Of this process, for display. */
  readonly pid: number;
  /** Asked by a paced ring, at least every quarter of it. Ignored by a live one. */
  readonly requiredReaders?: RequiredReaders | undefined;
  /** The 64 bytes of the STREAM tick that opens an epoch after a takeover. */
  readonly takeoverTick?: ((epoch: number) => Uint8Array) | undefined;
  readonly blockCopy?: BlockCopyFactory | undefined;
}

/** Ticks that are copied as words sooner than a block is begun, whose views are there already. */
const WORD_TICKS_MAX = 1;

/**
 * Cells of the writer's own numbers. In a typed array, because a field that holds a position beyond
 * 2^31 is a boxed double that each publication would have to load and store around.
 */
const Own = { position: 0, freeUntil: 1 } as const;

const noReaders: RequiredReaders = { slowestCursor: () => Number.POSITIVE_INFINITY };

/**
 * The one writer of a ring. Whoever makes it holds the ring's lock (the file lock of
 * `@tickwire/ipc-shm`): two writers over one buffer destroy it.
 */
export class RingWriter {
  readonly header: RingHeader;
  /** Writers so far, this one included. */
  readonly epoch: number;
  /** Positions that the dead writer had claimed and this one filled with PAD. */
  readonly paddedAtTakeover: number;
  /** What the last writer saved, to resume from. */
  readonly resumed: ProducerState | undefined;
  /** Ticks that one publication can hold; a paced ring refuses more, a live one splits. */
  readonly batchTicksMax: number;
  readonly #buffer: ArrayBuffer;
  readonly #slots: Uint8Array;
  readonly #cells: Float64Array;
  readonly #headerCells: Float64Array;
  readonly #headerWords: Int32Array;
  readonly #mask: number;
  readonly #paced: boolean;
  readonly #required: RequiredReaders;
  readonly #lagMax: number;
  readonly #fence: MemoryFence | undefined;
  readonly #bell: Bell;
  readonly #directory: DirectoryAppender;
  readonly #state: ProducerStateWriter;
  readonly #makeBlockCopy: BlockCopyFactory;
  readonly #own = new Float64Array(2);
  #source: Uint8Array | undefined;
  #copy: SlotCopy | undefined;
  /** Most ticks of `#source` that one claim can take. */
  #sourceTicks = 0;
  #closed = false;

  constructor(buffer: ArrayBuffer, options: AttachWriterOptions) {
    const { header, published, claimed } = checkTakeover(buffer);
    this.header = header;
    const { plan } = header;
    this.#buffer = buffer;
    this.#slots = new Uint8Array(buffer, plan.slotsOffset, plan.slotCount * TICK_BYTES);
    this.#cells = new Float64Array(buffer, plan.cursorsOffset, PAGE_BYTES / 8);
    this.#headerCells = new Float64Array(buffer, 0, PAGE_BYTES / 8);
    this.#headerWords = new Int32Array(buffer, 0, PAGE_BYTES / 4);
    this.#mask = plan.slotCount - 1;
    this.#paced = this.header.mode === RingMode.Paced;
    this.#required = options.requiredReaders ?? noReaders;
    this.#lagMax = (plan.slotCount / 4) * 3;
    this.batchTicksMax = plan.slotCount / 4;
    this.#fence = fenceFor(options.arch);
    this.#makeBlockCopy = options.blockCopy ?? prefixBlockCopy;
    this.#own[Own.position] = published;
    // What a publication may not pass without a closer look: the pace, or the end of all numbers.
    this.#own[Own.freeUntil] = this.#paced
      ? published
      : Number.MAX_SAFE_INTEGER - this.batchTicksMax;
    this.#directory = new DirectoryAppender(buffer, plan);
    this.#state = new ProducerStateWriter(buffer, plan);
    this.resumed = readProducerState(buffer, plan);
    this.epoch = this.header.epoch + 1;
    this.paddedAtTakeover = claimed - published;
    // A dead writer may have published and not rung: after it the first bell is never idle.
    const rungFor = this.header.epoch > 0 ? -1 : published;
    this.#bell = new Bell(buffer, { wake: options.wake, position: rungFor });
    this.#takeOver(claimed, options);
  }

  /** The next position to be written: what a reader sees as `published`. */
  get position(): number {
    return this.#own[Own.position] as number;
  }

  /** Entries in the directory. */
  get directoryCount(): number {
    return this.#directory.count;
  }

  /**
   * Publishes the first `count` ticks of `bytes`. A live ring never waits. A paced ring returns
   * `Full`, and has published nothing, while a required reader is more than ¾ of it behind.
   * Give the same `bytes` object each time: another one costs the making of its views.
   * @throws RingError `BAD_BATCH` (a bug of the caller), `CLOSED`, `POSITION_EXHAUSTED`.
   */
  publish(bytes: Uint8Array, count: number): PublishResult {
    const own = this.#own;
    const first = own[Own.position] as number;
    // `count | 0` is 0 for what is no number, and another one for fractions.
    const isUsual = bytes === this.#source && count > 0 && (count | 0) === count;
    if (isUsual && count <= this.#sourceTicks && first <= (own[Own.freeUntil] as number)) {
      this.#store(first, 0, count);
      return PublishResult.Published;
    }
    return this.#publishWithCare(bytes, count);
  }

  /** Whether a paced ring has room now; asks for the readers' cursors again. */
  refreshPace(): boolean {
    if (!this.#paced) return true;
    const position = this.position;
    const slowest = this.#required.slowestCursor() + this.#lagMax;
    // Never beyond a quarter of the ring, so that a reader that registers meanwhile is noticed.
    this.#own[Own.freeUntil] = Math.min(slowest, position + this.batchTicksMax);
    return position <= slowest;
  }

  /**
   * Appends a directory entry and returns its dense index; −1 when the directory is full (counted):
   * refuse the symbol and say so.
   * @throws RingError `BAD_ENTRY`.
   */
  append(entry: NewDirectoryEntry): number {
    const index = this.#directory.append(entry);
    if (index < 0) this.#count(WriterCounter.directoryRefused, 1);
    return index;
  }

  /** Sign of life; at least every 50 ms. @param monotonicNs - CLOCK_MONOTONIC. */
  heartbeat(monotonicNs: number): void {
    this.#headerCells[HEARTBEAT_CELL] = monotonicNs;
  }

  /** Writes the clock anchor; once a second. */
  setAnchor(anchor: ClockAnchor): void {
    writeClockAnchor(this.#buffer, anchor);
  }

  /** Keeps the resume mark of a channel for `flushResume`; false when there is no such channel. */
  saveResume(channelIndex: number, mark: ResumeMark): boolean {
    return this.#state.set(channelIndex, mark);
  }

  /** Writes the marks kept since the last time, if any. Call after the ticks they cover. */
  flushResume(): void {
    this.#state.flush(this.position);
  }

  /** Wakes parked readers, see `Bell`. Call at the end of an I/O turn; again on `Later`. */
  ringBell(nowNs: number): BellOutcome {
    const outcome = this.#bell.ring(this.position, nowNs);
    if (outcome === BellOutcome.Rung) this.#count(WriterCounter.bells, 1);
    return outcome;
  }

  /** When `ringBell` has something to do, monotonic ns; `Infinity` while nothing is published. */
  get bellDueNs(): number {
    return this.#bell.dueNs(this.position);
  }

  /** What the last look for required readers found: readers wait for it when they register. */
  setReaderScan(found: number): void {
    this.#cells[CursorCell.requiredReaders] = found;
    this.#cells[CursorCell.readerScans] = (this.#cells[CursorCell.readerScans] ?? 0) + 1;
  }

  counter(counter: WriterCounter): number {
    return this.#cells[counter] ?? 0;
  }

  /** Counts a required reader that was silent too long. */
  countExpelled(): void {
    this.#count(WriterCounter.expelled, 1);
  }

  /** Orderly end: everything published stays readable; readers learn the state at once. */
  close(state: typeof RingState.Closed | typeof RingState.Replaced): void {
    if (this.#closed) return;
    this.flushResume();
    this.#closed = true;
    this.#source = undefined; // the next publication is refused
    Atomics.store(this.#headerWords, STATE_WORD, state);
    this.#bell.force();
  }

  #takeOver(claimed: number, options: AttachWriterOptions): void {
    const takeover = this.header.epoch > 0;
    for (let position = this.position; position < claimed; position++) {
      const at = ((position | 0) & this.#mask) * TICK_BYTES;
      this.#slots.fill(0, at, at + TICK_BYTES);
      this.#slots[at + TICK_KIND_OFFSET] = TICK_KIND_PAD;
    }
    Atomics.store(this.#headerWords, PID_WORD, options.pid);
    Atomics.store(this.#headerWords, EPOCH_WORD, this.epoch);
    Atomics.store(this.#headerWords, STATE_WORD, RingState.Open);
    this.#fence?.full();
    this.#cells[CursorCell.published] = claimed;
    this.#own[Own.position] = claimed;
    this.#count(WriterCounter.padded, this.paddedAtTakeover);
    if (!takeover) return;
    this.#count(WriterCounter.takeovers, 1);
    const tick = options.takeoverTick?.(this.epoch);
    if (tick === undefined) return;
    if (tick.length !== TICK_BYTES) this.#refuse(tick, 1);
    // Past the pace on purpose: the announcement must not wait, and a quarter of the ring is spare.
    this.#bind(tick);
    this.#storeChecked(0, 1);
  }

  /** Another batch than the last, an odd one, one that must wait, or the end. */
  #publishWithCare(bytes: Uint8Array, count: number): PublishResult {
    if (!(count * TICK_BYTES <= bytes.length) || this.#closed) this.#refuse(bytes, count);
    if (bytes !== this.#source) this.#bind(bytes);
    const limit = this.batchTicksMax;
    if (!this.#paced) {
      for (let at = 0; at < count; at += limit) {
        this.#storeChecked(at, count - at < limit ? count - at : limit);
      }
      return PublishResult.Published;
    }
    if (count > limit) this.#refuse(bytes, count);
    if (this.position > (this.#own[Own.freeUntil] as number) && !this.refreshPace()) {
      this.#count(WriterCounter.full, 1);
      return PublishResult.Full;
    }
    if (count > 0) this.#storeChecked(0, count);
    return PublishResult.Published;
  }

  #storeChecked(sourceTick: number, count: number): void {
    const first = this.position;
    if (first + count > Number.MAX_SAFE_INTEGER) {
      throw new RingError('POSITION_EXHAUSTED', 'the ring has no positions left', {
        field: 'published',
      });
    }
    this.#store(first, sourceTick, count);
  }

  /** The protocol: claim, fence, copy, fence, publish. */
  #store(first: number, sourceTick: number, count: number): void {
    const cells = this.#cells;
    const end = first + count;
    cells[CursorCell.claimed] = end;
    this.#fence?.full();
    const slot = (first | 0) & this.#mask;
    if (count === 1) (this.#copy as SlotCopy).copyOne(sourceTick, slot);
    else this.#copyIn(sourceTick, slot, count);
    this.#fence?.full();
    cells[CursorCell.published] = end;
    this.#own[Own.position] = end;
    cells[WriterCounter.publications] = (cells[WriterCounter.publications] as number) + 1;
  }

  #copyIn(sourceTick: number, slot: number, count: number): void {
    const copy = this.#copy as SlotCopy;
    const beforeWrap = this.#mask + 1 - slot;
    const head = count <= beforeWrap ? count : beforeWrap;
    copy.copy(sourceTick, slot, head);
    if (head < count) copy.copy(sourceTick + head, 0, count - head);
  }

  #bind(bytes: Uint8Array): void {
    this.#copy = new SlotCopy(bytes, this.#slots, {
      makeBlockCopy: this.#makeBlockCopy,
      wordTicksMax: WORD_TICKS_MAX,
    });
    const ticks = Math.floor(bytes.length / TICK_BYTES);
    this.#sourceTicks = Math.min(ticks, this.batchTicksMax);
    this.#source = bytes;
  }

  #count(counter: WriterCounter, by: number): void {
    this.#cells[counter] = (this.#cells[counter] ?? 0) + by;
  }

  #refuse(bytes: Uint8Array, count: number): never {
    if (this.#closed) throw new RingError('CLOSED', 'the ring is closed', { field: 'state' });
    const limits = `${bytes.length} bytes given, at most ${this.batchTicksMax} ticks`;
    throw new RingError('BAD_BATCH', `a batch of ${count} ticks, ${limits}`, { field: 'count' });
  }
}

/**
 * Whether a writer can go on in this ring: header, positions and directory are sound.
 * @throws RingError as `readRingHeader`, `BAD_CURSORS`, `BAD_ENTRY`: make a new ring.
 */
export function checkTakeover(buffer: ArrayBuffer): {
  header: RingHeader;
  published: number;
  claimed: number;
} {
  const header = readRingHeader(buffer);
  const { plan } = header;
  const cells = new Float64Array(buffer, plan.cursorsOffset, PAGE_BYTES / 8);
  const published = cells[CursorCell.published] ?? Number.NaN;
  const claimed = cells[CursorCell.claimed] ?? Number.NaN;
  const sound =
    isPosition(published) &&
    isPosition(claimed) &&
    claimed >= published &&
    claimed - published <= plan.slotCount;
  if (!sound) {
    throw new RingError('BAD_CURSORS', `claimed ${claimed}, published ${published}`, {
      field: 'claimed',
      offset: plan.cursorsOffset,
    });
  }
  void new RingDirectoryReader(buffer, plan).count;
  return { header, published, claimed };
}
