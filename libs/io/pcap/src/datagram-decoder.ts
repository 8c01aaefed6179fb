import type { StampNs } from '@tickwire/core';
import { addressText } from './address-text.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { readIp } from './ip-layer.ts';
import type { IpPlace, IpRefusal } from './ip-layer.ts';
import { findIp } from './link-layer.ts';
import { PcapDecoder } from './pcap-decoder.ts';
import { TcpOrder } from './tcp-order.ts';
import type { TcpCounts } from './tcp-order.ts';

const UDP_HEADER_BYTES = 8;
const TCP_HEADER_BYTES_MIN = 20;
const TCP_SYN = 0x02;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The payload of a UDP datagram or of a TCP segment, and where it came from. */
export interface Datagram {
  readonly transport: 'udp' | 'tcp';
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** In place: valid until the next one is asked for. Of TCP only what is new, and not empty. */
  readonly payload: Uint8Array;
  /** When it was captured, in ns since the Unix epoch; all ones when the file does not say. */
  readonly tsNs: Readonly<StampNs>;
  /** Of its frame, from the start of the file. */
  readonly offset: number;
  /** Of its frame: frames before it in the file. */
  readonly index: number;
}

/** Every frame is one of these, or a datagram. */
export interface FrameCounts {
  /** Of a link type that is not read: see `LinkType`. */
  unsupportedLink: number;
  /** ARP, LLDP and the like. */
  notIp: number;
  /** ICMP, IGMP and the like. */
  notUdpOrTcp: number;
  /** Parts of IP packets: they are not put together. */
  fragment: number;
  /** Frames of which too little was captured. */
  cut: number;
  /** Lengths that contradict each other. */
  badHeader: number;
  /** TCP without payload: acknowledgements, openings and closings. */
  emptySegment: number;
}

export interface DatagramCounts extends FrameCounts, TcpCounts {
  frames: number;
  datagrams: number;
}

/**
 * Payloads of UDP and TCP of a capture. It knows bytes only, as `PcapDecoder`: push pieces of a
 * file, take datagrams. Frames that are none are counted by reason. IP fragments are not put
 * together; TCP is given segment by segment, in order: what was sent again is left out, and what
 * is missing is counted. Checksums are not compared: cards that compute them leave wrong ones in
 * captures of their own host.
 */
export class DatagramDecoder {
  readonly counts: DatagramCounts = {
    frames: 0,
    datagrams: 0,
    unsupportedLink: 0,
    notIp: 0,
    notUdpOrTcp: 0,
    fragment: 0,
    cut: 0,
    badHeader: 0,
    emptySegment: 0,
    tcpGaps: 0,
    tcpOld: 0,
    tcpFlowsForgotten: 0,
  };
  readonly #frames = new PcapDecoder();
  readonly #order = new TcpOrder(this.counts);
  readonly #ip: IpPlace = {
    transport: 'udp',
    addressBytes: 4,
    sourceAt: 0,
    targetAt: 0,
    start: 0,
    end: 0,
  };

  /** Datagrams that were given before become invalid. */
  push(piece: Uint8Array): void {
    this.#frames.push(piece);
  }

  /** @throws PcapError as `PcapDecoder.next`. */
  next(): Datagram | undefined {
    for (;;) {
      const frame = this.#frames.next();
      if (frame === undefined) return undefined;
      this.counts.frames += 1;
      const found = this.#read(frame);
      if (typeof found !== 'string') {
        this.counts.datagrams += 1;
        return found;
      }
      if (found !== 'oldSegment') this.counts[found] += 1;
    }
  }

  /** @throws PcapError as `PcapDecoder.end`. */
  end(): void {
    this.#frames.end();
  }

  #read(frame: CapturedFrame): Datagram | keyof FrameCounts | 'oldSegment' {
    const { bytes } = frame;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = findIp(frame.linkType, view);
    if (typeof at === 'string') return at;
    const refusal = readIp(view, at, this.#ip);
    if (refusal !== undefined) return refusal;
    return this.#ip.transport === 'udp' ? this.#udp(frame, view) : this.#tcp(frame, view);
  }

  #udp(frame: CapturedFrame, view: DataView): Datagram | IpRefusal {
    const { start, end } = this.#ip;
    if (end - start < UDP_HEADER_BYTES) return 'badHeader';
    const length = view.getUint16(start + 4);
    if (length < UDP_HEADER_BYTES || length > end - start) return 'badHeader';
    return this.#datagram(frame, view, [start + UDP_HEADER_BYTES, start + length]);
  }

  #tcp(frame: CapturedFrame, view: DataView): Datagram | keyof FrameCounts | 'oldSegment' {
    const { start, end } = this.#ip;
    if (end - start < TCP_HEADER_BYTES_MIN) return 'badHeader';
    const headerBytes = (view.getUint8(start + 12) >> 4) * 4;
    if (headerBytes < TCP_HEADER_BYTES_MIN || headerBytes > end - start) return 'badHeader';
    const payloadAt = start + headerBytes;
    const found = this.#datagram(frame, view, [payloadAt, end]);
    const { source, target, payload } = found;
    const skipped = this.#order.skip({
      flow: `${source.address} ${source.port} ${target.address} ${target.port}`,
      sequence: view.getUint32(start + 4),
      bytes: payload.length,
      isFirst: (view.getUint8(start + 13) & TCP_SYN) !== 0,
    });
    if (payload.length === 0) return 'emptySegment';
    if (skipped === payload.length) return 'oldSegment';
    return skipped === 0 ? found : { ...found, payload: payload.subarray(skipped) };
  }

  #datagram(
    frame: CapturedFrame,
    view: DataView,
    [from, to]: readonly [from: number, to: number],
  ): Datagram {
    const { transport, sourceAt, targetAt, addressBytes, start } = this.#ip;
    const { bytes, tsNs, offset, index } = frame;
    const endpoint = (addressAt: number, portAt: number): Endpoint => ({
      address: addressText(bytes.subarray(addressAt, addressAt + addressBytes)),
      port: view.getUint16(portAt),
    });
    return {
      transport,
      source: endpoint(sourceAt, start),
      target: endpoint(targetAt, start + 2),
      payload: bytes.subarray(from, to),
      tsNs,
      offset,
      index,
    };
  }
}
