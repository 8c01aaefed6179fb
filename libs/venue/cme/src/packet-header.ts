import type { StampNs } from '@tickwire/core';
import { UDP_HEADER_BYTES } from '@tickwire/wire-mdp3';

/** What stands before the messages of a packet: read where it is needed before they are. */
export class PacketHeader {
  /** MsgSeqNum. */
  sequence = 0;
  /** SendingTime. */
  readonly sent: StampNs = { hi: 0, lo: 0 };

  /** False, and nothing read, when there are too few bytes. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < UDP_HEADER_BYTES) return false;
    this.sequence = u32(bytes, start);
    this.sent.lo = u32(bytes, start + 4);
    this.sent.hi = u32(bytes, start + 8);
    return true;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  const high = bytes[at + 3]! << 24;
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | high) >>> 0;
}
