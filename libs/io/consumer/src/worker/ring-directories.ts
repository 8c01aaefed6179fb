import { TickwireError } from '@tickwire/core';
import { openRing, sameRingId } from '@tickwire/io-rings';
import type { RingDirectoryReader, RingId, RingSubscription } from '@tickwire/io-rings';

/** Directories of rings that another thread reads, in mappings of this one. */
export class RingDirectories {
  readonly #dir: string;
  readonly #trustedOwners: readonly number[] | undefined;
  readonly #rings = new Map<string, RingSubscription>();

  constructor(dir: string, trustedOwners: readonly number[] | undefined) {
    this.#dir = dir;
    this.#trustedOwners = trustedOwners;
  }

  /** `undefined` when the ring of that id is not there any more. */
  of(ring: string, ringId: RingId): RingDirectoryReader | undefined {
    const known = this.#rings.get(ring);
    if (known !== undefined && sameRingId(known.header.ringId, ringId)) return known.directory;
    known?.close();
    this.#rings.delete(ring);
    const opened = this.#open(ring);
    if (opened === undefined) return undefined;
    this.#rings.set(ring, opened);
    return sameRingId(opened.header.ringId, ringId) ? opened.directory : undefined;
  }

  close(): void {
    for (const ring of this.#rings.values()) ring.close();
    this.#rings.clear();
  }

  #open(name: string): RingSubscription | undefined {
    const trustedOwners = this.#trustedOwners;
    try {
      return openRing({
        dir: this.#dir,
        name,
        ...(trustedOwners === undefined ? {} : { trustedOwners }),
      });
    } catch (error) {
      if (error instanceof TickwireError) return undefined;
      throw error;
    }
  }
}
