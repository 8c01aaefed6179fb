// Composition root of the CME gateway. Two threads: packets, channels and rings live on one of
// their own (worker/), recovery sockets, bus, health and operations here.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { TickwireError } from '@tickwire/core';
import { startControl } from '@tickwire/gateway';
import { ConfigError, openGapFile, runService } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { TickFlag, TickView } from '@tickwire/wire-tick';
import { planChannels } from './channels/channel-plan.ts';
import type { ChannelPlan } from './channels/channel-plan.ts';
import { gatewayConfig } from './config.ts';
import type { GatewayConfig } from './config.ts';
import { readConfigXml } from './config-xml/read-config-xml.ts';
import { ThreadVerbs } from './control/thread-verbs.ts';
import { RecoveryDesk } from './recovery/recovery-desk.ts';
import { dialReplay } from './replay/dial-replay.ts';
import { ChannelThread } from './worker/channel-thread.ts';
import type { ChannelThreadHandlers } from './worker/channel-thread.ts';
import { PacketRingWriter, createPacketRingMemory } from './worker/packet-ring.ts';
import type { SourceTask, WorkerTask } from './worker/worker-messages.ts';

/** With fewer cores a thread that spins would take turns from consumers. */
const SPIN_CORES_MIN = 4;

await runService({ schema: gatewayConfig, operations: startOperations, start });

async function start(config: GatewayConfig, context: ServiceContext): Promise<RunningService> {
  const { log, stats, clock, timers } = context;
  const source = sourceOf(config);
  const file = readConfigXml(config.cmeConfigXml);
  if (file.passedOver.length > 0) log.warn({ connections: file.passedOver }, 'passed over');
  const plans = planChannels(file, {
    ...{ ids: config.cmeChannels, orders: config.cmeOrders, senders: config.cmeSenders },
  });
  checkRings(plans.length, config.partitions);
  const packets = createPacketRingMemory(config.cmeRecoveryBytes);
  const desk = new RecoveryDesk({
    ...{ plans, stats, clock, timers, log, dial: dialReplay },
    ring: new PacketRingWriter(packets),
    hasKernelStamps: config.cmeSource === 'recvmmsg',
    interfaceAddress: config.cmeInterface,
    receiveBufferBytes: config.cmeReceiveBuffer,
    credentials: { username: config.cmeReplayUser, password: config.cmeReplayPassword },
    random: () => randomInt(2 ** 32) / 2 ** 32,
  });
  let thread: ChannelThread | undefined = undefined;
  const verbs = new ThreadVerbs({ thread: () => thread, joined: () => desk.joined });
  const control = await startControl(config, context, verbs.table);
  const keepGap = openGapFile(config.dataDir, config.service.replace(/^gateway-/, ''));
  // From here on the other thread adds its counters, and this one none until it is ready.
  const packetThread = new ChannelThread(taskOf(config, context, { plans, source, packets }), {
    health: (state) => context.setHealth(state),
    feed: ({ channel, feed, join }) => desk.feed(channel, feed, join),
    replay: ({ channel, request }) => desk.replay(channel, request),
    gap: keepGap,
    spans: spansInto(context.tracer),
    fail: (error) => context.fail(error),
  });
  thread = packetThread;
  let ready: Readonly<Record<string, unknown>>;
  try {
    ready = await packetThread.ready();
  } catch (error) {
    desk.close();
    await control.stop();
    throw error;
  }
  return {
    info: {
      ...{ ring: config.ringName, ...ready, channels: plans.map(({ id }) => id) },
      ...{ environment: file.environment, source, simulated: config.simulated },
    },
    async stop() {
      verbs.stop();
      await control.stop();
      desk.close();
      await packetThread.stop();
    },
  };
}

/** Makes the spans of ticks that the packet thread has traced. */
function spansInto(tracer: ServiceContext['tracer']): ChannelThreadHandlers['spans'] {
  const view = new TickView();
  return ({ tick, spans }) => {
    view.wrap(new DataView(tick.buffer, tick.byteOffset, tick.byteLength), 0);
    for (const span of spans) tracer.span(view, span);
  };
}

/** What is said of a channel, readers take to be of all its ring: no two share one. */
function checkRings(channels: number, rings: number): void {
  if (channels <= rings) return;
  throw new TickwireError('TOO_FEW_RINGS', `${channels} channels, and ${rings} rings for them`, {
    hint: 'set gateway.partitions (TICKWIRE_PARTITIONS) to as many as there are channels',
  });
}

function sourceOf(config: GatewayConfig): SourceTask {
  const { cmeSource: kind, cmePcapFiles: files = [], cmePcapPace: pace, cmeReceive } = config;
  if (kind === 'pcap') {
    if (files.length > 0) return { kind, files, pace };
    throw new ConfigError(['TICKWIRE_CME_PCAP_FILES: TICKWIRE_CME_SOURCE=pcap needs files']);
  }
  const hasSpareCore = availableParallelism() >= SPIN_CORES_MIN;
  const spins = cmeReceive === 'spin' || (cmeReceive === 'auto' && hasSpareCore);
  if (spins && config.cmePriority === 'realtime') {
    throw new ConfigError([
      'TICKWIRE_CME_PRIORITY: a real-time thread has to sleep: set TICKWIRE_CME_RECEIVE=block',
    ]);
  }
  return {
    kind,
    interfaceAddress: config.cmeInterface,
    receiveBufferBytes: config.cmeReceiveBuffer,
    busyPollUs: config.cmeBusyPollUs,
    spins,
  };
}

function taskOf(
  config: GatewayConfig,
  { tracer }: ServiceContext,
  parts: { plans: readonly ChannelPlan[]; source: SourceTask; packets: SharedArrayBuffer },
): WorkerTask {
  const { plans, source, packets } = parts;
  const simulated = config.simulated ? TickFlag.Simulated : 0;
  return {
    ...{ service: config.service, logLevel: config.logLevel, ringDir: config.ringDir },
    ring: {
      ...{ name: config.ringName, count: config.partitions },
      ...{ slotCount: config.ringSlots, directoryCapacity: config.directoryCapacity },
    },
    ...{ channels: plans, source, packets, orders: config.cmeOrders },
    placement: { cpu: config.cmeCpu, isRealtime: config.cmePriority === 'realtime' },
    // What is played was traced when it was live, if at all.
    traceSampleEvery: source.kind === 'pcap' ? 0 : tracer.sampleEvery,
    flags: source.kind === 'pcap' ? simulated | TickFlag.Replayed : simulated,
  };
}
