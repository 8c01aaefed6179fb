/** Captures and frames, put together byte by byte. */

export function bytesOf(text: string): Uint8Array {
  const pairs = text.replaceAll(/\s/g, '').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Numbers as bytes: `u16` and `u32` in one byte order. */
export class Numbers {
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(values.length * 2));
    values.forEach((value, index) => view.setUint16(index * 2, value, this.#littleEndian));
    return new Uint8Array(view.buffer);
  }

  u32(...values: number[]): Uint8Array {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, index) => view.setUint32(index * 4, value, this.#littleEndian));
    return new Uint8Array(view.buffer);
  }
}

const BIG = new Numbers(false);
const LITTLE = new Numbers(true);

export interface Classic {
  readonly linkType?: number;
  readonly littleEndian?: boolean;
  readonly magic?: number;
}

/** A classic pcap file: its frames are one second apart. */
export function classicPcap(
  frames: readonly Uint8Array[],
  { linkType = 1, littleEndian = true, magic = 0xa1b2_c3d4 }: Classic = {},
): Uint8Array {
  const of = littleEndian ? LITTLE : BIG;
  const header = joined(of.u32(magic), of.u16(2, 4), of.u32(0, 0, 65_535, linkType));
  const records = frames.map((frame, index) =>
    joined(of.u32(1_500_000_000 + index, 123_456, frame.length, frame.length), frame),
  );
  return joined(header, ...records);
}

export interface Blocks {
  block(type: number, ...body: readonly Uint8Array[]): Uint8Array;
  section(): Uint8Array;
  /** @param options - `[code, value]` each. */
  interface(linkType: number, options?: readonly (readonly [number, Uint8Array])[]): Uint8Array;
  enhanced(packet: EnhancedPacket): Uint8Array;
  simple(bytes: Uint8Array, originalBytes?: number): Uint8Array;
}

export interface EnhancedPacket {
  readonly bytes: Uint8Array;
  readonly ticks?: bigint;
  readonly interface?: number;
  readonly originalBytes?: number;
  readonly options?: readonly (readonly [number, Uint8Array])[];
}

function padded(bytes: Uint8Array): Uint8Array {
  return joined(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

/** Blocks of pcapng in one byte order. */
export function blocksOf(littleEndian: boolean): Blocks {
  const of = littleEndian ? LITTLE : BIG;
  const optionBytes = (options: readonly (readonly [number, Uint8Array])[]) => {
    if (options.length === 0) return new Uint8Array(0);
    const each = options.map(([code, value]) => joined(of.u16(code, value.length), padded(value)));
    return joined(...each, of.u16(0, 0));
  };
  const block = (type: number, ...body: readonly Uint8Array[]) => {
    const inner = joined(...body);
    const length = inner.length + 12;
    return joined(of.u32(type, length), inner, of.u32(length));
  };
  return {
    block,
    section: () => {
      const unknown = new Uint8Array(8).fill(0xff);
      return block(0x0a0d_0d0a, of.u32(0x1a2b_3c4d), of.u16(1, 0), unknown);
    },
    interface: (linkType, options = []) =>
      block(1, of.u16(linkType, 0), of.u32(65_535), optionBytes(options)),
    enhanced: (packet) => {
      const { bytes, ticks = 0n, interface: number = 0, originalBytes = bytes.length } = packet;
      const time = [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)];
      const head = of.u32(number, ...time, bytes.length, originalBytes);
      return block(6, head, padded(bytes), optionBytes(packet.options ?? []));
    },
    simple: (bytes, originalBytes = bytes.length) => block(3, of.u32(originalBytes), padded(bytes)),
  };
}

export interface Ipv4Parts {
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly options?: Uint8Array;
  /** Flags and offset: 0x2000 more fragments. */
  readonly fragment?: number;
  /** What it states; its own length unless given. */
  readonly totalBytes?: number;
}

/** From 10.0.0.1 to 224.0.31.1. */
export function ipv4Packet(parts: Ipv4Parts): Uint8Array {
  const { protocol, payload, options = new Uint8Array(0), fragment = 0x4000 } = parts;
  const headerBytes = 20 + options.length;
  const { totalBytes = headerBytes + payload.length } = parts;
  const head = Uint8Array.from([0x40 | (headerBytes / 4), 0]);
  const rest = bytesOf('0a000001 e0001f01');
  const protocolBytes = Uint8Array.from([64, protocol, 0, 0]);
  const lengths = joined(BIG.u16(totalBytes, 0, fragment), protocolBytes);
  return joined(head, lengths, rest, options, payload);
}

/** From 2001:db8::1 to ff02::1:2. */
export function ipv6Packet(next: number, payload: Uint8Array, statedBytes?: number): Uint8Array {
  const head = joined(bytesOf('60000000'), BIG.u16(statedBytes ?? payload.length));
  const addresses = bytesOf('20010db8000000000000000000000001 ff020000000000000000000000010002');
  return joined(head, Uint8Array.from([next, 64]), addresses, payload);
}

export function udpSegment(payload: Uint8Array, statedBytes = payload.length + 8): Uint8Array {
  return joined(BIG.u16(14_310, 15_310, statedBytes, 0), payload);
}

export interface TcpParts {
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly flags?: number;
  readonly sourcePort?: number;
  readonly options?: Uint8Array;
}

export function tcpSegment(parts: TcpParts): Uint8Array {
  const { sequence, payload, flags = 0x18, sourcePort = 9_232, options } = parts;
  const optionBytes = options ?? new Uint8Array(0);
  const words = (20 + optionBytes.length) / 4;
  const head = joined(BIG.u16(sourcePort, 56_316), BIG.u32(sequence, 0));
  const rest = joined(Uint8Array.from([words << 4, flags]), BIG.u16(0x73, 0, 0));
  return joined(head, rest, optionBytes, payload);
}

export function ethernetFrame(type: number, payload: Uint8Array, ...tags: number[]): Uint8Array {
  const addresses = bytesOf('01005e001f01 001c73153c4c');
  const tagged = tags.map((tag) => BIG.u16(tag, 7));
  return joined(addresses, ...tagged, BIG.u16(type), payload);
}
