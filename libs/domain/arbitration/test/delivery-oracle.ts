/**
 * What must come out of an arbiter, from what was sent alone. A cursor goes over the packets sent:
 * each call of the sink has to be the very next thing, so order, repetition and silent loss are all
 * the same check.
 */
import type { ArbiterSink, Gap, LegPacket } from '../src/index.ts';

export const PAYLOAD_BYTES = 12;

export class DeliveryOracle implements ArbiterSink {
  /** Packet → 1 delivered, 2 declared, 3 declared and come late, 4 given up by a reset. */
  readonly fates: Uint8Array;
  /** When something later than a packet was known to exist, ns; 0: not yet. */
  readonly knownNs: Float64Array;
  /** Packets (not sequences) of each gap, as declared. */
  readonly gaps: { first: number; count: number; noticedBy: Gap['noticedBy'] }[] = [];
  readonly mistakes: string[] = [];
  /** From `knownNs` to the declaration, the longest. */
  noticedAfterNsMax = 0;
  delivered = 0;
  declared = 0;
  cameLate = 0;
  told = { legSilent: 0, channelSilent: 0, live: 0 };
  readonly #sequenceOf: (packet: number) => number;
  /** The next packet that has to be delivered or declared. */
  #cursor = 0;
  #known = 0;

  constructor(packets: number, sequenceOf: (packet: number) => number) {
    this.fates = new Uint8Array(packets);
    this.knownNs = new Float64Array(packets);
    this.#sequenceOf = sequenceOf;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** To be called before the arbiter is: packets before `packet` are known to exist. */
  know(packet: number, nowNs: number): void {
    for (; this.#known < packet; this.#known++) this.knownNs[this.#known] = nowNs;
  }

  /** What was not delivered or declared before `packet` is given up with the old numbering. */
  giveUpTo(packet: number): void {
    for (; this.#cursor < packet; this.#cursor++) this.fates[this.#cursor] = 4;
    this.#known = Math.max(this.#known, packet);
  }

  deliver(packet: Readonly<LegPacket>): void {
    const { bytes, start, end, sequence, recvWall } = packet;
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
    const number = view.getUint32(0, true);
    const isWhole =
      end - start === PAYLOAD_BYTES &&
      view.getUint32(4, true) === ~number >>> 0 &&
      view.getUint32(8, true) === sequence &&
      recvWall.lo === number;
    if (!isWhole) this.#mistake(`packet ${number}: other bytes than those sent`);
    if (number !== this.#cursor) this.#mistake(`delivered ${number}, next is ${this.#cursor}`);
    this.fates[this.#cursor] = 1;
    this.#cursor += 1;
    this.delivered += 1;
  }

  gap({ first, count, noticedBy, noticedNs }: Gap): void {
    if (first !== this.#sequenceOf(this.#cursor)) {
      this.#mistake(`gap from ${first}, next is packet ${this.#cursor}`);
    }
    this.gaps.push({ first: this.#cursor, count, noticedBy });
    const afterNs = noticedNs - this.knownNs[this.#cursor]!;
    this.noticedAfterNsMax = Math.max(this.noticedAfterNsMax, afterNs);
    this.fates.fill(2, this.#cursor, this.#cursor + count);
    this.#cursor += count;
    this.declared += count;
  }

  late({ bytes, start }: Readonly<LegPacket>): void {
    const number = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0, true);
    if (this.fates[number] !== 2) this.#mistake(`packet ${number} is late, but was not missing`);
    this.fates[number] = 3;
    this.cameLate += 1;
  }

  legSilent(): void {
    this.told.legSilent += 1;
  }

  channelSilent(): void {
    this.told.channelSilent += 1;
  }

  live(): void {
    this.told.live += 1;
  }

  #mistake(what: string): void {
    if (this.mistakes.length < 10) this.mistakes.push(what);
  }
}
