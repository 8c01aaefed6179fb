import {
  FRAME_HEADER_BYTES,
  FrameCodec,
  TickError,
  framePayloadBytes,
  readFrameHeader,
  readFramePayload,
} from '@tickwire/wire-tick';
import type { FrameHeader } from '@tickwire/wire-tick';
import { CaptureError } from './errors.ts';
import type { OnCaptureProblem } from './errors.ts';

/** One whole frame: its checksum is right. */
export interface ScannedFrame {
  readonly header: FrameHeader;
  readonly payload: Uint8Array;
  /** Of the frame's first byte, in the decompressed file. */
  readonly offset: number;
}

const MAGIC = [0x54, 0x57, 0x46, 0x31] as const; // "TWF1"

/**
 * Finds frames in pieces of bytes, also behind damage: after bytes that are no frame it looks for
 * the next place where a header and its checksum are right, so one damaged frame costs itself.
 *
 *   push(piece) ─▶ next() … next() ─▶ undefined ─▶ push … ─▶ finish() ─▶ next() … ─▶ undefined
 *
 * Memory: one piece plus the largest frame (16 MiB). Payloads are views that stay valid.
 */
export class FrameScanner {
  readonly #file: string;
  readonly #onProblem: OnCaptureProblem;
  #bytes = new Uint8Array(0);
  #at = 0;
  /** Offset in the file of `#bytes[0]`. */
  #base = 0;
  #finished = false;
  /** First offset of a stretch that is no frame, and why; undefined while frames follow frames. */
  #damage: { from: number; why: string } | undefined;

  constructor(file: string, onProblem: OnCaptureProblem) {
    this.#file = file;
    this.#onProblem = onProblem;
  }

  push(piece: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest, 0);
    joined.set(piece, rest.length);
    this.#base += this.#at;
    this.#bytes = joined;
    this.#at = 0;
  }

  /** Says that no bytes follow. */
  finish(): void {
    this.#finished = true;
  }

  /** The next whole frame at hand, or `undefined`: push more, or the end. */
  next(): ScannedFrame | undefined {
    for (;;) {
      const left = this.#bytes.length - this.#at;
      if (left < FRAME_HEADER_BYTES && !this.#finished) return undefined;
      if (left === 0) {
        this.#endDamage(this.#base + this.#at);
        return undefined;
      }
      const header = this.#header();
      if (header === undefined) continue;
      const frameBytes = FRAME_HEADER_BYTES + framePayloadBytes(header);
      if (left < frameBytes && !this.#finished) return undefined;
      const frame = this.#payload(header, frameBytes);
      if (frame !== undefined) return frame;
    }
  }

  /** The header here; if there is none, moves to the next place that may have one. */
  #header(): FrameHeader | undefined {
    try {
      return readFrameHeader(this.#bytes, this.#at);
    } catch (error) {
      if (!(error instanceof TickError)) throw error;
      this.#skip(error.message.replace(/ at offset \d+/, ''));
      return undefined;
    }
  }

  #payload(header: FrameHeader, frameBytes: number): ScannedFrame | undefined {
    const offset = this.#base + this.#at;
    try {
      const payload = readFramePayload(this.#bytes, this.#at, header);
      this.#endDamage(offset);
      this.#at += frameBytes;
      return { header, payload, offset };
    } catch (error) {
      if (!(error instanceof TickError)) throw error;
      const next = this.#at + frameBytes;
      // Its own length may be what is damaged: no frame that begins inside is lost with it.
      const whole =
        error.code === 'BAD_CHECKSUM' && this.#damage === undefined && !this.#hasMagic(next);
      if (whole && (this.#isMagic(next) || (this.#finished && next === this.#bytes.length))) {
        const unit = header.codec === FrameCodec.Ticks ? 'ticks' : 'directory entries';
        this.#report('BAD_CHECKSUM', `a frame of ${header.count} ${unit} is damaged`, offset);
        this.#at = next;
      } else this.#skip(error.message.replace(/ at offset \d+/, ''));
      return undefined;
    }
  }

  /** Begins or goes on with a damaged stretch: moves to the next "TWF1" behind this byte. */
  #skip(why: string): void {
    this.#damage ??= { from: this.#base + this.#at, why };
    let at = this.#at + 1;
    for (;;) {
      at = this.#bytes.indexOf(MAGIC[0], at);
      if (at < 0) {
        this.#at = this.#bytes.length;
        return;
      }
      // At the end of the piece the magic may be cut: keep what could become one.
      if (this.#isMagic(at) || (at + 4 > this.#bytes.length && !this.#finished)) {
        this.#at = at;
        return;
      }
      at += 1;
    }
  }

  #endDamage(end: number): void {
    const damage = this.#damage;
    if (damage === undefined) return;
    this.#damage = undefined;
    const bytes = end - damage.from;
    const isEnd = this.#finished && end === this.#base + this.#bytes.length;
    const code = isEnd && /there$/.test(damage.why) ? 'TRUNCATED' : 'BAD_FRAME';
    this.#report(code, `${bytes} bytes are no frame (${damage.why})`, damage.from);
  }

  #report(code: 'BAD_FRAME' | 'BAD_CHECKSUM' | 'TRUNCATED', detail: string, offset: number): void {
    this.#onProblem(new CaptureError(code, detail, { file: this.#file, offset }));
  }

  /** Whether "TWF1" stands behind the first byte here and before `end`. */
  #hasMagic(end: number): boolean {
    let at = this.#bytes.indexOf(MAGIC[0], this.#at + 1);
    while (at >= 0 && at < end && !this.#isMagic(at)) at = this.#bytes.indexOf(MAGIC[0], at + 1);
    return at >= 0 && at < end;
  }

  #isMagic(at: number): boolean {
    return MAGIC.every((byte, index) => this.#bytes[at + index] === byte);
  }
}
