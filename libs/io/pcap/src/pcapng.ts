/**
 * pcapng: blocks of `type u32, length u32, body, length u32`, padded to 4 bytes.
 *
 *   section header     byte order; forgets the interfaces before it
 *   interface          link type u16, reserved u16, snap length u32, options: unit of time, …
 *   enhanced packet    interface u32, time u32 u32, captured u32, original u32, bytes, options
 *   simple packet      original u32, bytes: of the first interface, without a time
 *
 * Blocks of other types are passed over, however long they are. Written after
 * draft-ietf-opsawg-pcapng.
 */
import type { ByteQueue } from './byte-queue.ts';
import type { CaptureFormat } from './capture-format.ts';
import { MICROSECONDS, NO_TIME, resolutionOf, secondsToNs, stampOf } from './capture-time.ts';
import type { TicksToNs } from './capture-time.ts';
import { FRAME_BYTES_MAX } from './captured-frame.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { PcapError } from './errors.ts';
import type { PcapErrorCode } from './errors.ts';

const Block = {
  SectionHeader: 0x0a0d_0d0a,
  Interface: 1,
  SimplePacket: 3,
  EnhancedPacket: 6,
} as const;

/** The type of a section header reads the same in both byte orders. */
export const PCAPNG_MAGIC = Block.SectionHeader;

const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
const BYTE_ORDER_MAGIC_TURNED = 0x4d3c_2b1a;
const VERSION_MAJOR = 1;

const HEAD_BYTES = 8;
const LENGTH_BYTES = 4;
/** The smallest block of each type, both lengths included. */
const BLOCK_BYTES_MIN = 12;
const SECTION_BYTES_MIN = 28;
const INTERFACE_BYTES_MIN = 20;
const ENHANCED_BYTES_MIN = 32;
const SIMPLE_BYTES_MIN = 16;
/** Where the bytes of a packet begin in its block. */
const ENHANCED_DATA_AT = 28;
const SIMPLE_DATA_AT = 12;
/** Section headers and interfaces are read as a whole: comments in them are not that long. */
const DESCRIPTION_BYTES_MAX = 1 << 20;
const INTERFACES_MAX = 4096;

const Option = { End: 0, TimeResolution: 9, TimeOffset: 14 } as const;

interface Interface {
  readonly linkType: number;
  /** 0 means without a limit. */
  readonly snapBytes: number;
  readonly toNs: TicksToNs;
  readonly offsetNs: bigint;
}

export class Pcapng implements CaptureFormat {
  #littleEndian = true;
  #interfaces: Interface[] = [];
  #count = 0;
  #begunAt = 0;
  /** The stated length of a block whose last four bytes are still to be compared with it. */
  #openLength: number | undefined;
  #hasSection = false;

  get isBetweenFrames(): boolean {
    return this.#hasSection && this.#openLength === undefined;
  }

  get begunAt(): number {
    return this.#begunAt;
  }

  next(queue: ByteQueue): CapturedFrame | undefined {
    for (;;) {
      if (!this.#closeBlock(queue)) return undefined;
      const length = this.#openBlock(queue);
      if (length === undefined) return undefined;
      const type = this.#u32(queue, 0);
      if (type === Block.EnhancedPacket || type === Block.SimplePacket) {
        const isEnhanced = type === Block.EnhancedPacket;
        const frame = isEnhanced ? this.#enhanced(queue, length) : this.#simple(queue, length);
        if (frame === undefined) return undefined;
        this.#pass(queue, length);
        return frame;
      }
      if (type === Block.SectionHeader || type === Block.Interface) {
        if (!this.#isWhole(queue, length)) return undefined;
        if (type === Block.SectionHeader) this.#section(queue, length);
        else this.#interfaces.push(this.#interface(queue, length));
      }
      this.#pass(queue, length);
    }
  }

  /** Compares the length behind a block with the one before it. False: it has not arrived. */
  #closeBlock(queue: ByteQueue): boolean {
    if (this.#openLength === undefined) return true;
    if (queue.isSkipping || queue.length < LENGTH_BYTES) return false;
    const length = this.#u32(queue, 0);
    if (length !== this.#openLength) {
      throw this.#error('BAD_BLOCK', `lengths of ${this.#openLength} and ${length} for one block`);
    }
    queue.skip(LENGTH_BYTES);
    this.#openLength = undefined;
    return true;
  }

  /** @returns the length of the block that begins here; undefined when that has not arrived. */
  #openBlock(queue: ByteQueue): number | undefined {
    this.#begunAt = queue.offset;
    if (queue.length < BLOCK_BYTES_MIN) return undefined;
    // Of a section header the byte order is needed before its length can be read.
    if (this.#u32(queue, 0) === Block.SectionHeader) this.#readByteOrder(queue);
    const length = this.#u32(queue, LENGTH_BYTES);
    if (length < BLOCK_BYTES_MIN || length % 4 !== 0) {
      throw this.#error('BAD_LENGTH', `a block of ${length} bytes`);
    }
    return length;
  }

  #pass(queue: ByteQueue, length: number): void {
    queue.skip(length - LENGTH_BYTES);
    this.#openLength = length;
  }

  #readByteOrder(queue: ByteQueue): void {
    const magic = queue.view.getUint32(queue.at(HEAD_BYTES), true);
    if (magic !== BYTE_ORDER_MAGIC && magic !== BYTE_ORDER_MAGIC_TURNED) {
      throw this.#error('BAD_BLOCK', 'a section header without its byte order');
    }
    this.#littleEndian = magic === BYTE_ORDER_MAGIC;
  }

  #isWhole(queue: ByteQueue, length: number): boolean {
    if (length > DESCRIPTION_BYTES_MAX) {
      throw this.#error('BAD_LENGTH', `a description of ${length} bytes`);
    }
    return queue.length >= length;
  }

  #section(queue: ByteQueue, length: number): void {
    this.#needBytes(length, SECTION_BYTES_MIN);
    const major = this.#u16(queue, 12);
    if (major !== VERSION_MAJOR) {
      const detail = `version ${major} of pcapng, expected ${VERSION_MAJOR}`;
      throw this.#error('UNSUPPORTED_VERSION', detail);
    }
    this.#hasSection = true;
    this.#interfaces = [];
  }

  #interface(queue: ByteQueue, length: number): Interface {
    this.#needBytes(length, INTERFACE_BYTES_MIN);
    if (this.#interfaces.length >= INTERFACES_MAX) {
      throw this.#error('BAD_BLOCK', `above ${INTERFACES_MAX} interfaces`);
    }
    const view = queue.view;
    let toNs = MICROSECONDS;
    let offsetNs = 0n;
    for (const { code, at, bytes } of this.#options(queue, { from: 16, to: length - 4 })) {
      if (code === Option.TimeResolution && bytes === 1) toNs = resolutionOf(view.getUint8(at));
      if (code === Option.TimeOffset && bytes === 8) {
        offsetNs = secondsToNs(view.getBigInt64(at, this.#littleEndian));
      }
    }
    const linkType = this.#u16(queue, 8);
    return { linkType, snapBytes: this.#u32(queue, 12), toNs, offsetNs };
  }

  *#options(
    queue: ByteQueue,
    range: { readonly from: number; readonly to: number },
  ): Generator<{ code: number; at: number; bytes: number }> {
    let position = range.from;
    while (position + 4 <= range.to) {
      const code = this.#u16(queue, position);
      const bytes = this.#u16(queue, position + 2);
      if (code === Option.End) return;
      if (position + 4 + bytes > range.to) {
        throw this.#error('BAD_BLOCK', `option ${code} of ${bytes} bytes leads out of its block`);
      }
      yield { code, at: queue.at(position + 4), bytes };
      position += 4 + Math.ceil(bytes / 4) * 4;
    }
  }

  #enhanced(queue: ByteQueue, length: number): CapturedFrame | undefined {
    this.#needBytes(length, ENHANCED_BYTES_MIN);
    if (queue.length < ENHANCED_DATA_AT) return undefined;
    const number = this.#u32(queue, 8);
    const from = this.#interfaceOf(number);
    const captured = this.#u32(queue, 20);
    this.#checkCaptured(captured, length - ENHANCED_BYTES_MIN);
    if (queue.length < ENHANCED_DATA_AT + captured) return undefined;
    const ticks = (BigInt(this.#u32(queue, 12)) << 32n) | BigInt(this.#u32(queue, 16));
    return this.#frame({
      tsNs: stampOf(from.toNs(ticks) + from.offsetNs),
      linkType: from.linkType,
      bytes: queue.peek(ENHANCED_DATA_AT, captured),
      originalBytes: this.#u32(queue, 24),
    });
  }

  #simple(queue: ByteQueue, length: number): CapturedFrame | undefined {
    this.#needBytes(length, SIMPLE_BYTES_MIN);
    const { linkType, snapBytes } = this.#interfaceOf(0);
    if (queue.length < SIMPLE_DATA_AT) return undefined;
    const originalBytes = this.#u32(queue, 8);
    const limit = snapBytes === 0 ? originalBytes : snapBytes;
    const captured = Math.min(originalBytes, limit);
    this.#checkCaptured(captured, length - SIMPLE_BYTES_MIN);
    if (queue.length < SIMPLE_DATA_AT + captured) return undefined;
    const bytes = queue.peek(SIMPLE_DATA_AT, captured);
    return this.#frame({ tsNs: NO_TIME, linkType, bytes, originalBytes });
  }

  #frame(read: Omit<CapturedFrame, 'index' | 'offset'>): CapturedFrame {
    const index = this.#count;
    this.#count += 1;
    return { index, offset: this.#begunAt, ...read };
  }

  #interfaceOf(number: number): Interface {
    const found = this.#interfaces[number];
    if (found !== undefined) return found;
    const { length } = this.#interfaces;
    throw this.#error('BAD_BLOCK', `a packet of interface ${number}, there are ${length}`);
  }

  #checkCaptured(captured: number, room: number): void {
    if (captured <= room && captured <= FRAME_BYTES_MAX) return;
    const detail = `a packet of ${captured} bytes in a block that has room for ${room}`;
    throw this.#error('BAD_LENGTH', detail);
  }

  #needBytes(length: number, least: number): void {
    if (length >= least) return;
    throw this.#error('BAD_LENGTH', `a block of ${length} bytes, its type has ${least} at least`);
  }

  #u16(queue: ByteQueue, position: number): number {
    return queue.view.getUint16(queue.at(position), this.#littleEndian);
  }

  #u32(queue: ByteQueue, position: number): number {
    return queue.view.getUint32(queue.at(position), this.#littleEndian);
  }

  #error(code: PcapErrorCode, detail: string): PcapError {
    return new PcapError(code, this.#begunAt, { detail });
  }
}
