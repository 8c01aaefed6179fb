/**
 * WebSocket frames, unmasked as a server sends them (RFC 6455, section 5.2), laid one after the
 * other in a large buffer: text as text frames (0x81), bytes as binary ones (0x82). Frames of one
 * pass that go to the same client are adjacent, so that a batch is one `write` without a copy, and
 * a frame is rendered once however many receive it.
 *
 *   0x81 │ length < 126        │ text
 *   0x81 │ 126 │ length u16 BE │ text
 *   0x81 │ 127 │ length u64 BE │ text
 *
 * A buffer is never reused: sockets may still hold parts of it. A full one is left to the
 * collector.
 */
import type { FrameSlice, FrameWriter } from './frame-writer.ts';
import type { Payload } from './outgoing-message.ts';

const ARENA_BYTES = 256 * 1024;
const HEADER_BYTES_MAX = 10;
const TEXT_FRAME = 0x81;
const BINARY_FRAME = 0x82;

export class FrameArena implements FrameWriter {
  /** The frame written last; the object is reused. */
  readonly last: FrameSlice = { bytes: Buffer.allocUnsafeSlow(ARENA_BYTES), start: 0, end: 0 };

  /** Writes the frame of a text or of bytes. The result is valid until the next call. */
  write(payload: Payload): FrameSlice {
    return typeof payload === 'string' ? this.#writeText(payload) : this.writeBytes(payload);
  }

  /** The frame of bytes: binary, or text that need not be valid UTF-8. */
  writeBytes(payload: Uint8Array, as: 'binary' | 'text' = 'binary'): FrameSlice {
    const start = this.#room(HEADER_BYTES_MAX + payload.length);
    const { last } = this;
    writeHeader(last.bytes, start, {
      first: as === 'text' ? TEXT_FRAME : BINARY_FRAME,
      length: payload.length,
    });
    const header = headerBytes(payload.length);
    last.bytes.set(payload, start + header);
    last.start = start;
    last.end = start + header + payload.length;
    return last;
  }

  /** Where the next frame goes; a full buffer is left and a new one begun. */
  #room(bytes: number): number {
    const { last } = this;
    if (last.end + bytes > last.bytes.length) {
      last.bytes = Buffer.allocUnsafeSlow(Math.max(ARENA_BYTES, bytes));
      last.end = 0;
    }
    return last.end;
  }

  #writeText(text: string): FrameSlice {
    const { last } = this;
    // UTF-8 takes at most 3 bytes for a UTF-16 unit.
    const start = this.#room(HEADER_BYTES_MAX + text.length * 3);
    // Almost all texts are ASCII and below 64 KiB: write where the text then lies, fix up if not.
    const guess = headerBytes(text.length);
    const length = last.bytes.write(text, start + guess, 'utf8');
    const needed = headerBytes(length);
    if (needed !== guess) {
      last.bytes.copyWithin(start + needed, start + guess, start + guess + length);
    }
    writeHeader(last.bytes, start, { first: TEXT_FRAME, length });
    last.start = start;
    last.end = start + needed + length;
    return last;
  }
}

function headerBytes(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeHeader(bytes: Buffer, at: number, of: { first: number; length: number }): void {
  const { first, length } = of;
  bytes[at] = first;
  if (length < 126) {
    bytes[at + 1] = length;
  } else if (length < 65_536) {
    bytes[at + 1] = 126;
    bytes.writeUInt16BE(length, at + 2);
  } else {
    bytes[at + 1] = 127;
    bytes.writeUInt32BE(0, at + 2);
    bytes.writeUInt32BE(length, at + 6);
  }
}
