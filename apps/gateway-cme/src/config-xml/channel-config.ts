/** The channels of MDP 3.0 as CME's config.xml describes them. */

/**
 * `feed-type` of a connection: I incremental, N instrument definitions (replayed in a loop),
 * S snapshots of books by level, SMBO snapshots of books by order, H replay over TCP.
 */
export const FEED_TYPES = ['I', 'N', 'S', 'SMBO', 'H'] as const;
export type FeedType = (typeof FEED_TYPES)[number];

interface Connection {
  /** `310IA`; unique within the file. */
  readonly id: string;
  readonly feed: 'A' | 'B';
  readonly port: number;
  /** IPv4 addresses: of multicast who sends it, of TCP who answers. */
  readonly hosts: readonly string[];
}

/** A line of multicast. */
export interface UdpConnection extends Connection {
  readonly feedType: Exclude<FeedType, 'H'>;
  /** IPv4. */
  readonly group: string;
}

/** A replay service: `hosts` has one at least. */
export interface TcpConnection extends Connection {
  readonly feedType: 'H';
}

export interface ChannelConfig {
  /** 310. */
  readonly id: number;
  readonly label: string;
  /** Codes of its products. */
  readonly products: readonly string[];
  /** In the order of the file. */
  readonly lines: readonly UdpConnection[];
  readonly replayServices: readonly TcpConnection[];
}

export interface CmeConfig {
  /** `Production`, `New Release`, …, as written; empty when the file does not say. */
  readonly environment: string;
  readonly updated: string;
  readonly channels: ReadonlyMap<number, ChannelConfig>;
  /** Connections of kinds that are not known, passed over: id, line and kind of each. */
  readonly passedOver: readonly string[];
}
