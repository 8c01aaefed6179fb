/** What a program that embeds Tickwire asks for, checked at once and by name. */
import type { DirectoryEntry, LatencySummary } from '@tickwire/core';
import type { BatchQueueOptions } from '@tickwire/domain-batch';
import type { RingDirectoryReader } from '@tickwire/io-rings';
import type { TickView } from '@tickwire/wire-tick';
import { SystemError } from '../errors.ts';
import { findVendor, vendorNames } from '../plan/vendors.ts';
import type { FeedKey } from '../plan/vendors.ts';

/** One source of ticks: a gateway of its own, and without `live` a simulator of its own. */
export interface SystemFeed {
  readonly vendor: string;
  /** As the vendor writes them; the vendor's demo symbols when left out. */
  readonly symbols?: readonly string[];
  /** The vendor's real endpoints; else a simulator that speaks its protocol. */
  readonly live?: boolean;
  /** Of an account, for what the vendor does not give to everybody. Goes to the gateway alone. */
  readonly apiKey?: FeedKey;
  /** Of vendors that have several; KuCoin has none. */
  readonly dataset?: string;
  /** Simulated messages a second; 500 by default. */
  readonly rate?: number;
}

/** Ticks of one ring, gathered by count or by time. */
export interface TickBatchEvent {
  readonly ring: string;
  /** Ticks of 64 bytes each; valid until the handler's promise settles. */
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Names the `instrument` of the ticks. */
  readonly directory: RingDirectoryReader;
}

/** A closed bar. Decimals are texts, exact. */
export interface BarEvent {
  readonly symbol: string;
  readonly venue: string;
  readonly intervalMs: number;
  /** ms since the Unix epoch. */
  readonly startMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly turnover: string;
  readonly trades: number;
  /** Share of the interval in which the feed was live, 0 … 1. */
  readonly coverage: number;
  /** 0 at first; later, cancelled or corrected trades make the next one. */
  readonly revision: number;
}

/** Ticks that were overwritten in a ring before this program came to them. */
export interface GapEvent {
  readonly ring: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export interface SystemHandlers {
  /** Each tick, in order. Synchronous; `tick` is one view for all, valid during the call. */
  readonly onTick?: (tick: TickView, instrument: DirectoryEntry | undefined, ring: string) => void;
  /** Batches; a promise is waited for, and what comes meanwhile is queued within the bound. */
  readonly onBatch?: (batch: TickBatchEvent) => void | Promise<void>;
  readonly onBar?: (bar: BarEvent) => void;
  readonly onGap?: (gap: GapEvent) => void;
  /** What a handler threw, or a service said when it failed. The data goes on. */
  readonly onError?: (error: unknown, where: string) => void;
  /** Restarts and the like, one line for a person. */
  readonly onNote?: (line: string) => void;
}

export interface AggregationOptions {
  /** Lengths of bars in seconds; 1 and 60 by default. */
  readonly timeframes?: readonly number[];
}

export interface StartSystemOptions extends SystemHandlers {
  readonly feeds: readonly SystemFeed[];
  /** Bars; also on with `onBar`. */
  readonly aggregation?: AggregationOptions | boolean;
  readonly batch?: BatchQueueOptions;
  /** Logs and ledger; a temporary one, removed at the end, when left out. */
  readonly dataDir?: string;
  /** Seed of the simulated markets. */
  readonly seed?: number;
}

export interface SystemStats {
  readonly uptimeMs: number;
  readonly feeds: number;
  readonly totals: {
    /** Messages that the gateways took from their sockets. */
    readonly messages: number;
    /** Ticks that the gateways published. */
    readonly published: number;
    /** Ticks that this program took from the rings. */
    readonly delivered: number;
    /** Ticks handed over in batches. */
    readonly batched: number;
    readonly bars: number;
    readonly gaps: number;
    /** Exceptions and rejections of handlers. */
    readonly handlerErrors: number;
  };
  /** Ticks taken a second: over the last second, and the largest such. */
  readonly rate: { readonly current: number; readonly peak: number };
  /** How far this program is behind in each ring, and what its batches hold: 0 … 1. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Ticks lost or dropped on the way to this program, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Their share of what was published, 0 … 1. */
  readonly dropRate: number;
  /** Connections to vendors that carry data now. */
  readonly activeConnections: number;
  readonly latency: Readonly<Record<string, LatencySummary>>;
  readonly restarts: number;
}

const RATE_MAX = 1_000_000;

/** @throws SystemError `USAGE` naming the first bad option. */
export function checkFeed(feed: SystemFeed, at: string): void {
  if (findVendor(feed.vendor) === undefined) {
    throw bad(`${at}.vendor`, `there is no vendor ${JSON.stringify(feed.vendor)}`, {
      hint: `Use one of: ${vendorNames().join(', ')}`,
    });
  }
  const { symbols, dataset, rate } = feed;
  if (symbols !== undefined && (!Array.isArray(symbols) || symbols.length === 0)) {
    throw bad(`${at}.symbols`, 'is an empty list', { hint: 'Name symbols, or leave it out' });
  }
  const odd = symbols?.find(
    (symbol) => typeof symbol !== 'string' || !/^[^\s,]{1,80}$/.test(symbol),
  );
  if (odd !== undefined) {
    throw bad(`${at}.symbols`, `${JSON.stringify(odd)} is no symbol`, {
      hint: 'Write them as the vendor does, such as BTC-USDT',
    });
  }
  if (dataset !== undefined) {
    throw bad(`${at}.dataset`, `${feed.vendor} has no datasets`, { hint: 'Leave it out' });
  }
  if (rate !== undefined && !(Number.isInteger(rate) && rate >= 0 && rate <= RATE_MAX)) {
    throw bad(`${at}.rate`, `${rate} is not a whole number`, { hint: `Use 0 to ${RATE_MAX}` });
  }
  if (feed.live === true && rate !== undefined) {
    throw bad(`${at}.rate`, 'a live feed has its own rate', {
      hint: 'Leave it out, or leave out live',
    });
  }
  if (feed.apiKey !== undefined) findVendor(feed.vendor)?.keyEnvironment(feed.apiKey);
}

/** @throws SystemError `USAGE`. */
export function checkTimeframes(timeframes: readonly number[]): void {
  const isGood = (seconds: number): boolean =>
    Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400;
  if (timeframes.length > 0 && timeframes.every(isGood)) return;
  throw bad('aggregation.timeframes', `${JSON.stringify(timeframes)} are no lengths of bars`, {
    hint: 'Use whole seconds from 1 to 86400, such as [1, 60]',
  });
}

export function bad(option: string, why: string, options: { hint: string }): SystemError {
  return new SystemError('USAGE', `${option}: ${why}`, options);
}
