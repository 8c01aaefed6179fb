import type { StampNs } from '@tickwire/core';
import type { OrderBookOptions } from '@tickwire/domain-depth';
import type { FeedSink, GapLedger } from '@tickwire/domain-feed';
import { CmeError } from './errors.ts';
import type { CmeTallies } from './tallies.ts';

/** `config.xml` calls them N, S and SMBO. */
export const RECOVERY_FEEDS = ['definitions', 'snapshots', 'order-snapshots'] as const;
export type RecoveryFeed = (typeof RECOVERY_FEEDS)[number];

/** Packets `begin` to `end`, both included: at most `replayPacketsMax`. */
export interface ReplayRequest {
  /** Counts from 1; `replayed` and `replayEnded` name it. */
  readonly id: number;
  readonly channel: number;
  readonly begin: number;
  readonly end: number;
}

/** How a replay ended. `complete`: the service said that it has sent all that it has. */
export interface ReplayOutcome {
  readonly kind: 'complete' | 'refused' | 'timeout' | 'disconnected';
  /** What the service said, for logs. */
  readonly text?: string;
}

/**
 * What a channel wants from outside. Every call returns at once, and none of them calls the channel
 * back before it has returned.
 */
export interface CmeChannelDoors {
  /** Join a recovery feed: its packets then come to `CmeChannel.recovery`. */
  join(feed: RecoveryFeed): void;
  leave(feed: RecoveryFeed): void;
  /**
   * Ask the TCP replay service. Packets come to `replayed`, the end to `replayEnded`. One request
   * at a time: a second one takes the place of the first, whose packets are of no use any more.
   */
  requestReplay(request: ReplayRequest): void;
}

export interface CmeChannelLimits {
  /** Memory for incremental packets that wait while a recovery is under way. 64 KiB … 1 GiB. */
  readonly queueBytes: number;
  /** Whether the TCP replay service is asked before snapshots are read. */
  readonly replay: boolean;
  /** More missing packets than these are not asked for, 1 … 2,000 (the service's own limit). */
  readonly replayPacketsMax: number;
  /** Requests a minute, 1 … 600: the service is not made for more. */
  readonly replaysPerMinute: number;
  /** A replay that has not ended is given up, ms. 10 … 600,000. */
  readonly replayTimeoutMs: number;
  /** At most so long between two packets of a leg, ms: the exchange sends heartbeats. */
  readonly heartbeatMs: number;
  /** A recovery feed that brings nothing for so long is joined again, ms. 100 … 600,000. */
  readonly recoverySilenceMs: number;
  /** How much later a packet with an old sequence must be sent to begin a new numbering, ms. */
  readonly numberingMs: number;
  /** Packets that may wait behind a hole of both legs. 1 … 65,536. */
  readonly windowPackets: number;
  /** How long such a hole may be open, ms. 0 … 60,000. */
  readonly holeMs: number;
  /** Distance of TransactTime and receipt beyond which ticks carry BAD_TS, ms. */
  readonly badTimestampMs: number;
  /** Definitions beyond are refused, and counted. 1 … 1,000,000. */
  readonly instrumentsMax: number;
}

export const CHANNEL_LIMITS: Readonly<CmeChannelLimits> = {
  queueBytes: 16 * 2 ** 20,
  replay: true,
  replayPacketsMax: 2_000,
  replaysPerMinute: 30,
  replayTimeoutMs: 5_000,
  heartbeatMs: 30_000,
  recoverySilenceMs: 15_000,
  numberingMs: 1_000,
  windowPackets: 1_024,
  holeMs: 10,
  badTimestampMs: 86_400_000,
  instrumentsMax: 65_536,
};

export interface CmeChannelOptions {
  /** `id` of the channel in config.xml: 310. */
  readonly channel: number;
  /** Where ticks, directory entries and gap records go. */
  readonly sink: FeedSink;
  /**
   * Of all channels whose gaps go to one place, where each needs a number of its own. Default: one
   * of this channel alone, which tells them to `sink`.
   */
  readonly ledger?: GapLedger;
  readonly doors: CmeChannelDoors;
  /** Feeds that can be joined. Default: all of them; none of a recording. */
  readonly feeds?: readonly RecoveryFeed[];
  readonly tallies: CmeTallies;
  /** When listening began, monotonic ns. */
  readonly startNs: number;
  /** The same moment on the wall clock: `tsRecv` of what is told before the first packet. */
  readonly startWall?: Readonly<StampNs>;
  /** `publisher` of all ticks, u16. Default: the channel's id. */
  readonly publisher?: number;
  /** Flag bits of every tick: SIMULATED, REPLAYED. Default 0. */
  readonly flags?: number;
  /** Books by order as well, and ORDER ticks; without it entries of orders are counted only. */
  readonly orders?: OrderBookOptions;
  readonly limits?: Partial<CmeChannelLimits>;
  /** Memory of the arbiter's counters, `ARBITER_CELLS`, when others read them too. */
  readonly arbiterCells?: Float64Array;
  /**
   * Memory of how far the channel has come, `RESUME_CELLS`, that outlives the process. What is in
   * it at the start is where an earlier channel was killed: packets behind it that do not come are
   * declared missing. Zeros: there was none.
   */
  readonly resumeCells?: Float64Array;
}

const RANGES: Readonly<
  Record<Exclude<keyof CmeChannelLimits, 'replay'>, readonly [number, number]>
> = {
  queueBytes: [65_536, 2 ** 30],
  replayPacketsMax: [1, 2_000],
  replaysPerMinute: [1, 600],
  replayTimeoutMs: [10, 600_000],
  heartbeatMs: [1, 86_400_000],
  recoverySilenceMs: [100, 600_000],
  numberingMs: [0, 86_400_000],
  windowPackets: [1, 65_536],
  holeMs: [0, 60_000],
  badTimestampMs: [1, 2 ** 40],
  instrumentsMax: [1, 1_000_000],
};

/** @throws CmeError `BAD_OPTION` naming the limit. */
export function limitsOf(given: Partial<CmeChannelLimits> = {}): CmeChannelLimits {
  const limits = { ...CHANNEL_LIMITS, ...given };
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    const value = limits[name as keyof typeof RANGES];
    if (Number.isInteger(value) && value >= min && value <= max) continue;
    throw new CmeError('BAD_OPTION', `${name}: ${value} is not a whole number in range`, {
      hint: `Use one from ${min} to ${max}`,
    });
  }
  return limits;
}
