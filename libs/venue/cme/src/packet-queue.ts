import type { RecvStamp } from '@tickwire/domain-feed';

/** A packet of the queue, to be gone through: valid until the queue is changed. */
export interface QueuedPacket {
  sequence: number;
  start: number;
  end: number;
  readonly recv: RecvStamp;
}

const FIRST_CAPACITY = 256;
/** Numbers kept of each packet: sequence, start, end, and its receipt. */
const SEQUENCE = 0;
const START = 1;
const END = 2;
const RECV_NS = 3;
const RECV_HI = 4;
const RECV_LO = 5;
const FIELDS = 6;

/**
 * Incremental packets that a recovery may have to go through (again), in the order of their
 * sequences. Bounded by bytes; when they do not suffice, `push` is false and nothing is kept: the
 * owner clears it and begins its recovery again.
 */
export class PacketQueue {
  readonly bytesMax: number;
  /** Made when the first packet comes: a channel that never loses one has no queue. */
  bytes = new Uint8Array(0);
  #fields = new Float64Array(0);
  #count = 0;
  #used = 0;
  readonly #packet: QueuedPacket = {
    ...{ sequence: NaN, start: NaN, end: NaN },
    recv: { hi: NaN, lo: NaN, monotonicNs: NaN },
  };

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Of the packets in it. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Copies the bytes from `start` to before `end`. */
  push(
    packet: { sequence: number; bytes: Uint8Array; start: number; end: number },
    recv: Readonly<RecvStamp>,
  ): boolean {
    const size = packet.end - packet.start;
    if (this.#used + size > this.bytesMax) return false;
    if (this.#used + size > this.bytes.length) this.#growBytes(this.#used + size);
    if (FIELDS * (this.#count + 1) > this.#fields.length) this.#growFields();
    this.bytes.set(packet.bytes.subarray(packet.start, packet.end), this.#used);
    const at = FIELDS * this.#count;
    const fields = this.#fields;
    fields[at + SEQUENCE] = packet.sequence;
    fields[at + START] = this.#used;
    fields[at + END] = this.#used + size;
    fields[at + RECV_NS] = recv.monotonicNs;
    fields[at + RECV_HI] = recv.hi;
    fields[at + RECV_LO] = recv.lo;
    this.#used += size;
    this.#count += 1;
    return true;
  }

  /** Place of the first packet behind `sequence`; `count` when there is none. */
  placeBehind(sequence: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#fields[FIELDS * middle + SEQUENCE]! > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The packet at `place`, 0 … count − 1: one object, moved. Its bytes are in `bytes`. */
  at(place: number): QueuedPacket {
    const at = FIELDS * place;
    const fields = this.#fields;
    const packet = this.#packet;
    packet.sequence = fields[at + SEQUENCE]!;
    packet.start = fields[at + START]!;
    packet.end = fields[at + END]!;
    packet.recv.monotonicNs = fields[at + RECV_NS]!;
    packet.recv.hi = fields[at + RECV_HI]!;
    packet.recv.lo = fields[at + RECV_LO]!;
    return packet;
  }

  clear(): void {
    this.#count = 0;
    this.#used = 0;
  }

  #growBytes(least: number): void {
    const size = Math.min(this.bytesMax, Math.max(65_536, 2 * this.bytes.length, least));
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, this.#used));
    this.bytes = bytes;
  }

  #growFields(): void {
    const fields = new Float64Array(Math.max(FIRST_CAPACITY * FIELDS, 2 * this.#fields.length));
    fields.set(this.#fields);
    this.#fields = fields;
  }
}
