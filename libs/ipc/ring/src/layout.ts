/**
 * Layout of a ring file, version 1. Little-endian, every field on its natural alignment.
 *
 *   header page (4096)
 *     off size field             type   unit or domain
 *       0    8 magic             bytes  "TICKRING"
 *       8    4 layoutVersion     u32    1
 *      12    4 endianProbe       u32    0x01020304
 *      16    4 slotBytes         u32    64
 *      20    4 slotCount         u32    power of two, 8 … 2^26
 *      24    4 directoryCapacity u32    entries, 1 … 65,536
 *      28    4 resumeCapacity    u32    channels in a page of producer state, 1 … 65,536
 *      32    4 cursorsOffset     u32    bytes
 *      36    4 directoryOffset   u32    bytes
 *      40    4 resumeOffset      u32    bytes, first of the two pages
 *      44    4 slotsOffset       u32    bytes
 *      48    8 totalBytes        f64    bytes
 *      56    8 ringId            u64    random, made at creation, never 0
 *      64    8 firstPosition     f64    position of the first tick ever written
 *      72    4 mode              u32    1 live, 2 paced
 *      76    2 partitionIndex    u16    i of …
 *      78    2 partitionCount    u16    … n, at least 1
 *      80    8 createdAtMs       f64    ms since the Unix epoch, for display
 *     128   64 name              UTF-8  zero-padded
 *     192   16 vendor            UTF-8  zero-padded
 *     256    4 state             u32    1 open, 2 closed, 3 replaced; 0 while being made
 *     260    4 epoch             u32    writers so far
 *     264    4 pid               u32    of the writer, for display (every container has a pid 1)
 *     384    8 heartbeatNs       f64    CLOCK_MONOTONIC of the writer's last sign of life
 *     512    4 anchorCount       u32    anchors so far; the newest is in place (count & 1)
 *     520   16 anchor 0          u32 ×4 wall − monotonic ns (high, low), monotonic ns (f64 words)
 *     536   16 anchor 1          u32 ×4
 *
 *   cursors (4096 at cursorsOffset), each on its own 128 bytes against false sharing
 *       0    8 claimed           f64    positions the writer may be writing are below this
 *     128    8 published         f64    positions below this are readable
 *     256    4 bell              u32    futex word; +1 for each wake
 *     384    4 directoryCount    u32    entries readable
 *     512    … writer counters   f64    see `WriterCounter`
 *     640    8 readerScans       f64    times a paced writer has looked for required readers
 *     648    8 requiredReaders   f64    of these, found by the last look
 *
 *   directory (256 · directoryCapacity at directoryOffset)      see directory-entry.ts
 *   producer state (2 pages at resumeOffset, written in turn)   see producer-state.ts
 *   slots (64 · slotCount at slotsOffset, page-aligned)         slot of p is p mod slotCount
 *
 * This module knows sizes and places only. Decided in docs/adr/0003-ring.md; moving a field means
 * a new layout version.
 */
import { TICK_BYTES } from '@tickwire/core';
import { RingError } from './errors.ts';

export const RING_MAGIC = 'TICKRING';
export const RING_LAYOUT_VERSION = 1;
export const ENDIAN_PROBE = 0x0102_0304;
export const PAGE_BYTES = 4096;
export const DIRECTORY_ENTRY_BYTES = 256;
export const RESUME_HEAD_BYTES = 64;
export const RESUME_MARK_BYTES = 32;

export const SLOT_COUNT_MIN = 8;
export const SLOT_COUNT_MAX = 2 ** 26;
export const DIRECTORY_CAPACITY_MAX = 65_536;
export const RESUME_CAPACITY_MAX = 65_536;
export const SLOT_COUNT_DEFAULT = 65_536;
export const DIRECTORY_CAPACITY_DEFAULT = 8_192;
/** Fills one 4096-byte page exactly. */
export const RESUME_CAPACITY_DEFAULT = 126;

/** Byte offsets in the header page. */
export const HeaderOffset = {
  magic: 0,
  layoutVersion: 8,
  endianProbe: 12,
  slotBytes: 16,
  slotCount: 20,
  directoryCapacity: 24,
  resumeCapacity: 28,
  cursorsOffset: 32,
  directoryOffset: 36,
  resumeOffset: 40,
  slotsOffset: 44,
  totalBytes: 48,
  ringIdLo: 56,
  ringIdHi: 60,
  firstPosition: 64,
  mode: 72,
  partitionIndex: 76,
  partitionCount: 78,
  createdAtMs: 80,
  name: 128,
  vendor: 192,
  state: 256,
  epoch: 260,
  pid: 264,
  heartbeatNs: 384,
  anchorCount: 512,
  anchors: 520,
} as const;

export const NAME_BYTES = 64;
export const VENDOR_BYTES = 16;
export const ANCHOR_BYTES = 16;

/** Indexes of 8-byte cells in the cursor section. */
export const CursorCell = {
  claimed: 0,
  published: 16,
  readerScans: 80,
  requiredReaders: 81,
} as const;

/** Indexes of 4-byte words in the cursor section. */
export const CursorWord = { bell: 64, directoryCount: 96 } as const;

/** Byte offset of the bell from the start of the file: the futex word. */
export const BELL_BYTE_OFFSET = PAGE_BYTES + CursorWord.bell * 4;

/** Cells of the writer's own counters; they outlive the writer and go on with the next one. */
export const WriterCounter = {
  /** Calls of `publish` that stored something. */
  publications: 64,
  /** Positions filled with PAD by takeovers. */
  padded: 65,
  /** Writers that found claimed positions of a dead one. */
  takeovers: 66,
  /** Directory entries refused because it was full. */
  directoryRefused: 67,
  /** Publications refused because a required reader was too far behind. */
  full: 68,
  /** Wakes. */
  bells: 69,
  /** Required readers that were silent too long. */
  expelled: 70,
} as const;
export type WriterCounter = (typeof WriterCounter)[keyof typeof WriterCounter];

export interface RingGeometry {
  /** Power of two, 8 … 2^26. */
  readonly slotCount: number;
  /** Instruments the ring can name, 1 … 65,536; entry 0 is the ring itself. */
  readonly directoryCapacity: number;
  /** Channels whose resume watermark is kept, 1 … 65,536. */
  readonly resumeCapacity?: number | undefined;
}

/** Where each section starts, in bytes. */
export interface RingPlan {
  readonly slotCount: number;
  readonly directoryCapacity: number;
  readonly resumeCapacity: number;
  readonly cursorsOffset: number;
  readonly directoryOffset: number;
  readonly resumeOffset: number;
  /** Bytes of one of the two pages of producer state. */
  readonly resumePageBytes: number;
  readonly slotsOffset: number;
  readonly totalBytes: number;
}

/**
 * Places the sections.
 * @throws RingError `BAD_GEOMETRY` when a size is outside its range.
 */
export function planRing(geometry: RingGeometry): RingPlan {
  const { slotCount, directoryCapacity } = geometry;
  const resumeCapacity = geometry.resumeCapacity ?? RESUME_CAPACITY_DEFAULT;
  requireRange('slotCount', slotCount, { min: SLOT_COUNT_MIN, max: SLOT_COUNT_MAX });
  if ((slotCount & (slotCount - 1)) !== 0) {
    throw badGeometry('slotCount', `${slotCount} slots is not a power of two`);
  }
  requireRange('directoryCapacity', directoryCapacity, { min: 1, max: DIRECTORY_CAPACITY_MAX });
  requireRange('resumeCapacity', resumeCapacity, { min: 1, max: RESUME_CAPACITY_MAX });
  const directoryOffset = PAGE_BYTES + PAGE_BYTES;
  const resumeOffset = wholePages(directoryOffset + directoryCapacity * DIRECTORY_ENTRY_BYTES);
  const resumePageBytes = wholePages(RESUME_HEAD_BYTES + resumeCapacity * RESUME_MARK_BYTES);
  const slotsOffset = resumeOffset + 2 * resumePageBytes;
  return {
    slotCount,
    directoryCapacity,
    resumeCapacity,
    cursorsOffset: PAGE_BYTES,
    directoryOffset,
    resumeOffset,
    resumePageBytes,
    slotsOffset,
    totalBytes: slotsOffset + slotCount * TICK_BYTES,
  };
}

/** Bytes of a ring file of this geometry. */
export function ringBytes(geometry: RingGeometry): number {
  return planRing(geometry).totalBytes;
}

function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

function requireRange(field: string, value: number, range: { min: number; max: number }): void {
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    throw badGeometry(field, `${field} ${value} is outside ${range.min} … ${range.max}`);
  }
}

function badGeometry(field: string, message: string): RingError {
  const offset = HeaderOffset[field as keyof typeof HeaderOffset];
  return new RingError('BAD_GEOMETRY', message, { field, offset });
}
