import type { RecvStamp } from '@tickwire/domain-feed';
import type { DbnDecoder } from '@tickwire/wire-dbn';

/**
 * Sees what each connection brings, as it comes and before anything is made of it: for whoever
 * counts or records it. Called for every record; it may not throw.
 */
export interface ConnectionTap {
  /** Authenticated and started: records follow. `connection` counts from 1. */
  started(connection: number, sessionId: string): void;
  /** One record, on which the decoder stands during the call; its metadata are read. */
  record(connection: number, record: DbnDecoder, recv: Readonly<RecvStamp>): void;
  /** Records of rtypes that nobody knows, or of lengths that none has. */
  passedOver(connection: number, records: number): void;
  /** All records of a piece were seen, and what became of each is counted. */
  drained(connection: number): void;
  /** Once for each that was started: nothing comes of it any more. */
  ended(connection: number, reason: string): void;
}
