import type { Clock, Random, StampNs, Timers } from '@tickwire/core';
import { RECONNECT_LIMITS } from '@tickwire/domain-feed';
import type {
  Dial,
  GapRecord,
  ReconnectLimits,
  RecvStamp,
  StreamChange,
} from '@tickwire/domain-feed';
import type { SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { ConnectionTap } from './connection-tap.ts';
import type { AuthOptions, Sha256Hex, Subscription } from './gateway-lines.ts';
import type { LiveRecord } from './record-identity.ts';
import { MERGE_LIMITS } from './merge-options.ts';
import type { MissingRecords } from './merge-options.ts';

/** Decompresses zstd as it comes; gives what it has as soon as it can. */
export type Inflate = (give: (bytes: Uint8Array) => void) => { push(bytes: Uint8Array): void };

export interface SessionLimits {
  /** Dial to greeting and challenge. */
  connectMs: number;
  /** Answer to the challenge until the server's. */
  authMs: number;
  /** What a heartbeat may be late before the connection is given up as half-open. */
  heartbeatGraceMs: number;
  /** Of the server before DBN begins. */
  lineBytesMax: number;
  metadataBytesMax: number;
  /** How far back the server replays. What is older is a gap, and declared. */
  replayWindowMs: number;
  /** How often what is held is looked through for what a replay has left out. */
  settleMs: number;
  /** Before the last record: from there on a replay is asked for. */
  overlapMs: number;
  heldBytesMax: number;
  streamsMax: number;
  reconnect: ReconnectLimits;
}

export const SESSION_LIMITS: Readonly<SessionLimits> = {
  connectMs: 10_000,
  authMs: 30_000,
  heartbeatGraceMs: 5_000,
  lineBytesMax: 4_096,
  metadataBytesMax: 64 * 1024 * 1024,
  replayWindowMs: 24 * 3_600_000,
  settleMs: 1_000,
  ...MERGE_LIMITS,
  reconnect: RECONNECT_LIMITS,
};

/** What happened, for the log: rare. */
export interface SessionEvent {
  readonly kind:
    | 'connected'
    | 'lost'
    | 'refused'
    | 'skipped'
    | 'slow-reader'
    | 'replay-aged-out'
    | 'vendor-error'
    | 'vendor-message'
    | 'damaged'
    | 'caught-up';
  /** Number of the connection, from 1. */
  readonly connection: number;
  readonly detail: string;
  /** What the server says it is, if it does: `ErrorCode` of an error, `SystemCode` of a message. */
  readonly code?: number;
}

/**
 * Whom a session gives its records to, each once and in the order of its stream, and what it knows
 * of them: `DatabentoNormaliser` makes ticks of them. Nothing here may throw.
 */
export interface RecordTarget {
  /** What an instrument id means from now on. Read before this returns, as records are. */
  onMapping(mapping: SymbolMappingRecord): void;
  onRecord(record: LiveRecord, recv: Readonly<RecvStamp>): void;
  /** The state of everything has changed. */
  onChannel(change: StreamChange, recv: Readonly<RecvStamp>): void;
  /** Records of one instrument are missing for good, before the next one. */
  onMissing(missing: MissingRecords, ledgerId: number, recv: Readonly<RecvStamp>): void;
  /** What came is not all there was: no book is right until it begins anew. */
  doubtBooks(): void;
  /** That was all, for the moment. */
  publish(): void;
  symbolOf(instrumentId: number): string | undefined;
}

export interface DatabentoSessionOptions extends AuthOptions {
  /** Default: the gateway of the dataset. */
  readonly url?: string;
  readonly subscriptions: readonly Subscription[];
  /** Whether the venue numbers the records of each instrument one by one; default `unknown`. */
  readonly sequences?: 'of-instrument' | 'unknown';
  /** Where another process stopped: records from here on are asked for. */
  readonly start?: Readonly<StampNs>;
  readonly target: RecordTarget;
  /** Of what is missing: once when it is noticed, once more when it is repaired. */
  readonly onGap?: (record: Readonly<GapRecord>) => void;
  readonly sha256Hex: Sha256Hex;
  /** Needed where `compression` is `zstd`. */
  readonly inflate?: Inflate;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** The frames of its sockets are pieces of the stream, of any size. */
  readonly dial: Dial;
  readonly tap?: ConnectionTap;
  readonly onEvent?: (event: SessionEvent) => void;
  readonly limits?: Partial<SessionLimits>;
}
