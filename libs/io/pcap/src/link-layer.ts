// From a captured frame to the IP packet in it, by the link type of the capture.

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** Types that say: four more bytes, then another type. */
const VLAN_TYPES = new Set([0x8100, 0x88a8, 0x9100]);
const VLAN_TAGS_MAX = 4;
const VLAN_BYTES = 4;

/** Numbers of https://www.tcpdump.org/linktypes.html. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Raw: 101,
  Loop: 108,
  LinuxSll: 113,
  Ipv4: 228,
  Ipv6: 229,
  LinuxSll2: 276,
} as const;

/** What some systems write for raw IP. */
const RAW_ALIASES = new Set([12, 14]);

/** Address families of IPv6 differ between systems. */
const AF_INET = 2;
const AF_INET6 = new Set([10, 24, 28, 30]);

/** Where the IP packet begins; or why there is none. */
export type LinkResult = number | 'unsupportedLink' | 'notIp' | 'cut';

/** Where a type of Ethernet and what it says begin, by link type: `[type at, payload at]`. */
const ETHERTYPE_AT: ReadonlyMap<number, readonly [number, number]> = new Map([
  [LinkType.Ethernet, [12, 14]],
  [LinkType.LinuxSll, [14, 16]],
  [LinkType.LinuxSll2, [0, 20]],
]);

/** Where the IP packet of a frame begins. */
export function findIp(linkType: number, frame: DataView): LinkResult {
  if (isRawIp(linkType)) return 0;
  const place = ETHERTYPE_AT.get(linkType);
  if (place !== undefined) return behindEthertype(frame, ...place);
  if (linkType === LinkType.Null || linkType === LinkType.Loop) return behindFamily(frame);
  return 'unsupportedLink';
}

function isRawIp(linkType: number): boolean {
  if (linkType === LinkType.Raw || RAW_ALIASES.has(linkType)) return true;
  return linkType === LinkType.Ipv4 || linkType === LinkType.Ipv6;
}

function behindEthertype(frame: DataView, typeAt: number, payloadAt: number): LinkResult {
  if (frame.byteLength < payloadAt) return 'cut';
  let type = frame.getUint16(typeAt);
  let at = payloadAt;
  for (let tags = 0; VLAN_TYPES.has(type) && tags < VLAN_TAGS_MAX; tags += 1) {
    if (frame.byteLength < at + VLAN_BYTES) return 'cut';
    type = frame.getUint16(at + 2);
    at += VLAN_BYTES;
  }
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? at : 'notIp';
}

/** Loopback: an address family of four bytes, in the byte order of whichever host wrote it. */
function behindFamily(frame: DataView): LinkResult {
  if (frame.byteLength < 4) return 'cut';
  const families = [frame.getUint32(0), frame.getUint32(0, true)];
  const isIp = families.some((family) => family === AF_INET || AF_INET6.has(family));
  return isIp ? 4 : 'notIp';
}
