import { PcapError } from './errors.ts';

const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const UDP_BYTES = 8;
const UDP_AT = ETHERNET_BYTES + IPV4_BYTES;
const PAYLOAD_AT = UDP_AT + UDP_BYTES;
const IPV4_BYTES_MAX = 65_535;
const UDP = 17;

export interface UdpEndpoint {
  /** `224.0.31.1` */
  readonly address: string;
  readonly port: number;
}

export interface UdpFrame {
  readonly source: UdpEndpoint;
  /** A multicast group has the MAC address that belongs to it. */
  readonly target: UdpEndpoint;
  readonly payload: Uint8Array;
}

/**
 * A datagram as an Ethernet frame with IPv4, checksums included: what a simulator puts into a
 * capture of what it sent.
 *
 * @throws PcapError `OUT_OF_RANGE` for an address that is none of IPv4, a port above 65,535 or a
 *   payload that no datagram holds.
 */
export function udpFrame({ source, target, payload }: UdpFrame): Uint8Array {
  const ipBytes = IPV4_BYTES + UDP_BYTES + payload.length;
  if (ipBytes > IPV4_BYTES_MAX) throw outOfRange(`a payload of ${payload.length} bytes`);
  const frame = new Uint8Array(PAYLOAD_AT + payload.length);
  const view = new DataView(frame.buffer);
  const [from, to] = [ipv4Bytes(source.address), ipv4Bytes(target.address)];
  frame.set(macOf(to), 0);
  frame.set(macOf(from), 6);
  view.setUint16(12, 0x0800);
  view.setUint8(ETHERNET_BYTES, 0x45);
  view.setUint16(ETHERNET_BYTES + 2, ipBytes);
  // Do not fragment; 64 hops.
  view.setUint16(ETHERNET_BYTES + 6, 0x4000);
  view.setUint8(ETHERNET_BYTES + 8, 64);
  view.setUint8(ETHERNET_BYTES + 9, UDP);
  frame.set(from, ETHERNET_BYTES + 12);
  frame.set(to, ETHERNET_BYTES + 16);
  view.setUint16(ETHERNET_BYTES + 10, checksum(frame.subarray(ETHERNET_BYTES, UDP_AT), 0));
  view.setUint16(UDP_AT, port(source.port));
  view.setUint16(UDP_AT + 2, port(target.port));
  view.setUint16(UDP_AT + 4, UDP_BYTES + payload.length);
  frame.set(payload, PAYLOAD_AT);
  // Addresses, protocol and length count as if they stood before the datagram.
  const pseudo = sum16(frame.subarray(ETHERNET_BYTES + 12, UDP_AT), 0);
  const found = checksum(frame.subarray(UDP_AT), pseudo + UDP + UDP_BYTES + payload.length);
  // Zero means that there is none.
  view.setUint16(UDP_AT + 6, found === 0 ? 0xffff : found);
  return frame;
}

function ipv4Bytes(address: string): Uint8Array {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) {
    throw outOfRange(`${JSON.stringify(address)} is no address of IPv4`);
  }
  return Uint8Array.from(parts);
}

/** Of a multicast group by rule, of a host one that is administered locally. */
function macOf([a = 0, b = 0, c = 0, d = 0]: Uint8Array): Uint8Array {
  const isMulticast = a >= 224 && a <= 239;
  return Uint8Array.from(isMulticast ? [0x01, 0, 0x5e, b & 0x7f, c, d] : [0x02, 0, a, b, c, d]);
}

function port(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return value;
  throw outOfRange(`port ${value}`);
}

function sum16(bytes: Uint8Array, start: number): number {
  let sum = start;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  return sum;
}

/** The checksum of the Internet: the complement of a sum with its carries added again. */
function checksum(bytes: Uint8Array, start: number): number {
  let sum = sum16(bytes, start);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function outOfRange(detail: string): PcapError {
  return new PcapError('OUT_OF_RANGE', 0, { detail });
}
