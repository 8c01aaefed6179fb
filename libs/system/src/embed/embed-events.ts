/** What an embedded system hands to the program it is part of. */
import type { DirectoryEntry } from '@tickwire/core';
import type { RingDirectoryReader, RingGap } from '@tickwire/io-rings';
import type { TickView } from '@tickwire/wire-tick';
import type { ServiceView } from '../supervise/supervisor.ts';

/** One tick of `ticks()`; the object and its view are the same for all, valid until the next. */
export interface TickEvent {
  readonly tick: TickView;
  /** Names and exponents of its instrument; `undefined` when the tick speaks of the whole ring. */
  readonly instrument: DirectoryEntry | undefined;
  readonly ring: string;
}

/** Ticks of one ring, gathered by count or by time. */
export interface TickBatchEvent {
  readonly ring: string;
  /** Ticks of 64 bytes each; valid until the handler's promise settles, or the loop's next turn. */
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
export interface GapEvent extends RingGap {
  readonly ring: string;
}

/** A stream changed its state: what came before it and what comes after it differ in trust. */
export interface StreamEvent {
  readonly ring: string;
  /** Empty when it is about a channel or the whole ring. */
  readonly symbol: string;
  readonly scope: string;
  /** `live`, `recovering`, `gap`, `stale`, `closed` … */
  readonly state: string;
  readonly previousState: string;
  readonly reason: string;
  /** Messages missed, where the vendor counts. */
  readonly missing: number | undefined;
}

/** A service of the system started, ended, is tried again. */
export type ServiceEvent = Pick<
  ServiceView,
  'service' | 'role' | 'state' | 'reason' | 'restarts' | 'pid'
>;
