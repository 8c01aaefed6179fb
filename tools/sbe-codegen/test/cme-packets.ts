import { readFileSync } from 'node:fs';

const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
const VLAN_TYPE = 0x8100;
const IPV4_TYPE = 0x0800;
const TCP = 6;
const UDP = 17;

/** A packet of market data, with what its own framing says. */
export interface CmePacket {
  readonly transport: 'tcp' | 'udp';
  readonly payload: Uint8Array;
  /** Where each message begins, behind its 16-bit size, and where it ends. */
  readonly messages: readonly { readonly offset: number; readonly end: number }[];
}

/** The link-layer frames of a classic pcap file. */
function frames(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.getUint32(0, true);
  const isLittle = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const isBig = view.getUint32(0) === 0xa1b2c3d4 || view.getUint32(0) === 0xa1b23c4d;
  if (!isLittle && !isBig) throw new Error('no pcap file');
  const found: Uint8Array[] = [];
  let at = PCAP_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= file.length) {
    const length = view.getUint32(at + 8, isLittle);
    at += RECORD_HEADER_BYTES;
    found.push(file.subarray(at, at + length));
    at += length;
  }
  return found;
}

function payloadOf(frame: Uint8Array): { transport: 'tcp' | 'udp'; payload: Uint8Array } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = ETHERNET_BYTES;
  let type = view.getUint16(at - 2);
  while (type === VLAN_TYPE) {
    type = view.getUint16(at + 2);
    at += 4;
  }
  if (type !== IPV4_TYPE) throw new Error(`ethernet type ${type.toString(16)}`);
  const ipBytes = (view.getUint8(at) & 0x0f) * 4;
  const end = at + view.getUint16(at + 2);
  const protocol = view.getUint8(at + 9);
  at += ipBytes;
  if (protocol === UDP) return { transport: 'udp', payload: frame.subarray(at + 8, end) };
  if (protocol !== TCP) throw new Error(`protocol ${protocol}`);
  const tcpBytes = (view.getUint8(at + 12) >> 4) * 4;
  return { transport: 'tcp', payload: frame.subarray(at + tcpBytes, end) };
}

/** Header of a packet: 12 bytes in multicast; in the conflated TCP feed 14. */
function packet(frame: Uint8Array): CmePacket {
  const { transport, payload } = payloadOf(frame);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const messages: { offset: number; end: number }[] = [];
  let at = transport === 'udp' ? 12 : 14;
  while (at + 2 <= payload.length) {
    const size = view.getUint16(at, true);
    if (size < 2 || at + size > payload.length) throw new Error(`message size ${size} at ${at}`);
    messages.push({ offset: at + 2, end: at + size });
    at += size;
  }
  if (at !== payload.length) throw new Error(`${payload.length - at} bytes behind the messages`);
  return { transport, payload, messages };
}

export function readCmePackets(path: string): CmePacket[] {
  return frames(new Uint8Array(readFileSync(path))).map(packet);
}
