import type { NewDirectoryEntry, StreamState } from '@tickwire/core';

/** A symbol as it stands: its entry, that entry's index, the state of its stream. */
export interface PlacedSymbol {
  readonly entry: NewDirectoryEntry;
  readonly index: number;
  readonly stream: StreamState;
}

/**
 * Finds another place for a symbol: the index of its entry there, `undefined` when there is no
 * room. Ticks before the call have the old index.
 */
export type Relocation = (symbol: PlacedSymbol) => number | undefined;
