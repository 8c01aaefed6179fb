/**
 * Packets from one thread to another through shared memory: one writer, one reader, bounded.
 *
 *   0   4  written   u32, bytes in all; stored after what it counts
 *   4   4  taken     u32, bytes in all
 *   64  …  records, each a multiple of 8 bytes:
 *            0  4  length of the record; 0xFFFFFFFF: the rest is empty, go on at the start
 *            4  1  kind         5  1  leg          6  2  channel, its index
 *            8  4  id          12  4  bytes of the packet
 *           16  8  recvNs      24  4  wall, high   28  4  wall, low
 *           32  …  the packet
 *
 * A packet that finds no room is not taken: the writer counts it (the newest is dropped).
 */
import type { StampNs } from '@tickwire/core';

const HEADER_BYTES = 64;
const RECORD_BYTES = 32;
const SKIP = 0xffff_ffff;
const WRITTEN = 0;
const TAKEN = 1;

/** What goes with the bytes; reused by the reader for each record. */
export interface PacketRecord {
  kind: number;
  leg: 0 | 1;
  /** Index of the channel among those of the gateway. */
  channel: number;
  /** Of a replay request; 0 else. */
  id: number;
  recvNs: number;
  recvWall: StampNs;
}

/** The bytes of a record are `bytes[start, end)`, valid during the call. */
export type RecordHandler = (
  record: Readonly<PacketRecord>,
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
) => void;

/** Memory of a ring with room for `bytes`, a power of two from 4,096 to 2^30. */
export function createPacketRingMemory(bytes: number): SharedArrayBuffer {
  if (bytes < 4_096 || bytes > 2 ** 30 || (bytes & (bytes - 1)) !== 0) {
    throw new RangeError(`a ring of ${bytes} bytes: a power of two from 4096 to 2^30 is needed`);
  }
  return new SharedArrayBuffer(HEADER_BYTES + bytes);
}

class RingView {
  readonly cells: Int32Array;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly capacity: number;

  constructor(memory: SharedArrayBuffer) {
    this.cells = new Int32Array(memory, 0, 2);
    this.bytes = new Uint8Array(memory, HEADER_BYTES);
    this.view = new DataView(memory, HEADER_BYTES);
    this.capacity = this.bytes.length;
  }

  get used(): number {
    return (Atomics.load(this.cells, WRITTEN) - Atomics.load(this.cells, TAKEN)) >>> 0;
  }
}

export class PacketRingWriter {
  readonly #ring: RingView;
  #written = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingView(memory);
    this.#written = Atomics.load(this.#ring.cells, WRITTEN) >>> 0;
  }

  /** Bytes that wait for the reader. */
  get usedBytes(): number {
    return this.#ring.used;
  }

  /** @returns false when there is no room: nothing was written. */
  offer(record: Readonly<PacketRecord>, packet: Uint8Array): boolean {
    const { capacity, view, bytes, used } = this.#ring;
    const length = RECORD_BYTES + ((packet.length + 7) & ~7);
    let at = this.#written & (capacity - 1);
    // A record lies in one piece.
    const skipped = at + length > capacity ? capacity - at : 0;
    if (used + skipped + length > capacity) return false;
    if (skipped > 0) {
      view.setUint32(at, SKIP, true);
      at = 0;
    }
    view.setUint32(at, length, true);
    view.setUint8(at + 4, record.kind);
    view.setUint8(at + 5, record.leg);
    view.setUint16(at + 6, record.channel, true);
    view.setUint32(at + 8, record.id, true);
    view.setUint32(at + 12, packet.length, true);
    view.setFloat64(at + 16, record.recvNs, true);
    view.setUint32(at + 24, record.recvWall.hi, true);
    view.setUint32(at + 28, record.recvWall.lo, true);
    bytes.set(packet, at + RECORD_BYTES);
    this.#written = (this.#written + skipped + length) >>> 0;
    Atomics.store(this.#ring.cells, WRITTEN, this.#written | 0);
    return true;
  }
}

export class PacketRingReader {
  readonly #ring: RingView;
  readonly #record: PacketRecord = {
    ...{ kind: 0, leg: 0, channel: 0, id: 0, recvNs: NaN, recvWall: { hi: NaN, lo: NaN } },
  };
  readonly #range = { start: 0, end: 0 };
  #taken = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new RingView(memory);
    this.#taken = Atomics.load(this.#ring.cells, TAKEN) >>> 0;
  }

  /** Hands on up to `recordsMax` records; returns how many there were. */
  poll(recordsMax: number, handler: RecordHandler): number {
    let records = 0;
    while (records < recordsMax && this.#ring.used > 0) {
      const { view, capacity } = this.#ring;
      const at = this.#taken & (capacity - 1);
      const length = view.getUint32(at, true);
      if (length === SKIP) {
        this.#advance(capacity - at);
        continue;
      }
      this.#read(at);
      handler(this.#record, this.#ring.bytes, this.#range);
      this.#advance(length);
      records += 1;
    }
    return records;
  }

  #read(at: number): void {
    const { view } = this.#ring;
    const record = this.#record;
    record.kind = view.getUint8(at + 4);
    record.leg = view.getUint8(at + 5) === 0 ? 0 : 1;
    record.channel = view.getUint16(at + 6, true);
    record.id = view.getUint32(at + 8, true);
    record.recvNs = view.getFloat64(at + 16, true);
    record.recvWall.hi = view.getUint32(at + 24, true);
    record.recvWall.lo = view.getUint32(at + 28, true);
    this.#range.start = at + RECORD_BYTES;
    this.#range.end = this.#range.start + view.getUint32(at + 12, true);
  }

  #advance(bytes: number): void {
    this.#taken = (this.#taken + bytes) >>> 0;
    Atomics.store(this.#ring.cells, TAKEN, this.#taken | 0);
  }
}
