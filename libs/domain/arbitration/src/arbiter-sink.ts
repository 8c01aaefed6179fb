import type { Gap } from './gap.ts';
import type { Leg, LegPacket } from './leg-packet.ts';

/**
 * What comes out of a `LegArbiter`. All calls are made from inside `receive`, `heartbeat`, `poll`,
 * `skipTo` and `reset`, in the order in which things are so. From inside of a call the arbiter may
 * be `reset` or told to `skipTo`, as the last thing that is done with the packet at hand; the other
 * methods may not be called.
 */
export interface ArbiterSink {
  /**
   * The next packet of the sequence. Decode it now: its memory is used again. What was declared by
   * `gap` since the last one is missing before it.
   */
  deliver(packet: Readonly<LegPacket>): void;
  /**
   * These sequences are not coming in order any more. Mark what depends on them as suspect and
   * begin to recover; delivery goes on behind them.
   */
  gap(gap: Gap): void;
  /**
   * A packet of a declared gap came after all, for the first time. It is not delivered. A recovery
   * that still waits for the sequence may take it; else leave it.
   */
  late(packet: Readonly<LegPacket>): void;
  /** A leg has brought nothing for a heartbeat and its grace, told once. Raise an alarm: while it
   * lasts, each loss on the other leg is a gap. */
  legSilent(leg: Leg): void;
  /** Both legs are silent, told once: the data are stale from here on. Join the groups again. */
  channelSilent(): void;
  /** A leg brought its first packet, or its first one since it was silent. It comes before what
   * that packet brings. */
  live(leg: Leg): void;
}
