// The channels of the thread, with the rings that they write and the doors to the other thread.
import type { Clock, Counter, CounterTable } from '@tickwire/core';
import { GapLedger } from '@tickwire/domain-feed';
import type { FeedSink } from '@tickwire/domain-feed';
import type { GatewayHops, GatewayRing } from '@tickwire/gateway';
import { VENDOR, mapTallies } from '@tickwire/venue-cme';
import { recoveryHop } from '../recovery/recovery-hop.ts';
import { ChannelSet } from './channel-set.ts';
import type { Outbox } from './outbox.ts';
import type { PacketTracer } from './packet-tracer.ts';
import type { FromWorker, WorkerTask } from './worker-messages.ts';

export interface ChannelParts {
  readonly stats: CounterTable;
  readonly clock: Clock;
  readonly tracer: PacketTracer;
  readonly rings: readonly GatewayRing[];
  readonly hops: GatewayHops;
  readonly gaps: Outbox;
  readonly tell: (message: FromWorker) => void;
}

export function openChannels(task: WorkerTask, parts: ChannelParts): ChannelSet {
  const { stats, clock, tracer, rings, hops, gaps, tell } = parts;
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
    ledger: new GapLedger(VENDOR, (record) => gaps.send({ type: 'gap', record })),
    doors: {
      feed: (channel, feed, join) => {
        if (isLive) tell({ type: 'feed', channel, feed, join });
      },
      replay: (channel, request) => tell({ type: 'replay', channel, request }),
    },
    // The numbers of a capture are not those of the one before.
    follows: (channel) => isLive && rings[channel]!.producer.epoch > 1,
    onTaken: tracer.enabled ? tracer.taken : undefined,
    // Nobody answers for a capture.
    replay: isLive,
    tallies: mapTallies((name) => tallyOf(name, stats, hops)),
    ...{ wireOut: hops.wire.out, parse: hops.parse },
    ...{ recoveryOut: recovery.out, recoveryUnwanted: recovery.dropped('not-joined') },
    recoveryHandedOn: stats.counter('count/cme.recovery.handedOn'),
  });
}

/** Where other gateways count the same thing, it has the same name. */
function tallyOf(name: string, stats: CounterTable, hops: GatewayHops): Counter {
  if (name === 'ticks') return hops.normalise.in;
  return stats.counter(name === 'gaps' ? 'count/gaps' : `count/cme.${name.replace(':', '.')}`);
}
