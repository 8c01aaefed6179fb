import type { StreamState } from '@tickwire/core';
import type { RecvStamp } from '@tickwire/domain-feed';
import type { GatewaySession } from '@tickwire/gateway';
import type { DatabentoNormaliser } from '@tickwire/venue-databento';
import type { FeedOutlet } from './feed-outlet.ts';

export type RequestedBooks = Pick<GatewaySession, 'imageRefusal' | 'writeImage' | 'relocate'>;

export interface RequestedBooksParts {
  readonly normaliser: Pick<DatabentoNormaliser, 'imageRefusal' | 'writeImage' | 'relocate'>;
  readonly outlet: Pick<FeedOutlet, 'moved'>;
  readonly now: () => Readonly<RecvStamp>;
  /** What the stream as a whole is at. */
  readonly state: () => StreamState;
}

/** What the verbs `snapshot` and `repartition` ask of the feed. */
export function requestedBooks(parts: RequestedBooksParts): RequestedBooks {
  const { normaliser, outlet, now, state } = parts;
  return {
    imageRefusal: (symbol, limits) => normaliser.imageRefusal(symbol, limits),
    // A stamp of its own each: ticks of one go out together.
    writeImage: (symbol, limits) => normaliser.writeImage(symbol, { ...now() }, limits),
    relocate: (symbol, relocate) =>
      normaliser.relocate(symbol, { stream: state(), recv: { ...now() } }, (placed) => {
        const index = relocate(placed);
        if (index !== undefined) outlet.moved(index, symbol);
        return index;
      }),
  };
}
