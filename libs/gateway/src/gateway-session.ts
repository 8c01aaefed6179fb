import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { ImageLimits, Relocation } from '@tickwire/domain-feed';

/** What a gateway needs of its vendor's session once that runs. */
export interface GatewaySession {
  /** States of the connections; `live` is the one in which data comes. */
  states(): readonly string[];
  /** How many symbols' streams are in each state, by name. */
  streams(): Readonly<Record<string, number>>;
  /** Why `writeImage` would refuse now; `undefined` when it would not. */
  imageRefusal(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined;
  /** Writes the book of `symbol` once more, between two messages; why not, when nothing was. */
  writeImage(symbol: string, limits: ImageLimits): SnapshotRefusal | undefined;
  /**
   * Goes on with `symbol` under the entry that `relocate` gives. Between two messages only.
   * @returns false when it stays where it is: it is not known, or there is no room.
   */
  relocate(symbol: string, relocate: Relocation): boolean;
}
