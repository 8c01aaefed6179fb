import type { StampNs } from '@tickwire/core';

/** One frame of a capture, as the link layer had it. */
export interface CapturedFrame {
  /** Frames before it in the file. */
  readonly index: number;
  /** Of its header, from the start of the file. */
  readonly offset: number;
  /**
   * When it was captured, in ns since the Unix epoch, by the clock of who captured it, in the
   * resolution of the file. Both words are all ones when the file does not say, or says a time
   * that 64 bits cannot hold.
   */
  readonly tsNs: Readonly<StampNs>;
  /** Of https://www.tcpdump.org/linktypes.html. */
  readonly linkType: number;
  /** What was captured of it, in place: valid until the next one is asked for. */
  readonly bytes: Uint8Array;
  /** How long it was on the wire. */
  readonly originalBytes: number;
}

/** What a file holds of one frame at most: above it a length is taken for damage. */
export const FRAME_BYTES_MAX = 262_144;
