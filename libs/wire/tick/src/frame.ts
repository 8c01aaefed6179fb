/**
 * A frame: ticks on their way out of shared memory, in journals, capture files and on NATS.
 *
 *   off size field
 *    0   4   magic            "TWF1"
 *    4   2   layoutVersion    of the ticks: TICK_LAYOUT_VERSION
 *    6   2   codec            0 = ticks follow, 1 = directory entries of 256 bytes follow
 *    8   8   ringId           u64
 *   16   4   epoch            u32, of the writer
 *   20   4   count            u32, ticks (≤ 255 on the bus) or entries
 *   24   8   firstPosition    u64 below 2^53: position of the first tick, or index of the entry
 *   32   4   directoryCount   u32: entries the ticks may refer to
 *   36   4   checksum         CRC-32 (IEEE) of the 36 bytes before it, then of the payload
 *   40  24   reserved, zero
 *   64   …   payload
 *
 * The key of a tick anywhere is (ringId, position); a hole starts a new frame.
 */
import { TICK_BYTES } from '@tickwire/core';
import { crc32 } from './crc32.ts';
import { TickError } from './errors.ts';
import { TICK_LAYOUT_VERSION } from './tick-view.ts';

export const FRAME_HEADER_BYTES = 64;
const CHECKSUM_AT = 36;
export const FRAME_MAGIC = 0x3146_5754; // "TWF1" read little-endian
export const DIRECTORY_ENTRY_BYTES = 256;

export const FrameCodec = { Ticks: 0, Directory: 1 } as const;
export type FrameCodec = (typeof FrameCodec)[keyof typeof FrameCodec];

/** Ticks or entries in one frame at most: a bound for readers of hostile files. */
export const FRAME_COUNT_MAX = 65_536;

const TWO_32 = 4294967296;

export interface FrameHeader {
  codec: FrameCodec;
  ringIdHi: number;
  ringIdLo: number;
  epoch: number;
  count: number;
  firstPosition: number;
  directoryCount: number;
  checksum: number;
}

/** Bytes of the payload that `header` announces. */
export const framePayloadBytes = (header: Pick<FrameHeader, 'codec' | 'count'>): number =>
  header.count * (header.codec === FrameCodec.Ticks ? TICK_BYTES : DIRECTORY_ENTRY_BYTES);

/** What the `checksum` of the frame at `offset` of `bytes` must be. */
export function frameChecksum(bytes: Uint8Array, offset: number, payload: Uint8Array): number {
  return crc32(payload, crc32(bytes.subarray(offset, offset + CHECKSUM_AT)));
}

/** Writes header and payload at `offset` of `into`; returns the offset behind it. */
export function writeFrame(
  into: Uint8Array,
  offset: number,
  frame: Omit<FrameHeader, 'checksum'> & { payload: Uint8Array },
): number {
  const view = new DataView(into.buffer, into.byteOffset + offset, FRAME_HEADER_BYTES);
  new Uint8Array(into.buffer, into.byteOffset + offset, FRAME_HEADER_BYTES).fill(0);
  view.setUint32(0, FRAME_MAGIC, true);
  view.setUint16(4, TICK_LAYOUT_VERSION, true);
  view.setUint16(6, frame.codec, true);
  view.setUint32(8, frame.ringIdLo, true);
  view.setUint32(12, frame.ringIdHi, true);
  view.setUint32(16, frame.epoch, true);
  view.setUint32(20, frame.count, true);
  view.setUint32(24, frame.firstPosition >>> 0, true);
  view.setUint32(28, Math.floor(frame.firstPosition / TWO_32), true);
  view.setUint32(32, frame.directoryCount, true);
  view.setUint32(CHECKSUM_AT, frameChecksum(into, offset, frame.payload), true);
  into.set(frame.payload, offset + FRAME_HEADER_BYTES);
  return offset + FRAME_HEADER_BYTES + frame.payload.length;
}

/**
 * Reads the header at `offset`.
 * @throws TickError `TRUNCATED`, `BAD_MAGIC`, `BAD_VERSION`, `BAD_COUNT`; the bytes behind it are
 *   then not to be trusted either.
 */
export function readFrameHeader(bytes: Uint8Array, offset: number): FrameHeader {
  if (offset + FRAME_HEADER_BYTES > bytes.length) {
    const detail = `64 bytes wanted, ${bytes.length - offset} there`;
    throw new TickError('TRUNCATED', { field: 'frame', offset, detail });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEADER_BYTES);
  if (view.getUint32(0, true) !== FRAME_MAGIC) {
    throw new TickError('BAD_MAGIC', { field: 'magic', offset, detail: 'not a frame' });
  }
  const version = view.getUint16(4, true);
  if (version !== TICK_LAYOUT_VERSION) {
    const detail = `version ${version}, this program reads ${TICK_LAYOUT_VERSION}`;
    throw new TickError('BAD_VERSION', { field: 'layoutVersion', offset: offset + 4, detail });
  }
  const codec = view.getUint16(6, true);
  if (codec !== FrameCodec.Ticks && codec !== FrameCodec.Directory) {
    const detail = `codec ${codec} is unknown`;
    throw new TickError('BAD_VERSION', { field: 'codec', offset: offset + 6, detail });
  }
  const count = view.getUint32(20, true);
  const positionHi = view.getUint32(28, true);
  if (count === 0 || count > FRAME_COUNT_MAX || positionHi >= 0x20_0000) {
    const detail = `count ${count}, position word ${positionHi}`;
    throw new TickError('BAD_COUNT', { field: 'count', offset: offset + 20, detail });
  }
  return {
    codec,
    ringIdHi: view.getUint32(12, true),
    ringIdLo: view.getUint32(8, true),
    epoch: view.getUint32(16, true),
    count,
    firstPosition: positionHi * TWO_32 + view.getUint32(24, true),
    directoryCount: view.getUint32(32, true),
    checksum: view.getUint32(CHECKSUM_AT, true),
  };
}

/**
 * The payload behind the header at `offset`, as a view without a copy.
 * @throws TickError `TRUNCATED`, `BAD_CHECKSUM`.
 */
export function readFramePayload(
  bytes: Uint8Array,
  offset: number,
  header: FrameHeader,
): Uint8Array {
  const start = offset + FRAME_HEADER_BYTES;
  const length = framePayloadBytes(header);
  if (start + length > bytes.length) {
    const detail = `${length} bytes wanted, ${bytes.length - start} there`;
    throw new TickError('TRUNCATED', { field: 'payload', offset: start, detail });
  }
  const payload = bytes.subarray(start, start + length);
  if (frameChecksum(bytes, offset, payload) !== header.checksum) {
    const detail = 'CRC-32 of header and payload differs';
    throw new TickError('BAD_CHECKSUM', { field: 'payload', offset: start, detail });
  }
  return payload;
}
