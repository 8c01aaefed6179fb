/** Packets of an incremental feed in memory, as fast as the machine makes them: for benchmarks. */
import type { StampNs } from '@tickwire/core';
import { ChannelExchange } from '../exchange/channel-exchange.ts';
import { listInstruments } from '../exchange/list-instruments.ts';
import type { ListedInstrument } from '../exchange/listed-instrument.ts';
import { PACKET_BYTES_MAX } from './packet-stream.ts';

export interface RenderedPackets {
  /** One packet behind the other. */
  readonly bytes: Uint8Array;
  /** Where each packet begins; the last is where all of them end. */
  readonly starts: Uint32Array;
  /** Of packet `at` the MsgSeqNum is `firstSequence` + `at`, in 32 bits. */
  readonly firstSequence: number;
  readonly events: number;
  readonly instruments: readonly ListedInstrument[];
}

export interface RenderPacketsOptions {
  readonly seed: string;
  readonly packets: number;
  /** Instruments of the channel, all of them with activity. */
  readonly instruments: number;
  /** Default 310. */
  readonly channelId?: number;
  /** Events made before the first packet that is kept, so that books are full. Default 0. */
  readonly warmUpEvents?: number;
  /** ns between two steps of the exchange. Default 20,000. */
  readonly stepNs?: number;
  readonly start?: Readonly<StampNs>;
  readonly ordersPerSide?: number;
  /** MsgSeqNum of the first packet that is made, warm-up included. Default 1. */
  readonly firstSequence?: number;
}

/** 2027-01-04T00:00:00Z. */
const DEFAULT_START: Readonly<StampNs> = { hi: 418_867_170, lo: 3_481_927_680 };
const TYPICAL_PACKET_BYTES = 256;

export function renderPackets(options: RenderPacketsOptions): RenderedPackets {
  const { seed, packets, channelId = 310, warmUpEvents = 0, stepNs = 20_000 } = options;
  const instruments = listInstruments({ channelId, count: options.instruments });
  let bytes = new Uint8Array(packets * TYPICAL_PACKET_BYTES + PACKET_BYTES_MAX);
  const starts = new Uint32Array(packets + 1);
  let kept = 0;
  let end = 0;
  let isKept = false;
  const exchange = new ChannelExchange({
    ...{ channelId, instruments, seed, start: options.start ?? DEFAULT_START, activeShare: 1 },
    ...(options.ordersPerSide === undefined ? {} : { ordersPerSide: options.ordersPerSide }),
    ...(options.firstSequence === undefined ? {} : { firstSequence: options.firstSequence }),
    take: (packet) => {
      if (!isKept || kept === packets) return;
      if (end + packet.bytes.length > bytes.length) bytes = grown(bytes);
      bytes.set(packet.bytes, end);
      end += packet.bytes.length;
      kept += 1;
      starts[kept] = end;
    },
  });
  let atNs = 0;
  let events = 0;
  while (events < warmUpEvents) events += exchange.step((atNs += stepNs));
  isKept = true;
  const firstSequence = (exchange.sequence + 1) >>> 0;
  events = 0;
  while (kept < packets) events += exchange.step((atNs += stepNs));
  return { bytes: bytes.subarray(0, end), starts, firstSequence, events, instruments };
}

function grown(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}
