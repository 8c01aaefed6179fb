/**
 * The classic format: a header of 24 bytes that says byte order, unit of time and link type, then
 * frames with 16 bytes before each.
 *
 *   file   magic u32, version u16 u16, time zone i32, accuracy u32, snap length u32, link type u32
 *   frame  seconds u32, µs or ns u32, captured length u32, original length u32, bytes
 */
import type { ByteQueue } from './byte-queue.ts';
import type { CaptureFormat } from './capture-format.ts';
import { secondsToNs, stampOf } from './capture-time.ts';
import { FRAME_BYTES_MAX } from './captured-frame.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { PcapError } from './errors.ts';

const FILE_HEADER_BYTES = 24;
const FRAME_HEADER_BYTES = 16;
const VERSION_MAJOR = 2;
/** Above it the field says how frames are checked, not what they are. */
const LINK_TYPE_MASK = 0xffff;

/** By the first four bytes, read little-endian. */
export const CLASSIC_MAGICS: ReadonlyMap<number, { littleEndian: boolean; nsPerUnit: bigint }> =
  new Map([
    [0xa1b2_c3d4, { littleEndian: true, nsPerUnit: 1_000n }],
    [0xd4c3_b2a1, { littleEndian: false, nsPerUnit: 1_000n }],
    [0xa1b2_3c4d, { littleEndian: true, nsPerUnit: 1n }],
    [0x4d3c_b2a1, { littleEndian: false, nsPerUnit: 1n }],
  ]);

export class ClassicPcap implements CaptureFormat {
  readonly #littleEndian: boolean;
  readonly #nsPerUnit: bigint;
  #linkType: number | undefined;
  #count = 0;
  #begunAt = 0;

  constructor(form: { readonly littleEndian: boolean; readonly nsPerUnit: bigint }) {
    this.#littleEndian = form.littleEndian;
    this.#nsPerUnit = form.nsPerUnit;
  }

  next(queue: ByteQueue): CapturedFrame | undefined {
    this.#linkType ??= this.#readFileHeader(queue);
    if (this.#linkType === undefined) return undefined;
    this.#begunAt = queue.offset;
    if (queue.length < FRAME_HEADER_BYTES) return undefined;
    const u32 = (position: number) => queue.view.getUint32(queue.at(position), this.#littleEndian);
    const length = u32(8);
    if (length > FRAME_BYTES_MAX) {
      const detail = `a frame of ${length} bytes, at most ${FRAME_BYTES_MAX} are captured`;
      throw new PcapError('BAD_LENGTH', queue.offset, { detail });
    }
    if (queue.length < FRAME_HEADER_BYTES + length) return undefined;
    const frame: CapturedFrame = {
      index: this.#count,
      offset: queue.offset,
      tsNs: stampOf(secondsToNs(BigInt(u32(0))) + BigInt(u32(4)) * this.#nsPerUnit),
      linkType: this.#linkType,
      bytes: queue.peek(FRAME_HEADER_BYTES, length),
      originalBytes: u32(12),
    };
    this.#count += 1;
    queue.skip(FRAME_HEADER_BYTES + length);
    return frame;
  }

  /** A file may end before any frame, but not within its own header. */
  get isBetweenFrames(): boolean {
    return this.#linkType !== undefined;
  }

  get begunAt(): number {
    return this.#begunAt;
  }

  #readFileHeader(queue: ByteQueue): number | undefined {
    if (queue.length < FILE_HEADER_BYTES) return undefined;
    const major = queue.view.getUint16(queue.at(4), this.#littleEndian);
    if (major !== VERSION_MAJOR) {
      const detail = `version ${major} of pcap, expected ${VERSION_MAJOR}`;
      throw new PcapError('UNSUPPORTED_VERSION', queue.offset, { detail });
    }
    const linkType = queue.view.getUint32(queue.at(20), this.#littleEndian) & LINK_TYPE_MASK;
    queue.skip(FILE_HEADER_BYTES);
    return linkType;
  }
}
