/** The session as gauges, health and the answer to `control.<service>.status` show it. */
import type {
  DatabentoNormaliser,
  DatabentoSession,
  SessionState,
} from '@tickwire/venue-databento';

/** `stale`: connected, and silent for much longer than usual. */
export const CONNECTION_STATES = [
  ...(['idle', 'connecting', 'live', 'repairing', 'waiting', 'closed'] as const),
  'stale',
] as const satisfies readonly (SessionState | 'stale')[];

const STREAM_STATE: Readonly<Record<SessionState, string>> = {
  idle: 'unknown',
  connecting: 'recovering',
  live: 'live',
  repairing: 'recovering',
  waiting: 'recovering',
  closed: 'closed',
};

/** Of every instrument: a session's streams come and go together. */
export function stateOf(state: SessionState, isStale: boolean): string {
  return isStale ? 'stale' : STREAM_STATE[state];
}

export function statusOf(
  session: DatabentoSession,
  normaliser: DatabentoNormaliser,
): Record<string, unknown> {
  const { state, counts, merged } = session;
  return {
    state,
    session: { ...counts, lost: { ...counts.lost } },
    merged,
    normalised: { ...normaliser.counts, dropped: { ...normaliser.counts.dropped } },
    instruments: normaliser.instruments,
  };
}
