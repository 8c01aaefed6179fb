import type { StreamReason } from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import type {
  ImageLimits,
  RecvStamp,
  Relocation,
  ResumePoint,
  SymbolPosition,
} from '@tickwire/domain-feed';
import type { ControlMessage, MessageOutcome } from './message-outcome.ts';

/**
 * KuCoin's messages to ticks: frames and REST answers in, ticks and directory entries out. Knows
 * no socket and no clock, so live sessions and replays run the same code.
 *
 * Order: `onSymbols` first, then messages and snapshots as they came. Nothing here throws on
 * hostile bytes: a refused message is counted by reason and reported to the sink.
 */
export interface KucoinNormaliser {
  /**
   * The body of GET /api/v2/symbols (or v1, same fields).
   * @throws KucoinSessionError `BAD_ANSWER`; `UNKNOWN_SYMBOL` naming the nearest ones;
   *   `TOO_MANY_SYMBOLS` when the directory is full.
   */
  onSymbols(body: Uint8Array): void;
  /** One WebSocket frame. Makes no objects for a data message of a live book. */
  onMessage(bytes: Uint8Array, recv: Readonly<RecvStamp>): MessageOutcome;
  /**
   * The body of a REST level-2 snapshot of `symbol`. True when the book is live on it; false when
   * it was not used (too old, unreadable, not needed): `needSnapshot` is called again if needed.
   */
  onSnapshot(symbol: string, body: Uint8Array, recv: Readonly<RecvStamp>): boolean;
  /**
   * Another writer of this ring ended without closing it: one ledger entry for all, and an exact
   * one for each symbol as soon as the venue's next sequence is known. Before any message.
   */
  resume(points: ReadonlyMap<string, ResumePoint>, recv: Readonly<RecvStamp>): void;
  /** Where each book stands that follows its stream. */
  positions(): Generator<SymbolPosition>;
  /** How many streams are in each state, by name; those never subscribed are `unknown`. */
  streams(): Record<string, number>;
  /** The connection that carried `symbols` was lost: their books are suspect from here. */
  onDisconnect(
    symbols: readonly string[] | 'all',
    recv: Readonly<RecvStamp>,
    reason?: StreamReason,
  ): void;
  /** The level-2 topic of `symbols` is subscribed: books recover, snapshots are asked for. */
  onSubscribed(symbols: readonly string[], recv: Readonly<RecvStamp>): void;
  /** The vendor refuses to send `symbol`: its stream is closed. */
  onRefused(symbol: string, recv: Readonly<RecvStamp>): void;
  /**
   * No more input: what still waits for a snapshot is counted as dropped, open streams are
   * declared closed.
   */
  close(recv: Readonly<RecvStamp>, reason?: StreamReason): void;
  /** Why `writeImage` would refuse now; `undefined` when it would not. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined;
  /**
   * Writes the book of `symbol` as it stands here once more, for readers that came late:
   * CLEAR|SNAPSHOT, its levels, LAST. Between two messages only.
   * @returns why not, when nothing was written.
   */
  writeImage(
    symbol: string,
    recv: Readonly<RecvStamp>,
    limits: ImageLimits,
  ): SnapshotRefusal | undefined;
  /**
   * Goes on with `symbol` under the entry that `relocate` gives, called at once, and writes its
   * book there when it is live. Between two messages only.
   * @returns false when it stays where it is: it is not known, or there is no room.
   */
  relocate(symbol: string, recv: Readonly<RecvStamp>, relocate: Relocation): boolean;
  /** Of the last message whose outcome was `Control`. */
  readonly control: Readonly<ControlMessage>;
}
