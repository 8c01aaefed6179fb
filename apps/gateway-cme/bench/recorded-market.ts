/** A market of one channel, as packets with the time at which each is to be sent. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { stampFromMs } from '@tickwire/core';
import { FeedLine, FeedType, SimulatedFeeds, parseCmeFaults } from '@tickwire/sim-cme';
import type { ChannelPlan, FeedEndpoint, SentPacket } from '@tickwire/sim-cme';
import { Mdp3Packet } from '@tickwire/wire-mdp3';

const NS_PER_SECOND = 1e9;
const HEAD_BYTES = 16;
const PIECE_BYTES = 4 * 1024 * 1024;
/** Of the simulated exchange: what else is sent keeps its share of the time. */
const EVENTS_PER_SECOND = 45_000;
const STEP_NS = 10e6;

export interface MarketOptions {
  readonly seed: string;
  readonly plan: ChannelPlan;
  readonly instruments: number;
  /** Incremental packets a second, evenly spread. */
  readonly rate: number;
  readonly seconds: number;
  readonly file: string;
}

export interface RecordedMarket {
  /** Of the incremental feed. */
  readonly packets: number;
  readonly messages: number;
  readonly instruments: number;
  /** Where the records go, by their index. */
  readonly targets: readonly string[];
  /** The one of the incremental feed. */
  readonly incremental: string;
}

/**
 * Writes the file that send-packets.cpp reads. Line A alone is sent: the gateway takes each packet
 * from where it comes first, and a second line would only double what the loopback has to carry.
 */
export function recordMarket(options: MarketOptions): RecordedMarket {
  const { seed, plan, rate, seconds, file, instruments } = options;
  const endpoints = plan.endpoints.filter(({ line }) => line === FeedLine.A);
  const out = new RecordFile(file);
  const wanted = rate * seconds;
  const walk = new Mdp3Packet();
  const start = { hi: 0, lo: 0 };
  stampFromMs(Date.now(), start);
  let packets = 0;
  let messages = 0;
  const send = ({ endpoint, bytes }: SentPacket): void => {
    const index = endpoints.indexOf(endpoint);
    if (index < 0 || packets === wanted) return;
    if (endpoint.feed === FeedType.Incremental) {
      walk.wrap(bytes, 0, bytes.length);
      while (walk.next()) messages += 1;
      packets += 1;
    }
    out.add(bytes, index, (packets * NS_PER_SECOND) / rate);
  };
  const feeds = new SimulatedFeeds({
    ...{ seed, send, channels: [plan], instrumentsPerChannel: instruments, activeShare: 1 },
    ...{ start, rate: EVENTS_PER_SECOND, faults: parseCmeFaults('') },
  });
  for (let atNs = STEP_NS; packets < wanted; atNs += STEP_NS) feeds.runTo(atNs);
  out.close();
  const incremental = endpoints.find(({ feed }) => feed === FeedType.Incremental)!;
  return {
    ...{ packets, messages, instruments, targets: endpoints.map(targetOf) },
    incremental: targetOf(incremental),
  };
}

const targetOf = ({ address, port }: FeedEndpoint): string => `${address}:${port}`;

class RecordFile {
  readonly #file: number;
  readonly #piece = Buffer.alloc(PIECE_BYTES);
  #used = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  add(bytes: Uint8Array, group: number, dueNs: number): void {
    const length = Math.ceil((HEAD_BYTES + bytes.length) / 8) * 8;
    if (this.#used + length > PIECE_BYTES) this.#flush();
    const at = this.#used;
    this.#piece.writeBigUInt64LE(BigInt(Math.round(dueNs)), at);
    this.#piece.writeUInt32LE(group, at + 8);
    this.#piece.writeUInt32LE(bytes.length, at + 12);
    this.#piece.set(bytes, at + HEAD_BYTES);
    this.#used += length;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#piece, 0, this.#used);
    this.#used = 0;
  }
}
