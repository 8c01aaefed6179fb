// What the packet thread is made of; the only writer of the rings. Top to bottom is the start
// order, the stop mirrors it. All its counters are made before it is ready: from then on only the
// other thread adds names to the file that both have mapped.
import type { Counter } from '@tickwire/core';
import { GapLedger } from '@tickwire/domain-feed';
import type { FeedSink } from '@tickwire/domain-feed';
import {
  GatewayRings,
  RingRouter,
  declareKilledWork,
  gatewayHops,
  watchHealth,
} from '@tickwire/gateway';
import type { GatewayHops, GatewayRing } from '@tickwire/gateway';
import { createLog, hostTimers, openStats, silentTracer } from '@tickwire/io-service';
import type { ServiceContext } from '@tickwire/io-service';
import { createHostClock } from '@tickwire/ipc-shm';
import { VENDOR, mapTallies } from '@tickwire/venue-cme';
import type { CmeChannelStatus } from '@tickwire/venue-cme';
import { recoveryHop } from '../recovery/recovery-hop.ts';
import { CONNECTION_STATES, statesOf, streamsOf } from './channel-health.ts';
import { ChannelSet } from './channel-set.ts';
import { GapOutbox } from './gap-outbox.ts';
import { declareKilledPackets } from './killed-packets.ts';
import { openSource } from './open-source.ts';
import { PacketAccount } from './packet-account.ts';
import { PacketLoop } from './packet-loop.ts';
import { PacketRingReader } from './packet-ring.ts';
import type { FromWorker, WorkerTask } from './worker-messages.ts';

/** Records of the other thread that are taken between two looks at the source. */
const RECORDS_MAX = 64;

type ThreadContext = Pick<ServiceContext, 'stats' | 'clock' | 'tracer' | 'timers'>;

export interface PacketThread {
  /** For the service's record: names of its rings, room of its sockets. */
  readonly info: Readonly<Record<string, unknown>>;
  status(): CmeChannelStatus[];
  /** A gap record that was told is in the ledger. */
  gapKept(): void;
  /** Closes the source, then the rings. */
  stop(): void;
}

/** @throws ShmError, UdpError, RingsError and the like: nothing is written then. */
export async function startPacketThread(
  task: WorkerTask,
  { tell, fail }: { tell: (message: FromWorker) => void; fail: (error: unknown) => void },
): Promise<PacketThread> {
  const log = createLog({ service: task.service, level: task.logLevel });
  const stats = openStats(task.ringDir, task.service);
  const context = { stats, clock: createHostClock(), tracer: silentTracer, timers: hostTimers };
  const hops = gatewayHops(stats, VENDOR);
  const rings = openRings(task, context, hops);
  try {
    const producers = rings.all.map(({ producer }) => producer);
    // Before the channels, which say at once that they begin.
    const packetsKilled = declareKilledPackets(stats, hops);
    const killed = declareKilledWork({ stats, vendor: VENDOR, rings: producers });
    const isFollowing = producers.some(({ epoch }) => epoch > 1);
    if (isFollowing) log.warn({ killed, packetsKilled }, 'a killed writer is followed');
    const gaps = new GapOutbox(tell, stats.counter('count/cme.gapsNotKept'));
    const channels = openChannels(task, context, { rings: rings.all, hops, gaps, tell });
    const account = new PacketAccount(hops);
    const { source, receiveBufferBytes } = await openSource({
      ...{ task, channels, stats, hops, clock: context.clock },
      onProblem: (file, error) => log.warn({ file, err: error }, 'the capture ends here'),
    });
    const packets = new PacketRingReader(task.packets);
    const show = (): void => {
      source.refresh();
      account.show(channels.counts());
    };
    const watch = watchHealth(
      { ...context, setHealth: ({ ok, reason }) => tell({ type: 'health', ok, reason }) },
      {
        session: { states: () => statesOf(channels.all), streams: () => streamsOf(channels.all) },
        ...{ connectionStates: CONNECTION_STATES, each: show },
      },
    );
    const loop = new PacketLoop({
      ...{ source, spins: task.source.kind !== 'pcap' && task.source.spins },
      work: {
        turn(nowNs) {
          packets.poll(RECORDS_MAX, channels.takeRecord);
          channels.poll(nowNs);
        },
        nextDueNs: () => channels.nextDueNs(),
        fail,
      },
    });
    rings.start();
    watch.start();
    loop.start();
    return {
      info: { rings: rings.names, receiveBufferBytes },
      status: () => channels.all.map((channel) => channel.status()),
      gapKept: () => gaps.kept(),
      stop() {
        loop.stop();
        source.close();
        watch.stop();
        show();
        watch.show();
        log.info({ published: rings.published }, 'closing the rings');
        rings.close();
      },
    };
  } catch (error) {
    // As they were found: the next attempt goes on in them.
    rings.stop();
    for (const { producer } of rings.all) producer.abandon();
    throw error;
  }
}

function openRings(task: WorkerTask, context: ThreadContext, hops: GatewayHops): GatewayRings {
  const { name: ringName, count, slotCount, directoryCapacity } = task.ring;
  return new GatewayRings({
    ...{ dir: task.ringDir, ringName, count, slotCount, directoryCapacity, vendor: VENDOR },
    ...{ context, router: new RingRouter(hops.normalise.in), flags: task.flags },
  });
}

interface ChannelParts {
  readonly rings: readonly GatewayRing[];
  readonly hops: GatewayHops;
  readonly gaps: GapOutbox;
  readonly tell: (message: FromWorker) => void;
}

function openChannels(
  task: WorkerTask,
  { stats, clock }: ThreadContext,
  { rings, hops, gaps, tell }: ChannelParts,
): ChannelSet {
  const isLive = task.source.kind !== 'pcap';
  const startNs = clock.monotonicNs();
  const startWall = { hi: 0, lo: 0 };
  const recovery = recoveryHop(stats);
  clock.wallNs(startNs, startWall);
  return new ChannelSet({
    plans: task.channels,
    ...{ stats, startNs, startWall, flags: task.flags, orders: task.orders },
    sinkOf: (channel): FeedSink => {
      const ring = rings[channel]!;
      return {
        // Times of captures are of their own clock: what a tick waited is not known then.
        publish: (batch, recvNs) => ring.publish(batch, isLive ? recvNs : clock.monotonicNs()),
        define: (entry) => ring.sink.define(entry),
      };
    },
    ledger: new GapLedger(VENDOR, (record) => gaps.send(record)),
    doors: {
      feed: (channel, feed, join) => {
        if (isLive) tell({ type: 'feed', channel, feed, join });
      },
      replay: (channel, request) => tell({ type: 'replay', channel, request }),
    },
    // Nobody answers for a capture.
    replay: isLive,
    tallies: mapTallies((name) => tallyOf(name, stats, hops)),
    ...{ wireOut: hops.wire.out, parse: hops.parse },
    ...{ recoveryOut: recovery.out, recoveryUnwanted: recovery.dropped('not-joined') },
    recoveryHandedOn: stats.counter('count/cme.recovery.handedOn'),
  });
}

/** Where other gateways count the same thing, it has the same name. */
function tallyOf(name: string, stats: ThreadContext['stats'], hops: GatewayHops): Counter {
  if (name === 'ticks') return hops.normalise.in;
  return stats.counter(name === 'gaps' ? 'count/gaps' : `count/cme.${name.replace(':', '.')}`);
}
