import type { ChannelCounts } from '@tickwire/domain-arbitration';

/**
 * What a channel is at.
 *
 * | state | says |
 * |---|---|
 * | `definitions` | reads the loop of definitions, until every instrument is known |
 * | `snapshots` | some books are not right: reads snapshots until all are |
 * | `replay` | waits for missing packets from the replay service |
 * | `live` | every book is right |
 */
export const CHANNEL_STATES = ['definitions', 'snapshots', 'replay', 'live'] as const;
export type ChannelState = (typeof CHANNEL_STATES)[number];

/** How many books are in which state (`BookState` of @tickwire/domain-depth). */
export interface BooksByState {
  readonly unknown: number;
  readonly live: number;
  readonly suspect: number;
  readonly recovering: number;
}

/** A copy of what is visible of a channel; made when asked for. */
export interface CmeChannelStatus {
  readonly channel: number;
  readonly state: ChannelState;
  /** Nothing came on any leg for a heartbeat: everything may be old. */
  readonly isSilent: boolean;
  readonly instruments: number;
  /** Books by level. */
  readonly books: BooksByState;
  /** Books by order; absent where they are off. */
  readonly orderBooks?: BooksByState;
  /** Sequence (MsgSeqNum) that is expected next; `undefined` before the first packet. */
  readonly nextSequence: number | undefined;
  readonly queue: {
    readonly packets: number;
    readonly bytes: number;
    readonly bytesMax: number;
  };
  /** Packets by leg and fate. */
  readonly arbitration: ChannelCounts;
  /** Results of book updates but plain success, by name of `DepthCode`. */
  readonly depth: Readonly<Record<string, number>>;
  /** Messages that became nothing, by template id. */
  readonly droppedByTemplate: Readonly<Record<string, number>>;
}
