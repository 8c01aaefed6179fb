import type { LossReason } from './live-connection.ts';

/** What is counted of connections and of the records that they carry. */
export interface SessionCounts {
  /** = mappings + system + errors + those given to the merge (`received`). */
  records: number;
  mappings: number;
  system: number;
  errors: number;
  /** Records passed over: of rtypes that nobody knows; of lengths that none has. */
  unknown: number;
  damaged: number;
  dials: number;
  /** Connections that were authenticated and started. */
  sessions: number;
  /** Second connections, to repair what the first left out. */
  repairs: number;
  /** Ends of connections, by why. */
  readonly lost: Record<LossReason, number>;
  heartbeats: number;
  slowReaderWarnings: number;
  skips: number;
  symbolsRefused: number;
  replaysAgedOut: number;
}

export function createSessionCounts(): SessionCounts {
  return {
    ...{ records: 0, mappings: 0, system: 0, errors: 0, unknown: 0, damaged: 0 },
    ...{ dials: 0, sessions: 0, repairs: 0, heartbeats: 0, slowReaderWarnings: 0 },
    ...{ skips: 0, symbolsRefused: 0, replaysAgedOut: 0 },
    lost: { disconnected: 0, silent: 0, refused: 0, protocol: 0, timeout: 0 },
  };
}
