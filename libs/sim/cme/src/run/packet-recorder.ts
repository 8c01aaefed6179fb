/** Puts what is sent into a capture: each packet as a datagram, with the time of its sending. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { PcapWriter, udpFrame } from '@tickwire/io-pcap';
import type { SentPacket } from '../feeds/simulated-feeds.ts';

export class PacketRecorder {
  readonly #pcap: PcapWriter;
  readonly #start: Readonly<StampNs>;
  readonly #source: { readonly address: string; readonly port: number };
  readonly #time: StampNs = { hi: 0, lo: 0 };
  packets = 0;

  /**
   * @param of.start - When the exchange began, ns since the Unix epoch.
   * @param of.source - Where packets are sent from.
   * @param of.write - Gets the file piece by piece.
   */
  constructor(of: {
    readonly start: Readonly<StampNs>;
    readonly source: { readonly address: string; readonly port: number };
    readonly write: (bytes: Uint8Array) => void;
  }) {
    this.#start = of.start;
    this.#source = of.source;
    this.#pcap = new PcapWriter(of.write);
  }

  record({ endpoint, bytes, atNs }: SentPacket): void {
    this.#time.hi = this.#start.hi;
    this.#time.lo = this.#start.lo;
    addNs(this.#time, atNs);
    this.#pcap.frame(
      this.#time,
      udpFrame({ source: this.#source, target: endpoint, payload: bytes }),
    );
    this.packets += 1;
  }
}
