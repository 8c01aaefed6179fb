import { closeSync, openSync, readSync } from 'node:fs';
import { STAMP_ABSENT_WORD, diffNs } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';
import { DatagramDecoder } from '@tickwire/io-pcap';
import type { Datagram } from '@tickwire/io-pcap';
import { createReceivedPacket } from '@tickwire/io-udp';
import type { PacketHandler, PacketLine, PacketSource, Tally } from '@tickwire/io-udp';

const PIECE_BYTES = 256 * 1024;
/** Packets of one `poll`: timers of the caller come in between. */
const PACKETS_MAX = 256;

export interface PcapSourceOptions {
  /** pcap or pcapng, one after the other. */
  readonly files: readonly string[];
  readonly lines: readonly PacketLine[];
  readonly onPacket: PacketHandler;
  readonly clock: Clock;
  /** `recorded`: at the distances in the files; `maximum`: as fast as packets are taken. */
  readonly pace: 'recorded' | 'maximum';
  /** Datagrams of no line: another group or port, TCP. */
  readonly foreign: Tally;
  /** A file that cannot be read any further; the next one follows. */
  readonly onProblem: (file: string, error: Error) => void;
}

/**
 * Packets of captures, with the stamps that they were recorded with. At `maximum` its clock is that
 * of the recording, moved to the start of the replay: gap timers run in recorded time.
 */
export class PcapSource implements PacketSource {
  readonly #options: PcapSourceOptions;
  readonly #lines: ReadonlyMap<string, PacketLine>;
  readonly #packet = createReceivedPacket();
  readonly #startNs: number;
  #files: readonly string[];
  #open: OpenFile | undefined;
  #next:
    { readonly datagram: Datagram; readonly line: PacketLine; readonly dueNs: number } | undefined;
  #first: StampNs | undefined;
  #lastDueNs: number;
  #isEnded = false;

  constructor(options: PcapSourceOptions) {
    this.#options = options;
    this.#files = options.files;
    this.#lines = new Map(
      options.lines.map((line) => [`${line.address}:${line.port}`, line] as const),
    );
    this.#startNs = options.clock.monotonicNs();
    this.#lastDueNs = this.#startNs;
  }

  /** What is not due yet is not waited for within `poll`. */
  get waitsIn(): 'poll' | 'event-loop' {
    return this.#options.pace === 'recorded' ? 'event-loop' : 'poll';
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  nowNs(): number {
    const isOwnTime = this.#options.pace === 'maximum' && !this.#isEnded;
    return isOwnTime ? this.#lastDueNs : this.#options.clock.monotonicNs();
  }

  poll(): number {
    let packets = 0;
    while (packets < PACKETS_MAX && this.#peek()) {
      const { datagram, line, dueNs } = this.#next!;
      const isPaced = this.#options.pace === 'recorded';
      if (isPaced && dueNs > this.#options.clock.monotonicNs()) break;
      this.#next = undefined;
      this.#lastDueNs = dueNs;
      packets += 1;
      this.#handOn(datagram, line, dueNs);
    }
    return packets;
  }

  refresh(): void {
    // What a capture lacks it does not say.
  }

  close(): void {
    this.#files = [];
    this.#next = undefined;
    this.#isEnded = true;
    this.#open?.close();
    this.#open = undefined;
  }

  #handOn(datagram: Datagram, line: PacketLine, dueNs: number): void {
    const packet = this.#packet;
    const { payload, tsNs } = datagram;
    line.tallies.received.add(1);
    packet.tag = line.tag;
    packet.bytes = payload;
    packet.end = payload.length;
    packet.recvNs = dueNs;
    packet.recvWall.hi = tsNs.hi;
    packet.recvWall.lo = tsNs.lo;
    this.#options.onPacket(packet);
  }

  /** Finds the next datagram of a line; false when there is none any more. */
  #peek(): boolean {
    while (this.#next === undefined && !this.#isEnded) {
      const datagram = this.#read();
      if (datagram === undefined) {
        this.#isEnded = true;
        break;
      }
      const { transport, target } = datagram;
      const line = this.#lines.get(`${target.address}:${target.port}`);
      if (line === undefined || transport !== 'udp') this.#options.foreign.add(1);
      else this.#next = { datagram, line, dueNs: this.#due(datagram.tsNs) };
    }
    return this.#next !== undefined;
  }

  /** Time does not run back, whatever the files say. */
  #due(tsNs: Readonly<StampNs>): number {
    const isAbsent = tsNs.hi === STAMP_ABSENT_WORD && tsNs.lo === STAMP_ABSENT_WORD;
    if (isAbsent) return this.#lastDueNs;
    this.#first ??= { hi: tsNs.hi, lo: tsNs.lo };
    return Math.max(this.#lastDueNs, this.#startNs + diffNs(tsNs, this.#first));
  }

  #read(): Datagram | undefined {
    for (;;) {
      const open = this.#open ?? this.#openNext();
      if (open === undefined) return undefined;
      try {
        const datagram = open.next();
        if (datagram !== undefined) return datagram;
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        this.#options.onProblem(open.path, error);
      }
      open.close();
      this.#open = undefined;
    }
  }

  #openNext(): OpenFile | undefined {
    const [path, ...rest] = this.#files;
    if (path === undefined) return undefined;
    this.#files = rest;
    this.#open = new OpenFile(path);
    return this.#open;
  }
}

/** A file, opened at its first datagram. */
class OpenFile {
  readonly path: string;
  readonly #decoder = new DatagramDecoder();
  #fd: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws PcapError, or Node's error of the file. */
  next(): Datagram | undefined {
    this.#fd ??= openSync(this.path, 'r');
    for (;;) {
      const datagram = this.#decoder.next();
      if (datagram !== undefined) return datagram;
      // A buffer of its own each time: the decoder may keep what is not used up.
      const piece = new Uint8Array(PIECE_BYTES);
      const bytes = readSync(this.#fd, piece);
      if (bytes === 0) {
        this.#decoder.end();
        return undefined;
      }
      this.#decoder.push(piece.subarray(0, bytes));
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
