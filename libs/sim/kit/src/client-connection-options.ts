/** What a client's connection is made of. */
import type { Timers } from '@tickwire/core';
import type { ClientSession, Reply, TrafficReader } from './client-session.ts';
import type { DropPolicy } from './dropping-queue.ts';
import type { FaultLog } from './fault-log.ts';
import type { ConnectionFaultRule, FaultPlan } from './fault-plan.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { Listener } from './outgoing-message.ts';
import type { Random } from './random.ts';
import type { BatchCounts } from './send-queue.ts';
import type { SessionLog } from './session-log.ts';
import type { Transport } from './transport.ts';

/** Where one connection's messages are counted, as `ConnectionLog` of io-service does it. */
export interface ConnectionAccount {
  add(messages: number): void;
  close(end: { reason: string; undelivered: number }): void;
}

/** Counts of all connections of a simulator. */
export interface ConnectionCounts extends BatchCounts {
  addClosed(reason: string): void;
  addUndelivered(messages: number): void;
}

export interface ClientConnectionOptions {
  /** From 1, in the order of arrival. */
  readonly number: number;
  readonly transport: Transport;
  readonly session: ClientSession;
  readonly subscriptions: {
    subscribe(topicId: number, listener: Listener): void;
    unsubscribe(topicId: number, listener: Listener): void;
  };
  /** Where this connection's own messages are framed. */
  readonly frames: FrameWriter;
  /** Kinds of message, and the one of them that garbage is counted as. */
  readonly kinds: number;
  readonly garbageKind: number;
  readonly counts: ConnectionCounts;
  readonly timers: Timers;
  /** Monotonic ms. */
  readonly monotonicMs: () => number;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
  /** Silence of the client after which it is turned out, and what it is told then. */
  readonly silence?: { readonly msMax: number; readonly last?: Reply };
  /** Bytes that may wait for the client, and what happens beyond. Default: it is disconnected. */
  readonly bufferedBytesMax: number;
  readonly slowClient?: 'disconnect' | DropPolicy;
  readonly faults: FaultPlan;
  /** Kinds of topic, as faults name them. */
  readonly faultTopics: readonly string[];
  /** Rules that act once in the simulator's life and have acted. */
  readonly spentRules: Set<ConnectionFaultRule>;
  readonly random: Random;
  readonly faultLog: FaultLog;
  readonly topicName: (topicId: number) => string;
  /** It carries nothing any more. */
  readonly onClosed: () => void;
  /** Its socket is closed, and all of it is counted and logged. */
  readonly onGone: () => void;
  readonly account?: ConnectionAccount;
  /** The log and how it reads the vendor's messages; without it nothing is logged. */
  readonly log?: { readonly session: SessionLog; readonly traffic: TrafficReader } | undefined;
}
