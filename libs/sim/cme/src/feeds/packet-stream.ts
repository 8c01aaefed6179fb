/** Packets of one feed: messages are put into a packet until it is full or ended. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { Mdp3PacketWriter } from '@tickwire/wire-mdp3';

/** Bytes of the largest packet, headers of UDP and IP not counted. */
export const PACKET_BYTES_MAX = 1_420;

/** A packet on its way out; `bytes` are those of the next one as soon as `take` has returned. */
export interface FeedPacket {
  readonly bytes: Uint8Array;
  readonly sequence: number;
  /** ns since the exchange began. */
  readonly atNs: number;
}

export type TakePacket = (packet: FeedPacket) => void;

/** ns that a packet is sent after its events were made. */
const PUBLISH_NS = 9_000;

export class PacketStream {
  readonly writer = new Mdp3PacketWriter();
  readonly #start: Readonly<StampNs>;
  readonly #take: TakePacket;
  readonly #bytes = new Uint8Array(PACKET_BYTES_MAX);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #sendingTime: StampNs = { hi: 0, lo: 0 };
  #sequence = 0;
  #atNs = 0;
  #isOpen = false;

  /**
   * @param of.start - When the exchange began, ns since the Unix epoch.
   * @param of.firstSequence - MsgSeqNum of its first packet, u32. Default 1.
   */
  constructor(of: {
    readonly start: Readonly<StampNs>;
    readonly take: TakePacket;
    readonly firstSequence?: number;
  }) {
    this.#start = of.start;
    this.#take = of.take;
    this.#sequence = (of.firstSequence ?? 1) - 1;
  }

  /** MsgSeqNum of the packet that is being written, or of the last one. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Makes room for a message of so many bytes, its size included; in a new packet if need be. */
  room(bytes: number, atNs: number): Mdp3PacketWriter {
    if (this.#isOpen && this.writer.length + bytes > PACKET_BYTES_MAX) this.end();
    if (!this.#isOpen) this.#begin(atNs);
    return this.writer;
  }

  /** Sends the packet that is being written, if there is one. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const bytes = this.#bytes.subarray(0, this.writer.length);
    this.#take({ bytes, sequence: this.#sequence, atNs: this.#atNs });
  }

  /** The next packet has the sequence 1: a new week, or a new round of a loop. */
  restart(): void {
    this.end();
    this.#sequence = 0;
  }

  #begin(atNs: number): void {
    // 32 bits wide: it goes on at 0.
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#atNs = atNs;
    const time = this.#sendingTime;
    time.hi = this.#start.hi;
    time.lo = this.#start.lo;
    addNs(time, atNs + PUBLISH_NS);
    const stamp = {
      sequence: this.#sequence,
      sendingTimeHi32: time.hi,
      sendingTimeLo32: time.lo,
    };
    this.writer.begin(this.#view, stamp);
    this.#isOpen = true;
  }
}
