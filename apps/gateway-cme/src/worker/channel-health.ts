/** The channels as connections and streams, for health, gauges and the status of the system. */
import { CHANNEL_STATES } from '@tickwire/venue-cme';
import type { BooksByState, CmeChannel } from '@tickwire/venue-cme';

/** `silent`: nothing came for a heartbeat, whatever the channel is at. */
export const CONNECTION_STATES = [...CHANNEL_STATES, 'silent'] as const;

/** `BookState` as the state of a stream. */
const STREAM_STATE: Readonly<Record<keyof BooksByState, string>> = {
  ...{ unknown: 'stale', live: 'live', suspect: 'gap', recovering: 'recovering' },
};

export function statesOf(channels: readonly CmeChannel[]): string[] {
  return channels.map((channel) => {
    const { state, isSilent } = channel.status();
    return isSilent ? 'silent' : state;
  });
}

/** How many books by level are in which state. */
export function streamsOf(channels: readonly CmeChannel[]): Record<string, number> {
  const streams: Record<string, number> = {};
  for (const channel of channels) {
    const { books } = channel.status();
    for (const [book, stream] of Object.entries(STREAM_STATE)) {
      streams[stream] = (streams[stream] ?? 0) + books[book as keyof BooksByState];
    }
  }
  return streams;
}
