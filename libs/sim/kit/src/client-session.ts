import type { Payload } from './outgoing-message.ts';
import type { SentEntry } from './session-log.ts';

/** One message to one client alone. */
export interface Reply {
  readonly payload: Payload;
  /** Index of the simulator's kinds of message. */
  readonly kind: number;
  /** Held back by the fault `slow-ack`. */
  readonly isAck?: boolean;
}

/** What a client's message comes to. */
export interface SessionAnswer {
  readonly reply: Reply | undefined;
  /** Topics that begin, after the reply, and that end, before it. */
  readonly begun: readonly number[];
  readonly ended: readonly number[];
  /** The client is to be turned out. */
  readonly hangUp: boolean;
}

/**
 * The vendor's protocol for one client, without the socket: what came in goes in, what to answer
 * comes out. The time is a parameter.
 */
export interface ClientSession {
  /** Topics that the client has now. */
  readonly subscribed: ReadonlySet<number>;
  /** What the vendor says first. */
  readonly welcome: Reply | undefined;
  receive(payload: Buffer, at: { isBinary: boolean; nowMs: number }): SessionAnswer;
}

/** How the log reads the vendor's traffic: what a client asked, and what it was sent. */
export interface TrafficReader {
  asked(payload: Buffer): {
    readonly what: 'subscribe' | 'unsubscribe' | 'heartbeat' | 'other';
    readonly topics: readonly string[];
  };
  sent(payload: Payload, kind: number): SentTraffic;
}

/** A message as the log shows it: see `SentEntry`. */
export type SentTraffic = Pick<
  SentEntry,
  'kind' | 'instrument' | 'sequenceStart' | 'sequenceEnd' | 'values'
>;
