import type { Counter, CounterTable } from '@tickwire/core';
import type { GatewayHops } from '@tickwire/gateway';
import { DgramSource, RecvmmsgSource } from '@tickwire/io-udp';
import type { LineTallies, PacketLine, PacketSource, Tally } from '@tickwire/io-udp';
import type { HostClock } from '@tickwire/ipc-shm';
import { PcapSource } from '../sources/pcap-source.ts';
import type { ChannelPlan, PlannedLine } from '../channels/channel-plan.ts';
import { recoveryHop } from '../recovery/recovery-hop.ts';
import type { ChannelSet } from './channel-set.ts';
import type { WorkerTask } from './worker-messages.ts';

export interface OpenSourceOptions {
  readonly task: WorkerTask;
  readonly channels: ChannelSet;
  readonly stats: CounterTable;
  readonly hops: GatewayHops;
  readonly clock: HostClock;
  readonly onProblem: (file: string, error: Error) => void;
}

export interface OpenedSource {
  readonly source: PacketSource;
  /** What the kernel granted of the receive buffers, the smallest one. */
  readonly receiveBufferBytes: number | undefined;
}

/** @throws ShmError, UdpError: a line cannot be listened to. */
export async function openSource(options: OpenSourceOptions): Promise<OpenedSource> {
  const { task, clock, channels, stats } = options;
  const onPacket = channels.take;
  if (task.source.kind === 'pcap') {
    const foreign = stats.counter('count/cme.foreign');
    const { onProblem } = options;
    const lines = linesOf(options, 'all');
    const source = new PcapSource({ ...task.source, lines, onPacket, clock, foreign, onProblem });
    return { source, receiveBufferBytes: undefined };
  }
  const lines = linesOf(options, 'incremental');
  const settings = { ...task.source, lines, onPacket, clock };
  if (task.source.kind === 'dgram') {
    return { source: await DgramSource.open(settings), receiveBufferBytes: undefined };
  }
  const source = new RecvmmsgSource(settings);
  return { source, receiveBufferBytes: Math.min(...source.receiveBuffersBytes) };
}

function linesOf(options: OpenSourceOptions, feeds: 'incremental' | 'all'): PacketLine[] {
  const { task, channels } = options;
  return task.channels.flatMap((plan, channel) =>
    plan.lines
      .filter(({ feed }) => feeds === 'all' || feed === 'incremental')
      .map((line) => ({
        ...{ tag: channels.addLine(channel, line), address: line.group, port: line.port },
        senders: line.senders,
        tallies:
          line.feed === 'incremental' ? legTallies(options, plan, line) : recoveryTallies(options),
      })),
  );
}

/**
 * Received by channel and leg; and all of them as the hop `cme.wire`, from the sockets' buffers to
 * the channels: what the kernel had no room for came in as well. What was sent, nobody tells us.
 */
function legTallies(
  { stats, hops }: OpenSourceOptions,
  { id }: ChannelPlan,
  { leg }: PlannedLine,
): LineTallies {
  const { wire } = hops;
  const name = `${id}.${leg === 0 ? 'A' : 'B'}`;
  return {
    received: both(stats.counter(`count/cme.${name}.received`), wire.in),
    kernelDropped: both(wire.in, wire.dropped('kernel')),
    cut: wire.dropped('cut'),
    unread: wire.dropped('unread'),
  };
}

/** Of recovery feeds in captures; those of sockets are counted by the thread that has them. */
function recoveryTallies({ stats }: OpenSourceOptions): LineTallies {
  const recovery = recoveryHop(stats);
  const kernelDropped = { add: () => undefined }; // a capture does not say
  return {
    ...{ received: recovery.in, kernelDropped },
    ...{ cut: recovery.dropped('cut'), unread: recovery.dropped('unread') },
  };
}

function both(one: Counter, other: Counter): Tally {
  return {
    add(n) {
      one.add(n);
      other.add(n);
    },
  };
}
