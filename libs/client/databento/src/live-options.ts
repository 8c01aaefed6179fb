import type { LiveRecord, SessionEvent, SessionLimits } from '@tickwire/venue-databento';
import type { STypeName, SchemaName } from '@tickwire/wire-dbn';
import type { GapMessage, StateMessage } from './messages.ts';

/** What one subscription asks for. */
export interface SubscribeRequest {
  readonly schema: SchemaName;
  /** One, or any number; `ALL_SYMBOLS` for all of the dataset. Sent 500 a line. */
  readonly symbols: string | readonly string[];
  /** How they are written. Default `raw_symbol`. */
  readonly stypeIn?: STypeName;
  /** Of `mbo`: first the book as it is, then its changes. Default false. */
  readonly snapshot?: boolean;
  /**
   * From when on, in each connection: `resume` from the last good time, `all` that the server has,
   * `now` and never a replay. Default `resume`; definitions want `all`.
   */
  readonly from?: 'resume' | 'all' | 'now';
}

export interface LiveClientOptions {
  /** Such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** 32 characters, `db-…`. Default: the environment's DATABENTO_API_KEY. Never logged. */
  readonly key?: string;
  /** Of the stream. `zstd` needs Node 22.15. Default `none`. */
  readonly compression?: 'none' | 'zstd';
  /** Each record ends with the time at which the server sent it. Default false. */
  readonly tsOut?: boolean;
  /** Seconds of silence after which the server says that it is there, 5 … 1,800. Default 30. */
  readonly heartbeatIntervalS?: number;
  /** What the server does when this program reads too slowly. Default: as the server decides. */
  readonly slowReaderBehavior?: 'warn' | 'skip';
  /**
   * `of-instrument`: the venue numbers the records of each instrument one by one, so that a hole in
   * the numbers is a loss, and is repaired. Default `unknown`.
   */
  readonly sequences?: 'of-instrument' | 'unknown';
  /**
   * Event time, ns since 1970: records from here on are wanted first, as after a restart of the
   * program. The server has the last 24 hours. Default: from now on.
   */
  readonly start?: bigint;
  /** `tcp://host:port`. Default: the live gateway of the dataset. */
  readonly url?: string;
  /**
   * Bytes of messages that wait for the loop. Above it the sockets are not read until half of them
   * are taken. Default 64 MiB.
   */
  readonly queueBytesMax?: number;
  /** Times and bounds of the session, for those who know why. */
  readonly limits?: Partial<SessionLimits>;
  /** When it is aborted, all connections end at once, and the loop with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Instead of a loop: each record where it lies, valid during the call. Nothing is copied or
   * allocated. What it throws ends the client.
   */
  readonly onRecord?: (record: LiveRecord, symbol: string | undefined) => void;
  /** With `onRecord`: what is known of how complete the stream is, in order with the records. */
  readonly onMessage?: (message: GapMessage | StateMessage) => void;
  /** Connections, refusals, warnings: rare, for a log. What it throws ends the client. */
  readonly onEvent?: (event: SessionEvent) => void;
}
