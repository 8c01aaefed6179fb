/**
 * Divides what a replay service sends, split anywhere, into packets and texts.
 *
 *   size u16 | MsgSeqNum u32, SendingTime u64, messages    as the open EPAM handler reads it
 *   0xCAFE u16 | MsgSeqNum, SendingTime, one message       as the conflated TCP feed frames
 *   8=… or 9=… up to 10=nnn SOH                            FIX text
 *
 * The first two bytes tell them apart: as a size, 0xCAFE, `8=` and `9=` are all beyond the largest
 * packet. Which of the two framings the exchange's service has today is not checked against it.
 */
import {
  ENCODING_TYPE,
  MESSAGE_HEADER_BYTES,
  SIZE_BYTES,
  TCP_HEADER_BYTES,
  UDP_HEADER_BYTES,
} from '@tickwire/wire-mdp3';
import { ReplayError } from './errors.ts';
import { decodeFix, fixTextEnd, isFixText } from './fix-text.ts';
import type { FixFields } from './fix-text.ts';

/** Packets of the multicast feeds have 1,500 bytes at most. */
const PACKET_BYTES_MAX = 8_192;

export interface AnswerHandlers {
  /** An MDP 3.0 packet with its UDP header, `bytes[start, end)`, valid during the call. */
  packet(bytes: Uint8Array, start: number, end: number): void;
  text(fields: FixFields): void;
}

export class AnswerScanner {
  readonly #handlers: AnswerHandlers;
  /** Room for the longest frame; what is left of the last piece lies at its start. */
  readonly #kept = new Uint8Array(2 * PACKET_BYTES_MAX);
  #keptBytes = 0;
  #isClosed = false;

  constructor(handlers: AnswerHandlers) {
    this.#handlers = handlers;
  }

  /** Nothing is handed on any more, also of the piece that is being divided. */
  close(): void {
    this.#isClosed = true;
  }

  /** @throws ReplayError `BAD_FRAME`, `TOO_LONG`, `BAD_TEXT`: nothing behind it can be read. */
  push(piece: Uint8Array): void {
    const room = this.#kept;
    for (let from = 0; from < piece.length && !this.#isClosed;) {
      const taken = Math.min(piece.length - from, room.length - this.#keptBytes);
      room.set(piece.subarray(from, from + taken), this.#keptBytes);
      this.#keptBytes += taken;
      from += taken;
      const used = this.#divide(room.subarray(0, this.#keptBytes));
      room.copyWithin(0, used, this.#keptBytes);
      this.#keptBytes -= used;
    }
  }

  #divide(bytes: Uint8Array): number {
    let start = 0;
    while (!this.#isClosed) {
      const end = this.#frame(bytes, start);
      if (end === undefined) break;
      start = end;
    }
    return start;
  }

  /** Hands on the frame at `start`: where it ends, `undefined` when it has not arrived. */
  #frame(bytes: Uint8Array, start: number): number | undefined {
    if (bytes.length - start < SIZE_BYTES) return undefined;
    const first = bytes[start]!;
    const second = bytes[start + 1]!;
    if (isFixText(first, second)) return this.#text(bytes, start);
    const size = first | (second << 8);
    if (size === ENCODING_TYPE) return this.#message(bytes, start);
    if (size < UDP_HEADER_BYTES || size > PACKET_BYTES_MAX) {
      throw new ReplayError('BAD_FRAME', `a packet of ${size} bytes`);
    }
    const end = start + SIZE_BYTES + size;
    if (end > bytes.length) return undefined;
    this.#handlers.packet(bytes, start + SIZE_BYTES, end);
    return end;
  }

  #message(bytes: Uint8Array, start: number): number | undefined {
    const sizeAt = start + TCP_HEADER_BYTES;
    if (sizeAt + SIZE_BYTES > bytes.length) return undefined;
    const size = bytes[sizeAt]! | (bytes[sizeAt + 1]! << 8);
    if (size < MESSAGE_HEADER_BYTES || size > PACKET_BYTES_MAX) {
      throw new ReplayError('BAD_FRAME', `a message of ${size} bytes`);
    }
    const end = sizeAt + size;
    if (end > bytes.length) return undefined;
    // Behind the encoding type its header is that of a UDP packet.
    this.#handlers.packet(bytes, start + SIZE_BYTES, end);
    return end;
  }

  #text(bytes: Uint8Array, start: number): number | undefined {
    const end = fixTextEnd(bytes.subarray(start));
    if (end === undefined) return undefined;
    this.#handlers.text(decodeFix(bytes.subarray(start, start + end)));
    return start + end;
  }
}
