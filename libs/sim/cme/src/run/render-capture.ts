/** A capture of an exchange without a network: hours of it as fast as the machine can. */
import { SimulatedFeeds } from '../feeds/simulated-feeds.ts';
import type { LineCounts, SimulatedFeedsOptions } from '../feeds/simulated-feeds.ts';
import { PacketRecorder } from './packet-recorder.ts';

export interface RenderCaptureOptions extends Omit<SimulatedFeedsOptions, 'send'> {
  /** How much of the exchange's time, ms. */
  readonly durationMs: number;
  /** Gets the capture piece by piece. */
  readonly write: (bytes: Uint8Array) => void;
  readonly source?: { readonly address: string; readonly port: number };
}

export interface RenderedCapture {
  readonly packets: number;
  readonly events: number;
  readonly lines: readonly LineCounts[];
}

const NS_PER_MS = 1e6;
const DEFAULT_SOURCE = { address: '127.0.0.1', port: 14_309 };

export function renderCapture(options: RenderCaptureOptions): RenderedCapture {
  const { durationMs, write, source = DEFAULT_SOURCE, ...feedsOptions } = options;
  const recorder = new PacketRecorder({ start: options.start, source, write });
  const feeds = new SimulatedFeeds({ ...feedsOptions, send: (packet) => recorder.record(packet) });
  feeds.runTo(durationMs * NS_PER_MS);
  feeds.end();
  return { packets: recorder.packets, events: feeds.events, lines: feeds.counts };
}
