import type { Clock, Random, Timers } from '@tickwire/core';
import { RECONNECT_LIMITS } from '@tickwire/domain-feed';
import type { Dial, HttpDoor, ReconnectLimits, ResumePoint } from '@tickwire/domain-feed';
import type { KucoinNormaliserLimits } from './normaliser-options.ts';
import type { SignRequest } from './sign-request.ts';
import type { KucoinSink } from './sink.ts';
import type { Tallies } from './tallies.ts';
import type { TopicName } from './topic.ts';

/** The vendor's limits are settings, because the vendor changes them. Sources: docs/vendors. */
export interface SessionLimits {
  /** Symbols in one subscription message. */
  symbolsPerMessage: number;
  /** One symbol of one topic counts as one. */
  topicsPerConnection: number;
  connectionsMax: number;
  uplinkMessagesMax: number;
  uplinkWindowMs: number;
  connectsMax: number;
  connectWindowMs: number;
  /** Connections on their way from token to live at the same time; the others wait their turn. */
  connectsAtOnce: number;
  restWeightMax: number;
  restWindowMs: number;
  /** Dial to welcome. */
  welcomeMs: number;
  ackMs: number;
  /** Unsubscription to its acks, at the end. */
  closeMs: number;
  requestMs: number;
  /** The same of the first request of all, which tells whether there is a vendor. */
  firstRequestMs: number;
  /** Age at which a connection is renewed: its token is valid for 24 h. */
  tokenAgeMs: number;
  /** A connection that had data is stale after this, or `staleFactor` × its usual interval. */
  staleLeastMs: number;
  staleFactor: number;
  /** Wait before the first snapshot of a book: it lags the stream. */
  snapshotDelayMs: number;
  snapshotRetryMs: number;
  snapshotRetryCapMs: number;
  snapshotsAtOnce: number;
  reconnect: ReconnectLimits;
}

export const SESSION_LIMITS: Readonly<SessionLimits> = {
  symbolsPerMessage: 100,
  topicsPerConnection: 300,
  connectionsMax: 50,
  uplinkMessagesMax: 100,
  uplinkWindowMs: 10_000,
  connectsMax: 30,
  connectWindowMs: 60_000,
  connectsAtOnce: 8,
  restWeightMax: 2_000,
  restWindowMs: 30_000,
  welcomeMs: 10_000,
  ackMs: 5_000,
  closeMs: 2_000,
  requestMs: 10_000,
  firstRequestMs: 4_000,
  tokenAgeMs: 23.5 * 3_600_000,
  staleLeastMs: 5_000,
  staleFactor: 20,
  snapshotDelayMs: 250,
  snapshotRetryMs: 200,
  snapshotRetryCapMs: 10_000,
  snapshotsAtOnce: 4,
  reconnect: RECONNECT_LIMITS,
};

/** What happened, for the log: rare. */
export interface SessionEvent {
  kind:
    | 'connected'
    | 'subscribed'
    | 'lost'
    | 'stale'
    | 'refused'
    | 'circuit-open'
    | 'circuit-half-open'
    | 'circuit-closed'
    | 'vendor-error'
    | 'snapshot-failed';
  /** Number of the connection, from 1; 0 = none. */
  connection: number;
  detail: string;
}

export interface KucoinSessionOptions {
  /** Where another writer of the same ring stopped, by symbol; without it nothing is resumed. */
  readonly resume?: ReadonlyMap<string, ResumePoint>;
  /** `https://api.kucoin.com`, without a slash at the end. */
  restUrl: string;
  symbols: readonly string[];
  /** Topics besides level 2; default trades and tickers. */
  topics?: readonly Exclude<TopicName, 'level2'>[];
  /** `top100` is public and starts books 100 deep; `full` needs `sign`. */
  bookEndpoint: 'top100' | 'full';
  sign?: SignRequest;
  sink: KucoinSink;
  tallies: Tallies;
  /** Flag bits of every tick. */
  flags?: number;
  clock: Clock;
  timers: Timers;
  random: Random;
  dial: Dial;
  http: HttpDoor;
  onEvent?: (event: SessionEvent) => void;
  /** Told of every REST answer used, for recording. */
  onAnswer?: (answer: { method: string; path: string; body: Uint8Array }) => void;
  limits?: Partial<SessionLimits>;
  normaliserLimits?: Partial<KucoinNormaliserLimits>;
}
