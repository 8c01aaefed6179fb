// From an IP packet to its transport: version 4 with options, version 6 with extension headers.

const IPV4_BYTES_MIN = 20;
const IPV6_BYTES = 40;
const EXTENSIONS_MAX = 8;

const Protocol = {
  HopByHop: 0,
  Tcp: 6,
  Udp: 17,
  Routing: 43,
  Fragment: 44,
  Authentication: 51,
  DestinationOptions: 60,
} as const;

/** More fragments, or an offset: one part of a packet. */
const IPV4_FRAGMENT = 0x3fff;
const IPV6_FRAGMENT = 0xfff9;

export type IpRefusal = 'notIp' | 'notUdpOrTcp' | 'fragment' | 'cut' | 'badHeader';

/** Where the parts of an IP packet lie in its frame. */
export interface IpPlace {
  transport: 'udp' | 'tcp';
  addressBytes: 4 | 16;
  sourceAt: number;
  targetAt: number;
  /** The transport's header. */
  start: number;
  /** Behind the packet: frames can be padded. */
  end: number;
}

/** @returns why the packet is not given, or undefined when `into` says where everything is. */
export function readIp(frame: DataView, at: number, into: IpPlace): IpRefusal | undefined {
  if (at >= frame.byteLength) return 'cut';
  const version = frame.getUint8(at) >> 4;
  if (version === 4) return readIpv4(frame, at, into);
  if (version === 6) return readIpv6(frame, at, into);
  return 'notIp';
}

function readIpv4(frame: DataView, at: number, into: IpPlace): IpRefusal | undefined {
  const captured = frame.byteLength - at;
  if (captured < IPV4_BYTES_MIN) return 'cut';
  const headerBytes = (frame.getUint8(at) & 0x0f) * 4;
  // Zero is what a network card leaves that splits packets itself: then all of the frame is meant.
  const stated = frame.getUint16(at + 2);
  const total = stated === 0 ? captured : stated;
  if (headerBytes < IPV4_BYTES_MIN || total < headerBytes) return 'badHeader';
  if ((frame.getUint16(at + 6) & IPV4_FRAGMENT) !== 0) return 'fragment';
  if (total > captured) return 'cut';
  into.addressBytes = 4;
  into.sourceAt = at + 12;
  into.targetAt = at + 16;
  into.start = at + headerBytes;
  into.end = at + total;
  return setTransport(frame.getUint8(at + 9), into);
}

function readIpv6(frame: DataView, at: number, into: IpPlace): IpRefusal | undefined {
  const captured = frame.byteLength - at;
  if (captured < IPV6_BYTES) return 'cut';
  const stated = frame.getUint16(at + 4);
  const payload = stated === 0 ? captured - IPV6_BYTES : stated;
  into.addressBytes = 16;
  into.sourceAt = at + 8;
  into.targetAt = at + 24;
  into.start = at + IPV6_BYTES;
  into.end = into.start + payload;
  const isCut = into.end > frame.byteLength;
  return readExtensions(frame, { next: frame.getUint8(at + 6), isCut }, into);
}

/** Goes past the headers that stand between IPv6 and the transport. */
function readExtensions(
  frame: DataView,
  first: { readonly next: number; readonly isCut: boolean },
  into: IpPlace,
): IpRefusal | undefined {
  let { next } = first;
  for (let count = 0; count <= EXTENSIONS_MAX; count += 1) {
    if (next === Protocol.Udp || next === Protocol.Tcp) {
      return first.isCut ? 'cut' : setTransport(next, into);
    }
    const unit = EXTENSION_UNIT.get(next);
    if (unit === undefined) return 'notUdpOrTcp';
    if (into.start + 8 > frame.byteLength) return 'cut';
    if (next === Protocol.Fragment) {
      if ((frame.getUint16(into.start + 2) & IPV6_FRAGMENT) !== 0) return 'fragment';
    }
    next = frame.getUint8(into.start);
    into.start += unit(frame.getUint8(into.start + 1));
    if (into.start > into.end) return 'badHeader';
  }
  return 'badHeader';
}

/** How long an extension header is, of the length that it states. */
const EXTENSION_UNIT = new Map<number, (stated: number) => number>([
  [Protocol.HopByHop, (stated) => (stated + 1) * 8],
  [Protocol.Routing, (stated) => (stated + 1) * 8],
  [Protocol.DestinationOptions, (stated) => (stated + 1) * 8],
  [Protocol.Fragment, () => 8],
  [Protocol.Authentication, (stated) => (stated + 2) * 4],
]);

function setTransport(protocol: number, into: IpPlace): IpRefusal | undefined {
  if (protocol !== Protocol.Udp && protocol !== Protocol.Tcp) return 'notUdpOrTcp';
  into.transport = protocol === Protocol.Udp ? 'udp' : 'tcp';
  return undefined;
}
