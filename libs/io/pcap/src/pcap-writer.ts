import { stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { FRAME_BYTES_MAX } from './captured-frame.ts';
import { PcapError } from './errors.ts';
import { LinkType } from './link-layer.ts';

const MAGIC_NS = 0xa1b2_3c4d;
const FILE_HEADER_BYTES = 24;
const FRAME_HEADER_BYTES = 16;
const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_END = 2n ** 32n;

/**
 * Writes a classic pcap file in ns, little-endian: its header at once, then frame by frame. Where
 * the bytes go is up to `write`; each piece is a buffer of its own.
 */
export class PcapWriter {
  readonly #write: (bytes: Uint8Array) => void;
  /** Bytes of the file so far. */
  #offset = FILE_HEADER_BYTES;

  constructor(write: (bytes: Uint8Array) => void, options: { readonly linkType?: number } = {}) {
    this.#write = write;
    const header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
    header.setUint32(0, MAGIC_NS, true);
    header.setUint16(4, 2, true);
    header.setUint16(6, 4, true);
    header.setUint32(16, FRAME_BYTES_MAX, true);
    header.setUint32(20, options.linkType ?? LinkType.Ethernet, true);
    write(new Uint8Array(header.buffer));
  }

  /**
   * @param tsNs - ns since the Unix epoch, before 2106: the format has 32 bits of seconds.
   * @throws PcapError `OUT_OF_RANGE` for a later time, or a frame above 256 KiB.
   */
  frame(tsNs: Readonly<StampNs>, bytes: Uint8Array): void {
    const ns = stampToBigInt(tsNs);
    if (ns / NS_PER_SECOND >= SECONDS_END) {
      throw new PcapError('OUT_OF_RANGE', this.#offset, { detail: `a time of ${ns} ns` });
    }
    if (bytes.length > FRAME_BYTES_MAX) {
      const detail = `a frame of ${bytes.length} bytes`;
      throw new PcapError('OUT_OF_RANGE', this.#offset, { detail });
    }
    const written = new Uint8Array(FRAME_HEADER_BYTES + bytes.length);
    const header = new DataView(written.buffer);
    header.setUint32(0, Number(ns / NS_PER_SECOND), true);
    header.setUint32(4, Number(ns % NS_PER_SECOND), true);
    header.setUint32(8, bytes.length, true);
    header.setUint32(12, bytes.length, true);
    written.set(bytes, FRAME_HEADER_BYTES);
    this.#offset += written.length;
    this.#write(written);
  }
}
