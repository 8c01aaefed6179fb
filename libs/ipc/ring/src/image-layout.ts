/**
 * Layout of an image file, version 1: per instrument of a ring the last tick of a few kinds, so
 * that who comes late has the state at once. Little-endian, every field on its natural alignment.
 *
 *   header page (4096)
 *     off size field         type   unit or domain
 *       0    8 magic         bytes  "TICKIMAG"
 *       8    4 layoutVersion u32    1
 *      12    4 endianProbe   u32    0x01020304
 *      16    4 cellBytes     u32    80
 *      20    4 capacity      u32    rows: the ring's directory capacity, 1 … 65,536
 *      24    4 kinds         u8 ×4  tick kind of each column, different from each other
 *      28    4 cellsOffset   u32    4096
 *      32    8 totalBytes    f64    bytes
 *      40    8 ringId        u64    of the ring whose ticks these are
 *     128    4 epoch         u32    of the ring's writer who writes here now
 *     256    8 through       f64    every tick below this position is in the image
 *
 *   cells (320 · capacity at cellsOffset): row = dense index, 4 cells of 80 bytes a row
 *       0    8 before        f64    position + 1 of the tick that is being stored; 0 = none yet
 *       8   64 tick                 as in the ring
 *      72    8 after         f64    the same number, once the tick is whole
 *
 * A cell is a sequence lock. Writer: before · fence · tick · fence · after. Reader: after · fence ·
 * tick · fence · before; what it copied is whole when both numbers are equal. A tick of the whole
 * ring or channel is kept in row 0, the ring's own entry. Positions never repeat, so equal numbers
 * are of the same tick.
 *
 * This module knows sizes and places only. Decided in docs/adr/0016-snapshots.md; moving a field
 * means a new layout version.
 */
import { TICK_BYTES } from '@tickwire/core';
import { RingError } from './errors.ts';
import { DIRECTORY_CAPACITY_MAX, ENDIAN_PROBE, PAGE_BYTES } from './layout.ts';
import type { RingId } from './ring-id.ts';

export const IMAGE_MAGIC = 'TICKIMAG';
export const IMAGE_LAYOUT_VERSION = 1;
export const IMAGE_KINDS = 4;
export const IMAGE_CELL_BYTES = TICK_BYTES + 16;

/** Byte offsets in the header page. */
export const ImageOffset = {
  magic: 0,
  layoutVersion: 8,
  endianProbe: 12,
  cellBytes: 16,
  capacity: 20,
  kinds: 24,
  cellsOffset: 28,
  totalBytes: 32,
  ringIdLo: 40,
  ringIdHi: 44,
  epoch: 128,
  through: 256,
} as const;

/** Tick kinds of the four columns. */
export type ImageKinds = readonly [number, number, number, number];

export interface ImageFormat {
  readonly ringId: RingId;
  /** The ring's directory capacity. */
  readonly capacity: number;
  readonly kinds: ImageKinds;
}

export interface ImageHeader extends ImageFormat {
  readonly totalBytes: number;
  /** Of the moment of reading. */
  readonly epoch: number;
}

/** Bytes of an image of so many instruments. @throws RingError `BAD_GEOMETRY`. */
export function imageBytes(capacity: number): number {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > DIRECTORY_CAPACITY_MAX) {
    throw bad('BAD_GEOMETRY', 'capacity', `${capacity} rows, 1 … ${DIRECTORY_CAPACITY_MAX} may be`);
  }
  return PAGE_BYTES + capacity * IMAGE_KINDS * IMAGE_CELL_BYTES;
}

/**
 * Makes an empty image in zeroed memory that nobody else sees yet.
 * @throws RingError `BAD_GEOMETRY`, `TRUNCATED`: a bug of the caller.
 */
export function formatImage(buffer: ArrayBuffer, format: ImageFormat): void {
  const totalBytes = imageBytes(format.capacity);
  if (buffer.byteLength < totalBytes) throw truncated(buffer.byteLength, totalBytes);
  const view = new DataView(buffer);
  view.setUint32(ImageOffset.layoutVersion, IMAGE_LAYOUT_VERSION, true);
  view.setUint32(ImageOffset.endianProbe, ENDIAN_PROBE, true);
  view.setUint32(ImageOffset.cellBytes, IMAGE_CELL_BYTES, true);
  view.setUint32(ImageOffset.capacity, format.capacity, true);
  format.kinds.forEach((kind, column) => view.setUint8(ImageOffset.kinds + column, kind));
  view.setUint32(ImageOffset.cellsOffset, PAGE_BYTES, true);
  view.setFloat64(ImageOffset.totalBytes, totalBytes, true);
  view.setUint32(ImageOffset.ringIdLo, format.ringId.lo, true);
  view.setUint32(ImageOffset.ringIdHi, format.ringId.hi, true);
  for (let at = 0; at < IMAGE_MAGIC.length; at++) view.setUint8(at, IMAGE_MAGIC.charCodeAt(at));
  readImageHeader(buffer);
}

/**
 * Validates a header: what it returns lies inside `buffer`, whatever the bytes are.
 * @throws RingError `TRUNCATED`, `BAD_MAGIC`, `WRONG_ENDIAN`, `BAD_VERSION`, `BAD_GEOMETRY`,
 *   `BAD_HEADER`: do not use it.
 */
export function readImageHeader(buffer: ArrayBuffer): ImageHeader {
  if (buffer.byteLength < PAGE_BYTES) throw truncated(buffer.byteLength, PAGE_BYTES);
  const view = new DataView(buffer);
  for (let at = 0; at < IMAGE_MAGIC.length; at++) {
    if (view.getUint8(at) === IMAGE_MAGIC.charCodeAt(at)) continue;
    throw bad('BAD_MAGIC', 'magic', 'not an image file');
  }
  const u32 = (field: keyof typeof ImageOffset): number => view.getUint32(ImageOffset[field], true);
  const probe = u32('endianProbe');
  if (probe !== ENDIAN_PROBE) {
    const code = probe === 0x0403_0201 ? 'WRONG_ENDIAN' : 'BAD_HEADER';
    throw bad(code, 'endianProbe', `byte order probe is 0x${probe.toString(16)}`);
  }
  const version = u32('layoutVersion');
  if (version !== IMAGE_LAYOUT_VERSION) {
    const message = `image layout version ${version}, this program knows ${IMAGE_LAYOUT_VERSION}`;
    throw bad('BAD_VERSION', 'layoutVersion', message);
  }
  const capacity = u32('capacity');
  const totalBytes = imageBytes(capacity);
  same('cellBytes', u32('cellBytes'), IMAGE_CELL_BYTES);
  same('cellsOffset', u32('cellsOffset'), PAGE_BYTES);
  same('totalBytes', view.getFloat64(ImageOffset.totalBytes, true), totalBytes);
  if (buffer.byteLength < totalBytes) throw truncated(buffer.byteLength, totalBytes);
  const kindAt = (column: number): number => view.getUint8(ImageOffset.kinds + column);
  const kinds: ImageKinds = [kindAt(0), kindAt(1), kindAt(2), kindAt(3)];
  if (new Set(kinds).size !== IMAGE_KINDS) {
    throw bad('BAD_HEADER', 'kinds', `the kinds ${kinds.join(', ')} are not four`);
  }
  return {
    ringId: { hi: u32('ringIdHi'), lo: u32('ringIdLo') },
    capacity,
    kinds,
    totalBytes,
    epoch: u32('epoch'),
  };
}

function same(field: keyof typeof ImageOffset, actual: number, expected: number): void {
  if (actual === expected) return;
  throw bad('BAD_GEOMETRY', field, `${field} is ${actual}, its geometry gives ${expected}`);
}

function truncated(actual: number, expected: number): RingError {
  return bad('TRUNCATED', 'totalBytes', `${actual} bytes, the image needs ${expected}`);
}

function bad(code: RingError['code'], field: keyof typeof ImageOffset, message: string): RingError {
  return new RingError(code, message, { field, offset: ImageOffset[field] });
}
