/** What a program gives a consumer: a handler for each kind of tick it wants, or for batches. */
import type { TickView } from '@tickwire/wire-tick';
import type { RingDirectoryReader, RingId } from '@tickwire/io-rings';
import type { TickOrigin } from './tick-origin.ts';

/**
 * `tick` and `origin` are windows that move on: read what you need, keep numbers, not them. When
 * the handler returns a promise, both stay where they are until it settles, and the ticks that come
 * meanwhile wait in the queue.
 */
export type TickHandler = (tick: TickView, origin: TickOrigin) => void | Promise<void>;

/** Ticks that will not come, told before the ticks behind them. */
export interface ConsumerGap {
  readonly ring: string;
  readonly ringId: RingId;
  /** `ring`: overwritten before they were read. `queue`: dropped by this consumer's policy. */
  readonly cause: 'ring' | 'queue';
  /** Positions of the ring. */
  readonly first: number;
  readonly last: number;
  /** Missing of those positions. */
  readonly count: number;
}

/** Ticks of one ring, in order. One object serves all; it is of now until the handler is done. */
export interface TickBatch {
  readonly ring: string;
  readonly ringId: RingId;
  readonly directory: RingDirectoryReader;
  /** May be 0 when there is only a gap to tell. */
  readonly count: number;
  /** `count` ticks of 64 bytes from byte 0. */
  readonly view: DataView<ArrayBuffer>;
  /** The same memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Position of each in its ring; not always consecutive. */
  readonly positions: Float64Array<ArrayBuffer>;
  /** What is missing right before them. */
  readonly gaps: readonly ConsumerGap[];
}

/** The state of a ring's queue flipped: high at the high-water mark, normal at the low one. */
export interface PressureChange {
  readonly ring: string;
  readonly isHigh: boolean;
  readonly waiting: number;
  readonly capacity: number;
}

/** A kind without a handler is filtered, unless there is `other`. */
export interface KindHandlers {
  readonly trade?: TickHandler;
  readonly quote?: TickHandler;
  readonly quoteExt?: TickHandler;
  readonly level?: TickHandler;
  readonly order?: TickHandler;
  readonly clear?: TickHandler;
  readonly mark?: TickHandler;
  readonly stat?: TickHandler;
  readonly status?: TickHandler;
  readonly imbalance?: TickHandler;
  readonly barPrice?: TickHandler;
  readonly barVolume?: TickHandler;
  readonly stream?: TickHandler;
  readonly clock?: TickHandler;
  /** Every kind that has no handler of its own, kinds that this version does not know included. */
  readonly other?: TickHandler;
}

export interface ConsumerHandlers extends KindHandlers {
  /** Ticks in batches, instead of one by one. */
  readonly batch?: (batch: TickBatch) => void | Promise<void>;
  readonly gap?: (gap: ConsumerGap) => void | Promise<void>;
  readonly pressure?: (change: PressureChange) => void;
}
