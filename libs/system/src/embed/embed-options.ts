/** What a program that embeds Tickwire asks for. */
import type { DirectoryEntry } from '@tickwire/core';
import type { BatchQueueOptions } from '@tickwire/domain-backpressure';
import type { TickView } from '@tickwire/wire-tick';
import type { FeedKey } from '../plan/vendors.ts';
import type {
  BarEvent,
  GapEvent,
  ServiceEvent,
  StreamEvent,
  TickBatchEvent,
} from './embed-events.ts';

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

/**
 * A handler that throws, or whose promise rejects, is counted and told to `onError`; the data goes
 * on. Only `onBatch` is waited for.
 */
export interface SystemHandlers {
  /** Each tick, in order. Synchronous; `tick` is one view for all, valid during the call. */
  readonly onTick?: (tick: TickView, instrument: DirectoryEntry | undefined, ring: string) => void;
  /** Batches; a promise is waited for, and what comes meanwhile is queued within the bound. */
  readonly onBatch?: (batch: TickBatchEvent) => void | Promise<void>;
  readonly onBar?: (bar: BarEvent) => void;
  readonly onGap?: (gap: GapEvent) => void;
  readonly onStream?: (stream: StreamEvent) => void;
  readonly onServiceState?: (service: ServiceEvent) => void;
  /** What a handler threw, or why a ring can no longer be read. */
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
  /** Size, delay, queue and policy of the batches, of each ring. */
  readonly batch?: BatchQueueOptions;
  /** Ticks that each ring holds, a power of two; 65,536 (4 MiB) by default. */
  readonly ringSlots?: number;
  /** Bars on NATS too: the address of a server, or `true` for a bus of its own. */
  readonly bus?: string | boolean;
  /** Every tick and bar into the store in `dataDir`, which must be given then. */
  readonly persistence?: boolean;
  /** Logs, ledger, store; a temporary one, removed at the end, when left out. */
  readonly dataDir?: string;
  /** Seed of the simulated markets. */
  readonly seed?: number;
  /** Its abort stops the system, also one that is still starting. */
  readonly signal?: AbortSignal;
}
