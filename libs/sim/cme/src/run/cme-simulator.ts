/** The exchange on a network: feeds on multicast, the replay service on TCP, paced by a clock. */
import { stampFromMs } from '@tickwire/core';
import type { StampNs, Timers } from '@tickwire/core';
import { HOST_CLOCK, HostTimers, VenueClock, createRandom } from '@tickwire/sim-kit';
import type { CountCell, SimulatorClock } from '@tickwire/sim-kit';
import { parseCmeFaults } from '../faults/parse-faults.ts';
import { planChannels } from '../feeds/channel-plan.ts';
import type { ChannelPlan } from '../feeds/channel-plan.ts';
import { configXml } from '../feeds/config-xml.ts';
import { SimulatedFeeds } from '../feeds/simulated-feeds.ts';
import type { LineCounts, SentPacket, SimulatedChannel } from '../feeds/simulated-feeds.ts';
import { REPLAY_PACKETS } from '../replay/replay-store.ts';
import { ReplayService } from '../replay/replay-service.ts';
import type { ReplayCounts } from '../replay/replay-service.ts';
import { FeedPacer } from './feed-pacer.ts';
import { MulticastSender } from './multicast-sender.ts';
import type { DatagramCounts } from './multicast-sender.ts';
import { PacketRecorder } from './packet-recorder.ts';

export interface CmeSimulatorOptions {
  /** Any text; the same seed, options and clock give the same packets. Default `1`. */
  readonly seed?: string;
  /** Default: one channel, 310. */
  readonly channels?: readonly ChannelPlan[];
  /** Default 100. */
  readonly instrumentsPerChannel?: number;
  /** Events a second over all channels, on average. Default 500. */
  readonly rate?: number;
  /** A fault specification, see `CME_FAULT_HELP`. Default none. */
  readonly faults?: string;
  /** Address of the interface that packets leave by. Default 127.0.0.1. */
  readonly host?: string;
  /** Port of the replay service; 0 = any free one. Default 0. */
  readonly replayPort?: number;
  /** What its clients have to log on with; absent = anything. */
  readonly replayCredentials?: { readonly user: string; readonly password: string };
  /** Packets of each channel that can be replayed. Default 32,768; 0 = there is no service. */
  readonly replayPackets?: number;
  readonly heartbeatMs?: number;
  readonly roundPacketRate?: number;
  readonly ordersPerSide?: number;
  readonly activeShare?: number;
  /** Whether the books of every packet are kept, as digests. Default false. */
  readonly keepsBooks?: boolean;
  /** Gets a capture of all that is sent, piece by piece. */
  readonly writePcap?: (bytes: Uint8Array) => void;
  /** Counter of the caller for every datagram, counted before it is sent. */
  readonly datagramCell?: CountCell;
  readonly clock?: SimulatorClock;
  readonly timers?: Timers;
}

export interface CmeSimulatorCounts {
  readonly events: number;
  readonly lines: readonly LineCounts[];
  readonly datagrams: DatagramCounts;
  readonly replay: ReplayCounts | undefined;
  readonly resets: number;
  readonly weeks: number;
  /** ms of the exchange's time left out because the machine could not keep up. */
  readonly leftOutMs: number;
}

export interface CmeSimulator {
  readonly channels: readonly SimulatedChannel[];
  /** Undefined when there is no replay service. */
  readonly replayPort: number | undefined;
  /** A configuration file of the exchange's own form, which points a reader here. */
  readonly configXml: string;
  counts(): CmeSimulatorCounts;
  /**
   * Faults of lines and of the replay service from now on; disruptions are those of the start.
   *
   * @throws SimulatorError `BAD_FAULT`: nothing has changed then.
   */
  setFaults(spec: string): void;
  /** Stops the exchange, sends what lines hold, closes the sockets. */
  close(): Promise<void>;
}

/**
 * @throws SimulatorError `BAD_OPTION`, `BAD_FAULT`; the error of `bind` or `listen`:
 *   `EADDRNOTAVAIL` when the host has no such address, `EADDRINUSE` for the port.
 */
export async function startCmeSimulator(options: CmeSimulatorOptions = {}): Promise<CmeSimulator> {
  const { host = '127.0.0.1', timers = new HostTimers(), seed = '1' } = options;
  let faults = parseCmeFaults(options.faults ?? '');
  const clock = new VenueClock(options.clock ?? HOST_CLOCK);
  const start: StampNs = { hi: 0, lo: 0 };
  stampFromMs(clock.startMs, start);
  let send: (packet: SentPacket) => void = () => undefined;
  const feeds = feedsOf(options, { seed, start, faults, send: (packet) => send(packet) });
  const sender = await MulticastSender.open(host);
  send = senderOf(options, { sender, start, host });
  const replay = await replayOf(options, {
    seed,
    clock,
    timers,
    feeds,
    faults: () => faults.replay,
  }).catch(async (error: unknown) => {
    await sender.close();
    throw error;
  });
  const pacer = new FeedPacer({ feeds, timers, elapsedNs: () => clock.elapsedNs() });
  pacer.start();
  return {
    channels: feeds.channels,
    replayPort: replay?.port,
    configXml: configXml({
      channels: feeds.channels.map(({ plan, timeline }) => ({
        plan,
        instruments: timeline.exchange.markets.map(({ instrument }) => instrument),
      })),
      host,
      updatedMs: clock.startMs,
      ...(replay === undefined ? {} : { replay: { host, port: replay.port } }),
    }),
    counts: () => ({
      events: feeds.events,
      lines: feeds.counts,
      datagrams: sender.counts,
      replay: replay?.service.counts,
      resets: feeds.channels.reduce((sum, { timeline }) => sum + timeline.resets, 0),
      weeks: feeds.channels.reduce((sum, { timeline }) => sum + timeline.weeks, 0),
      leftOutMs: pacer.leftOutMs,
    }),
    setFaults(spec) {
      faults = parseCmeFaults(spec);
      feeds.setFaults(faults);
    },
    async close() {
      pacer.stop();
      feeds.end();
      await Promise.all([sender.close(), replay?.service.close()]);
    },
  };
}

type FeedParts = Pick<
  ConstructorParameters<typeof SimulatedFeeds>[0],
  'seed' | 'start' | 'faults' | 'send'
>;

function feedsOf(options: CmeSimulatorOptions, parts: FeedParts): SimulatedFeeds {
  const { heartbeatMs, roundPacketRate, ordersPerSide, activeShare, keepsBooks } = options;
  return new SimulatedFeeds({
    ...parts,
    channels: options.channels ?? planChannels({ channels: 1 }),
    instrumentsPerChannel: options.instrumentsPerChannel ?? 100,
    rate: options.rate ?? 500,
    replayPackets: options.replayPackets ?? REPLAY_PACKETS,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(roundPacketRate === undefined ? {} : { roundPacketRate }),
    ...(ordersPerSide === undefined ? {} : { ordersPerSide }),
    ...(activeShare === undefined ? {} : { activeShare }),
    ...(keepsBooks === undefined ? {} : { keepsBooks }),
  });
}

function senderOf(
  { writePcap, datagramCell }: CmeSimulatorOptions,
  of: { sender: MulticastSender; start: StampNs; host: string },
): (packet: SentPacket) => void {
  const { sender, start, host } = of;
  const source = { address: host, port: sender.port };
  const recorder =
    writePcap === undefined ? undefined : new PacketRecorder({ start, source, write: writePcap });
  return (packet) => {
    datagramCell?.add(1);
    recorder?.record(packet);
    sender.send(packet.bytes, packet.endpoint);
  };
}

async function replayOf(
  options: CmeSimulatorOptions,
  of: {
    seed: string;
    clock: VenueClock;
    timers: Timers;
    feeds: SimulatedFeeds;
    faults: () => ReturnType<typeof parseCmeFaults>['replay'];
  },
): Promise<{ service: ReplayService; port: number } | undefined> {
  if (options.replayPackets === 0) return undefined;
  const { seed, clock, timers, feeds, faults } = of;
  const { replayCredentials } = options;
  const stores = feeds.channels.flatMap(({ plan: { channelId }, store }) =>
    store === undefined ? [] : [[channelId, store] as const],
  );
  return ReplayService.start({
    port: options.replayPort ?? 0,
    host: options.host ?? '127.0.0.1',
    stores: new Map(stores),
    ...(replayCredentials === undefined ? {} : { credentials: replayCredentials }),
    nowNs: () => clock.elapsedNs(),
    epochMs: () => clock.nowMs(),
    random: createRandom(`${seed}/replay`),
    ...{ timers, faults },
  });
}
