/**
 * Copies of packets that wait behind a hole, by position.
 *
 *   order:  │ slot 3 │ slot 0 │ slot 7 │         front = lowest position
 *   memory: │ slot 0 │ slot 1 │ … │             packetBytesMax each, made once
 *
 * Packets come nearly in order, so one more goes in at the end or a few places before it.
 */
import { createLegPacket } from './leg-packet.ts';
import type { Leg, LegPacket } from './leg-packet.ts';

export class HeldPackets {
  readonly packetsMax: number;
  readonly packetBytesMax: number;
  readonly #memory: Uint8Array;
  readonly #positions: Float64Array;
  readonly #sequences: Float64Array;
  readonly #recvNs: Float64Array;
  readonly #recvWall: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #legs: Uint8Array;
  /** Slots by position, `#count` of them from `#head` on, round the end. */
  readonly #order: Uint32Array;
  readonly #free: Uint32Array;
  #head = 0;
  #count = 0;
  #bytes = 0;
  /** What `take` gives. */
  readonly #taken = createLegPacket();

  constructor({ packetsMax, packetBytesMax }: { packetsMax: number; packetBytesMax: number }) {
    this.packetsMax = packetsMax;
    this.packetBytesMax = packetBytesMax;
    this.#memory = new Uint8Array(packetsMax * packetBytesMax);
    this.#positions = new Float64Array(packetsMax);
    this.#sequences = new Float64Array(packetsMax);
    this.#recvNs = new Float64Array(packetsMax);
    this.#recvWall = new Uint32Array(packetsMax * 2);
    this.#lengths = new Uint32Array(packetsMax);
    this.#legs = new Uint8Array(packetsMax);
    this.#order = new Uint32Array(packetsMax);
    this.#free = Uint32Array.from({ length: packetsMax }, (_, slot) => slot);
    this.#taken.bytes = this.#memory;
  }

  get count(): number {
    return this.#count;
  }

  /** Of the packets held, without what their slots have beyond them. */
  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#count === this.packetsMax;
  }

  /** Lowest position held; `Infinity` when none is. */
  get front(): number {
    return this.#count === 0 ? Infinity : this.#positionAt(0);
  }

  /** Highest position held; −1 when none is. */
  get back(): number {
    return this.#count === 0 ? -1 : this.#positionAt(this.#count - 1);
  }

  /** When the first of them came, monotonic ns; `Infinity` when there is none. */
  get oldestNs(): number {
    let oldest = Infinity;
    for (let rank = 0; rank < this.#count; rank++) {
      oldest = Math.min(oldest, this.#recvNs[this.#slotAt(rank)]!);
    }
    return oldest;
  }

  has(position: number): boolean {
    if (position > this.back) return false;
    const rank = this.#rankOf(position);
    return this.#positionAt(rank) === position;
  }

  isTooLarge({ start, end }: Readonly<LegPacket>): boolean {
    return end - start > this.packetBytesMax;
  }

  /** Copies the packet. It is not held yet, not too large, and there is room. */
  insert(position: number, packet: Readonly<LegPacket>): void {
    const rank = position > this.back ? this.#count : this.#rankOf(position);
    for (let at = this.#count; at > rank; at--) {
      this.#order[this.#place(at)] = this.#order[this.#place(at - 1)]!;
    }
    const slot = this.#free[this.packetsMax - 1 - this.#count]!;
    this.#order[this.#place(rank)] = slot;
    this.#count += 1;
    this.#positions[slot] = position;
    this.#fill(slot, packet);
  }

  #fill(slot: number, packet: Readonly<LegPacket>): void {
    const { bytes, start, end, recvWall } = packet;
    this.#memory.set(bytes.subarray(start, end), slot * this.packetBytesMax);
    this.#lengths[slot] = end - start;
    this.#bytes += end - start;
    this.#sequences[slot] = packet.sequence;
    this.#recvNs[slot] = packet.recvNs;
    this.#recvWall[2 * slot] = recvWall.hi;
    this.#recvWall[2 * slot + 1] = recvWall.lo;
    this.#legs[slot] = packet.leg;
  }

  /** Takes out the packet at the front (there is one); good until the next `insert` or `take`. */
  take(): LegPacket {
    const slot = this.#slotAt(0);
    const taken = this.#taken;
    taken.leg = this.#legs[slot] as Leg;
    taken.sequence = this.#sequences[slot]!;
    taken.start = slot * this.packetBytesMax;
    taken.end = taken.start + this.#lengths[slot]!;
    taken.recvNs = this.#recvNs[slot]!;
    taken.recvWall.hi = this.#recvWall[2 * slot]!;
    taken.recvWall.lo = this.#recvWall[2 * slot + 1]!;
    this.#head = this.#place(1);
    this.#count -= 1;
    this.#bytes -= this.#lengths[slot]!;
    this.#free[this.packetsMax - 1 - this.#count] = slot;
    return taken;
  }

  #place(rank: number): number {
    const at = this.#head + rank;
    return at >= this.packetsMax ? at - this.packetsMax : at;
  }

  #slotAt(rank: number): number {
    return this.#order[this.#place(rank)]!;
  }

  #positionAt(rank: number): number {
    return this.#positions[this.#slotAt(rank)]!;
  }

  /** How many are held before `position`, which is not beyond the last. */
  #rankOf(position: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#positionAt(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
