import type { HeaderDecoder } from '@tickwire/wire-sbe';
import { Mdp3Error } from './errors.ts';
import type { Mdp3ErrorCode } from './errors.ts';
import { ENCODING_TYPE, MESSAGE_HEADER_BYTES, SBE_HEADER_BYTES, SIZE_BYTES } from './framing.ts';
import { TCP_HEADER_BYTES, UDP_HEADER_BYTES } from './framing.ts';
import type { Mdp3Framing } from './framing.ts';

const NOWHERE = -1;

/** The SBE header of the message that a packet stands on: decoders take it by `wrapAfter`. */
class MessageHeader implements HeaderDecoder {
  $view: DataView = new DataView(new ArrayBuffer(0));
  $at = 0;
  $end = 0;
  readonly $bytes = SBE_HEADER_BYTES;
  $blockLength = 0;
  $templateId = 0;
  $schemaId = 0;
  $version = 0;
}

/**
 * A packet, walked message by message in place: nothing is allocated per packet or message, as
 * long as the packets lie in one buffer.
 *
 *   packet.wrap(bytes, start, end);
 *   while (packet.next()) {
 *     if (packet.templateId === 46) book.wrapAfter(packet.header);
 *   }
 *   if (packet.errorCode !== null) count(packet.error());
 *
 * A message whose frame is bad ends the packet: where the next one begins is not known. What came
 * before it stays good. Templates and schemas are not judged here (`Mdp3Decoders` does).
 */
export class Mdp3Packet {
  readonly framing: Mdp3Framing;
  readonly header = new MessageHeader();
  /** MsgSeqNum; in the TCP framing that of the message, known after `next`. */
  sequence = 0;
  /** SendingTime in ns since the Unix epoch, as two words; in the TCP framing of the message. */
  sendingTimeHi32 = 0;
  sendingTimeLo32 = 0;
  /** MsgSize of the message, its own two bytes included. */
  size = 0;
  /** Why the packet ended early; null when it did not. */
  errorCode: Mdp3ErrorCode | null = null;
  /** Of what is bad, from the first byte of the packet. */
  errorOffset = 0;
  #bytes: Uint8Array | undefined = undefined;
  /** Of the bytes in their buffer. */
  #offset = 0;
  #view = this.header.$view;
  #start = 0;
  #at = 0;
  #end = 0;

  constructor(framing: Mdp3Framing = 'udp') {
    this.framing = framing;
  }

  /**
   * Moves to the packet that lies from `start` to before `end`; it stands before its first message.
   * Of bytes that are too few for a packet header, `next` is false and `errorCode` says why.
   *
   * @throws RangeError when start and end are not within the bytes: a mistake of the caller.
   */
  wrap(bytes: Uint8Array, start = 0, end: number = bytes.length): this {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw new RangeError(`${start} to ${end} of ${bytes.length} bytes`);
    }
    if (this.#bytes !== bytes) this.#bind(bytes);
    this.#start = this.#offset + start;
    this.#at = this.#start;
    this.#end = this.#offset + end;
    this.errorCode = null;
    this.errorOffset = 0;
    if (this.framing === 'udp') this.#packetHeader();
    return this;
  }

  /** Moves to the next message. False behind the last one, and at one that is bad. */
  next(): boolean {
    if (this.errorCode !== null || this.#at >= this.#end) return false;
    const at = this.framing === 'tcp' ? this.#technicalHeader() : this.#at;
    if (at === NOWHERE) return false;
    const left = this.#end - at;
    if (left < MESSAGE_HEADER_BYTES) return this.#fail('TRUNCATED', at);
    const view = this.#view;
    const size = view.getUint16(at, true);
    if (size < MESSAGE_HEADER_BYTES || size > left) return this.#fail('BAD_SIZE', at);
    this.size = size;
    const header = this.header;
    header.$at = at + SIZE_BYTES;
    header.$end = at + size;
    header.$blockLength = view.getUint16(at + 2, true);
    header.$templateId = view.getUint16(at + 4, true);
    header.$schemaId = view.getUint16(at + 6, true);
    header.$version = view.getUint16(at + 8, true);
    this.#at = at + size;
    return true;
  }

  /** Over the whole buffer of the packet: `offset` and `end` are places in it. */
  get view(): DataView {
    return this.#view;
  }

  /** Where the SBE header of the message begins. */
  get offset(): number {
    return this.header.$at;
  }

  /** Where the message ends. */
  get end(): number {
    return this.header.$end;
  }

  get templateId(): number {
    return this.header.$templateId;
  }

  get blockLength(): number {
    return this.header.$blockLength;
  }

  get schemaId(): number {
    return this.header.$schemaId;
  }

  /** The sender's version of the schema. */
  get version(): number {
    return this.header.$version;
  }

  /** Bytes from the start of the packet to behind the last message that `next` gave. */
  get walkedBytes(): number {
    return this.#at - this.#start;
  }

  /** What `errorCode` says, with its place and reason; undefined when nothing is wrong. */
  error(): Mdp3Error | undefined {
    if (this.errorCode === null) return undefined;
    return new Mdp3Error(this.errorCode, this.errorOffset, this.#reason(this.errorCode));
  }

  /** Other bytes than the last ones: asking them for their buffer each time is not cheap. */
  #bind(bytes: Uint8Array): void {
    if (this.#view.buffer !== bytes.buffer) {
      this.#view = new DataView(bytes.buffer);
      this.header.$view = this.#view;
    }
    this.#offset = bytes.byteOffset;
    this.#bytes = bytes;
  }

  #packetHeader(): void {
    const at = this.#at;
    if (this.#end - at < UDP_HEADER_BYTES) {
      this.#fail('TRUNCATED', at);
      return;
    }
    this.sequence = this.#view.getUint32(at, true);
    this.sendingTimeLo32 = this.#view.getUint32(at + 4, true);
    this.sendingTimeHi32 = this.#view.getUint32(at + 8, true);
    this.#at = at + UDP_HEADER_BYTES;
  }

  /** @returns where the message behind it begins. */
  #technicalHeader(): number {
    const at = this.#at;
    const left = this.#end - at;
    const view = this.#view;
    if (left >= 2 && view.getUint16(at, true) !== ENCODING_TYPE) {
      this.#fail('BAD_ENCODING', at);
      return NOWHERE;
    }
    // A message that is not whole goes on in the next segment, together with its header.
    const isWhole =
      left >= TCP_HEADER_BYTES + MESSAGE_HEADER_BYTES &&
      left - TCP_HEADER_BYTES >= view.getUint16(at + TCP_HEADER_BYTES, true);
    if (!isWhole) {
      this.#fail('TRUNCATED', at);
      return NOWHERE;
    }
    this.sequence = view.getUint32(at + 2, true);
    this.sendingTimeLo32 = view.getUint32(at + 6, true);
    this.sendingTimeHi32 = view.getUint32(at + 10, true);
    return at + TCP_HEADER_BYTES;
  }

  #fail(code: Mdp3ErrorCode, at: number): false {
    this.errorCode = code;
    this.errorOffset = at - this.#start;
    return false;
  }

  #reason(code: Mdp3ErrorCode): string {
    const at = this.#start + this.errorOffset;
    const left = this.#end - at;
    if (code === 'BAD_SIZE') {
      return `a message of ${this.#view.getUint16(at, true)} bytes where ${left} are left`;
    }
    if (code === 'BAD_ENCODING') {
      const found = this.#view.getUint16(at, true).toString(16);
      return `0x${found} where the encoding type 0xcafe is expected`;
    }
    return `ends within a header or message: ${left} bytes are left`;
  }
}
