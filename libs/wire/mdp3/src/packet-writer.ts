import type { MessageEncoder } from '@tickwire/wire-sbe';
import { Mdp3Error } from './errors.ts';
import { ENCODING_TYPE, MESSAGE_BYTES_MAX, SIZE_BYTES } from './framing.ts';
import { TCP_HEADER_BYTES, UDP_HEADER_BYTES } from './framing.ts';
import type { Mdp3Framing } from './framing.ts';

const U32_MAX = 0xffff_ffff;

/** What stands in the header of a packet, or in the TCP framing of a message. */
export interface PacketStamp {
  readonly sequence: number;
  /** ns since the Unix epoch, as two words. */
  readonly sendingTimeHi32: number;
  readonly sendingTimeLo32: number;
}

/**
 * Writes a packet, message by message, into a buffer of the caller.
 *
 *   packet.begin(view, stamp);
 *   book.wrap(packet.view, packet.messageAt, packet.end) …
 *   packet.take(book);
 *   send(bytes.subarray(0, packet.length));
 *
 * In the TCP framing every message has its own header: `begin` before each of them, with the
 * offset behind the one before.
 */
export class Mdp3PacketWriter {
  readonly framing: Mdp3Framing;
  view: DataView = new DataView(new ArrayBuffer(0));
  /** The packet may not reach beyond it. */
  end = 0;
  #start = 0;
  #at = 0;

  constructor(framing: Mdp3Framing = 'udp') {
    this.framing = framing;
  }

  /**
   * Begins a packet by writing its header.
   *
   * @param room.offset - Where it begins in the view; 0 unless given.
   * @param room.end - It may not reach beyond; the end of the view unless given.
   * @throws Mdp3Error `NO_SPACE`, `OUT_OF_RANGE`.
   */
  begin(
    view: DataView,
    stamp: PacketStamp,
    room: { readonly offset?: number; readonly end?: number } = {},
  ): this {
    const { offset = 0, end = view.byteLength } = room;
    this.view = view;
    this.end = end;
    this.#start = offset;
    const isUdp = this.framing === 'udp';
    const bytes = isUdp ? UDP_HEADER_BYTES : TCP_HEADER_BYTES;
    if (bytes > end - offset) {
      throw new Mdp3Error('NO_SPACE', 0, `${bytes} bytes, ${end - offset} are left`);
    }
    const at = isUdp ? offset : offset + 2;
    if (!isUdp) view.setUint16(offset, ENCODING_TYPE, true);
    view.setUint32(at, u32(stamp.sequence, 'sequence'), true);
    view.setUint32(at + 4, u32(stamp.sendingTimeLo32, 'sendingTimeLo32'), true);
    view.setUint32(at + 8, u32(stamp.sendingTimeHi32, 'sendingTimeHi32'), true);
    this.#at = offset + bytes;
    return this;
  }

  /** Where an encoder has to write the next message: its size comes before it. */
  get messageAt(): number {
    return this.#at + SIZE_BYTES;
  }

  /** Bytes of the packet so far. */
  get length(): number {
    return this.#at - this.#start;
  }

  /**
   * Ends the message that the encoder wrote at `messageAt`.
   *
   * @param version - Of the sender; the schema's own unless given.
   * @throws Mdp3Error `NO_SPACE`, `TOO_LARGE`: then the message is not part of the packet.
   * @throws SbeError when it is not a whole message.
   */
  take(encoder: MessageEncoder, version?: number): this {
    const bytes = version === undefined ? encoder.finish() : encoder.finishAs(version);
    const size = bytes + SIZE_BYTES;
    const left = this.end - this.#at;
    if (size > left) {
      throw new Mdp3Error('NO_SPACE', this.length, `a message of ${size} bytes, ${left} are left`);
    }
    if (size > MESSAGE_BYTES_MAX) {
      throw new Mdp3Error('TOO_LARGE', this.length, `a message of ${size} bytes`);
    }
    this.view.setUint16(this.#at, size, true);
    this.#at += size;
    return this;
  }
}

function u32(value: number, field: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= U32_MAX) return value;
  throw new Mdp3Error('OUT_OF_RANGE', 0, `${field} is ${value}`);
}
