/** What the threads of the gateway tell each other, besides packets (`packet-ring.ts`). */
import type { ControlRefusal, ControlRequest } from '@tickwire/io-bus';
import type { TickSpan } from '@tickwire/io-service';
import type { CmeChannelStatus, RecoveryFeed, ReplayRequest } from '@tickwire/venue-cme';
import type { ChannelPlan } from '../channels/channel-plan.ts';

/** All that the worker needs to know, as `workerData`. */
export interface WorkerTask {
  readonly service: string;
  readonly logLevel: string;
  readonly ringDir: string;
  readonly ring: {
    readonly name: string;
    readonly count: number;
    readonly slotCount: number;
    readonly directoryCapacity: number;
  };
  readonly channels: readonly ChannelPlan[];
  readonly source: SourceTask;
  /** Where the thread runs, and before whom: see `pinThread`, `makeThreadRealtime`. */
  readonly placement: { readonly cpu: number | undefined; readonly isRealtime: boolean };
  /** Books by order as well. */
  readonly orders: boolean;
  /** Flag bits of every tick. */
  readonly flags: number;
  /** One tick in so many is traced; 0: none. */
  readonly traceSampleEvery: number;
  /** Packets of recovery feeds and replays. */
  readonly packets: SharedArrayBuffer;
}

export type SourceTask =
  | {
      readonly kind: 'recvmmsg' | 'dgram';
      readonly interfaceAddress: string | undefined;
      readonly receiveBufferBytes: number;
      readonly busyPollUs: number;
      /** Looks without a pause, instead of sleeping until something comes. */
      readonly spins: boolean;
    }
  | {
      readonly kind: 'pcap';
      readonly files: readonly string[];
      readonly pace: 'recorded' | 'maximum';
    };

export type FromWorker =
  | { readonly type: 'ready'; readonly info: Readonly<Record<string, unknown>> }
  | { readonly type: 'failed'; readonly error: SentError }
  | { readonly type: 'health'; readonly ok: boolean; readonly reason: string }
  | {
      readonly type: 'feed';
      readonly join: boolean;
      readonly channel: number;
      readonly feed: RecoveryFeed;
    }
  | { readonly type: 'replay'; readonly channel: number; readonly request: ReplayRequest }
  | { readonly type: 'gap'; readonly record: object }
  /** A traced tick, 64 bytes, and what was done with it. */
  | { readonly type: 'spans'; readonly tick: Uint8Array; readonly spans: readonly TickSpan[] }
  | { readonly type: 'status'; readonly id: number; readonly channels: readonly CmeChannelStatus[] }
  | { readonly type: 'snapshot'; readonly id: number; readonly reply: ControlReply }
  | { readonly type: 'stopped' };

export type ToWorker =
  | { readonly type: 'status'; readonly id: number }
  /** A request for books, as it came: the reply names the same id. */
  | { readonly type: 'snapshot'; readonly id: number; readonly body: unknown }
  /** A message of this type was taken: there is room for one more. */
  | { readonly type: 'taken'; readonly of: 'gap' | 'spans' }
  | { readonly type: 'stop' };

/** What a request over the bus is answered with. */
export type ControlReply =
  | { readonly answer: Readonly<Record<string, unknown>> }
  | { readonly reason: RefusalReason; readonly refusal: ControlRefusal };

type RefusalReason = Parameters<ControlRequest['refuse']>[0];

/** An error as it crosses threads. */
export interface SentError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Kinds of records in the ring of packets: a feed, a packet of a replay, the end of one. */
export const RecordKind = {
  Definitions: 0,
  Snapshots: 1,
  OrderSnapshots: 2,
  Replayed: 3,
  ReplayEnded: 4,
} as const;

/** By the kind of record that its packets have. */
export const FEED_OF_KIND: readonly RecoveryFeed[] = [
  'definitions',
  'snapshots',
  'order-snapshots',
];
