import type { Payload } from './outgoing-message.ts';

/** A frame in a buffer: bytes `start` … `end` − 1. */
export interface FrameSlice {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Puts payloads into the frames of a transport. */
export interface FrameWriter {
  /** The frame of one payload. Valid until the next call; its bytes are never written again. */
  write(payload: Payload): FrameSlice;
}
