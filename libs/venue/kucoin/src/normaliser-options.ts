import type { Tallies } from './tallies.ts';
import type { KucoinSink } from './sink.ts';

export interface KucoinNormaliserOptions {
  sink: KucoinSink;
  tallies: Tallies;
  /**
   * Symbols to take, each with its directory entry made by `onSymbols` in this order; `'all'`:
   * any symbol of the vendor's list, its entry made by its first message (replay).
   */
  symbols: readonly string[] | 'all';
  /** Flag bits set on every tick: REPLAYED, SIMULATED. */
  flags?: number;
  /**
   * The book of `symbol` cannot go on without a snapshot taken from now on. Called once per need;
   * again when the snapshot given was too old (`attempt` 2, 3, …). A replay waits for the
   * recorded one and needs to do nothing.
   */
  needSnapshot?: (symbol: string, attempt: number) => void;
  limits?: Partial<KucoinNormaliserLimits>;
}

export interface KucoinNormaliserLimits {
  /** Bytes of one WebSocket frame. */
  frameBytesMax: number;
  /** Bytes of one REST answer. */
  answerBytesMax: number;
  /** Book changes kept per symbol while its snapshot is awaited; more = all dropped, counted. */
  bufferedMessagesMax: number;
  bufferedBytesMax: number;
  /** Price levels per side of a book. */
  bookLevelsMax: number;
  /** Venue time to receipt beyond which a message counts as late, ms. */
  lateMs: number;
  /** Distance of event time and receipt beyond which BAD_TS is set, ms. */
  badTimestampMs: number;
}

export const NORMALISER_LIMITS: Readonly<KucoinNormaliserLimits> = {
  frameBytesMax: 8 * 1024 * 1024,
  answerBytesMax: 32 * 1024 * 1024,
  bufferedMessagesMax: 20_000,
  bufferedBytesMax: 8 * 1024 * 1024,
  bookLevelsMax: 131_072,
  lateMs: 100,
  badTimestampMs: 86_400_000,
};
