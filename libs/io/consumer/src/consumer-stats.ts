/** What a consumer says of itself. All counts are ticks unless they say otherwise. */
import type { DropReason, InstrumentDrops } from '@tickwire/domain-backpressure';
import type { RingAccount, RingStatus } from '@tickwire/io-rings';
import type { HandlerErrorCount } from './handler-errors.ts';

/** received = delivered + filtered + dropped + inFlight, at any moment. */
export interface TickCounts {
  /** Taken from the ring. */
  readonly received: number;
  /** Handed to a handler. */
  readonly delivered: number;
  /** Of the delivered, those whose handler threw. */
  readonly failed: number;
  /** Of a kind or symbol that nobody asked for. */
  readonly filtered: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Taken from the ring and neither handed over nor dropped yet. */
  readonly inFlight: number;
}

export interface RingStats extends TickCounts {
  readonly ring: string;
  readonly status: RingStatus;
  /** Waiting in the queue: the part of `inFlight` that the policy decides on. */
  readonly waiting: number;
  readonly capacity: number;
  readonly isHigh: boolean;
  /** How often the queue became high. */
  readonly highs: number;
  /** Gaps that the ring reported. */
  readonly gaps: number;
  /** Ticks in them. */
  readonly lost: number;
  /** Instruments that lost most to the queue. */
  readonly droppedMost: readonly (InstrumentDrops & { readonly symbol: string | undefined })[];
  /** The reader's account of the ring it reads now. */
  readonly account: RingAccount;
  /** Not yet read from the ring, and waiting here. */
  readonly backlog: number;
}

export interface ConsumerStats extends TickCounts {
  readonly waiting: number;
  readonly backlog: number;
  readonly isHigh: boolean;
  readonly gaps: number;
  readonly lost: number;
  /** Ticks of the newest batch; 0 when ticks are handed over one by one. */
  readonly batchTicks: number;
  /** Received per second since the stats were asked for before, or since the start. */
  readonly ticksPerSec: number;
  readonly errors: readonly HandlerErrorCount[];
  readonly rings: readonly RingStats[];
}
