// What the packet thread is made of; the only writer of the rings. Top to bottom is the start
// order, the stop mirrors it. All its counters are made before it is ready: from then on only the
// other thread adds names to the file that both have mapped.
import {
  GatewayRings,
  RingRouter,
  SnapshotVerb,
  declareKilledWork,
  gatewayHops,
  watchHealth,
} from '@tickwire/gateway';
import type { GatewayHops, HealthWatch } from '@tickwire/gateway';
import type { ControlRequest } from '@tickwire/io-bus';
import { createLog, hostTimers, openStats } from '@tickwire/io-service';
import type { ServiceContext } from '@tickwire/io-service';
import { createHostClock, makeThreadRealtime, pinThread } from '@tickwire/ipc-shm';
import { VENDOR } from '@tickwire/venue-cme';
import type { CmeChannelStatus } from '@tickwire/venue-cme';
import { CONNECTION_STATES, statesOf, streamsOf } from './channel-health.ts';
import type { ChannelSet } from './channel-set.ts';
import { Outbox } from './outbox.ts';
import { declareKilledPackets } from './killed-packets.ts';
import { openChannels } from './open-channels.ts';
import { openSource } from './open-source.ts';
import { PacketAccount } from './packet-account.ts';
import { PacketLoop } from './packet-loop.ts';
import type { LoopWork } from './packet-loop.ts';
import { PacketTracer } from './packet-tracer.ts';
import { PacketRingReader } from './packet-ring.ts';
import type { FromWorker, WorkerTask } from './worker-messages.ts';

/** Records of the other thread that are taken between two looks at the source. */
const RECORDS_MAX = 64;
/** Ticks of images between two looks at the source: about 50 µs. */
const IMAGE_TICKS_MAX = 512;
/** What the other thread has not taken yet: gap records, and traced ticks. */
const GAPS_WAITING_MAX = 10_000;
const TRACES_WAITING_MAX = 64;

type ThreadContext = Pick<ServiceContext, 'stats' | 'clock' | 'tracer' | 'timers'>;

export interface PacketThread {
  /** For the service's record: names of its rings, room of its sockets. */
  readonly info: Readonly<Record<string, unknown>>;
  status(): CmeChannelStatus[];
  /** Takes a request for books: it is answered when they are in the rings. Never throws. */
  snapshot(request: ControlRequest): void;
  /** The other thread has taken a message of this type. */
  taken(of: 'gap' | 'spans'): void;
  /** Closes the source, then the rings. */
  stop(): void;
}

/** @throws ShmError, UdpError, RingsError and the like: nothing is written then. */
export async function startPacketThread(
  task: WorkerTask,
  { tell, fail }: { tell: (message: FromWorker) => void; fail: (error: unknown) => void },
): Promise<PacketThread> {
  place(task.placement);
  const log = createLog({ service: task.service, level: task.logLevel });
  const stats = openStats(task.ringDir, task.service);
  const clock = createHostClock();
  const outboxes = openOutboxes(stats, tell);
  const sampleEvery = task.traceSampleEvery;
  const tracer = new PacketTracer({ sampleEvery, clock, outbox: outboxes.spans });
  const context = { stats, clock, tracer, timers: hostTimers };
  const hops = gatewayHops(stats, VENDOR);
  const rings = openRings(task, context, hops);
  try {
    const producers = rings.all.map(({ producer }) => producer);
    // Before the channels, which say at once that they begin.
    const killed = declareKilled(stats, hops, rings.all);
    if (killed !== undefined) log.warn(killed, 'a killed writer is followed');
    const channels = openChannels(task, {
      ...{ ...context, tracer, rings: rings.all, hops, gaps: outboxes.gap, tell },
    });
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
    const snapshots = new SnapshotVerb({
      ...{ ...context, session: channels, slotCount: task.ring.slotCount },
      rings: { all: producers, homeOf: (symbol) => channels.indexOf(symbol) },
      turnTicksMax: IMAGE_TICKS_MAX,
    });
    const watch = watchChannels(context, { channels, tell, each: show });
    const spins = task.source.kind !== 'pcap' && task.source.spins;
    const work = workOf({ packets, channels, rings, fail });
    const loop = new PacketLoop({ source, spins, work });
    rings.start();
    watch.start();
    loop.start();
    return {
      info: { rings: rings.names, receiveBufferBytes },
      status: () => channels.all.map((channel) => channel.status()),
      snapshot: snapshots.take,
      taken: (of) => outboxes[of].taken(),
      stop() {
        snapshots.stop();
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

function workOf(parts: {
  packets: PacketRingReader;
  channels: ChannelSet;
  rings: GatewayRings;
  fail: LoopWork['fail'];
}): LoopWork {
  const { packets, channels, rings, fail } = parts;
  return {
    turn(nowNs) {
      packets.poll(RECORDS_MAX, channels.takeRecord);
      channels.poll(nowNs);
      rings.ringBells(nowNs);
    },
    nextDueNs: () => Math.min(channels.nextDueNs(), rings.bellsDueNs),
    fail,
  };
}

function place({ cpu, isRealtime }: WorkerTask['placement']): void {
  if (cpu !== undefined) pinThread(cpu);
  if (isRealtime) makeThreadRealtime();
}

function openOutboxes(
  stats: ThreadContext['stats'],
  tell: (message: FromWorker) => void,
): Record<'gap' | 'spans', Outbox> {
  const outbox = (waitingMax: number, name: string): Outbox =>
    new Outbox(tell, { waitingMax, dropped: stats.counter(`count/cme.${name}`) });
  return {
    gap: outbox(GAPS_WAITING_MAX, 'gapsNotKept'),
    spans: outbox(TRACES_WAITING_MAX, 'tracesNotKept'),
  };
}

/** What an earlier life had in its hands; `undefined` when nobody is followed. */
function declareKilled(
  stats: ThreadContext['stats'],
  hops: GatewayHops,
  rings: GatewayRings['all'],
): object | undefined {
  const packets = declareKilledPackets(stats, hops);
  const producers = rings.map(({ producer }) => producer);
  const killed = declareKilledWork({ stats, vendor: VENDOR, rings: producers });
  return producers.some(({ epoch }) => epoch > 1) ? { killed, packets } : undefined;
}

function watchChannels(
  context: ThreadContext,
  parts: { channels: ChannelSet; tell: (message: FromWorker) => void; each: () => void },
): HealthWatch {
  const { channels, tell, each } = parts;
  return watchHealth(
    { ...context, setHealth: ({ ok, reason }) => tell({ type: 'health', ok, reason }) },
    {
      session: { states: () => statesOf(channels.all), streams: () => streamsOf(channels.all) },
      ...{ connectionStates: CONNECTION_STATES, each },
    },
  );
}

function openRings(task: WorkerTask, context: ThreadContext, hops: GatewayHops): GatewayRings {
  const { name: ringName, count, slotCount, directoryCapacity } = task.ring;
  return new GatewayRings({
    ...{ dir: task.ringDir, ringName, count, slotCount, directoryCapacity, vendor: VENDOR },
    ...{ context, router: new RingRouter(hops.normalise.in), flags: task.flags },
  });
}
