/**
 * Packets of an incremental feed that can be asked for again: the last of them, of a bounded number
 * and age. A new packet takes the place of the oldest.
 */
import type { FeedPacket } from '../feeds/packet-stream.ts';

/** So many packets a channel, unless told otherwise; at most 1,420 bytes each. */
export const REPLAY_PACKETS = 32_768;
/** As at the exchange. */
const AGE_NS_MAX = 24 * 3_600 * 1e9;

export type ReplayLookup =
  | { readonly packets: readonly Uint8Array[] }
  /** `future`: not sent yet. `gone`: no longer kept. */
  | { readonly missing: 'future' | 'gone'; readonly sequence: number };

export class ReplayStore {
  readonly #kept: ({ sequence: number; atNs: number; bytes: Uint8Array } | undefined)[];
  #last = 0;

  constructor(packetsMax: number = REPLAY_PACKETS) {
    this.#kept = Array.from({ length: packetsMax }, () => undefined);
  }

  add({ bytes, sequence, atNs }: FeedPacket): void {
    this.#kept[sequence % this.#kept.length] = { sequence, atNs, bytes: bytes.slice() };
    this.#last = sequence;
  }

  /** A new week: what was before cannot be asked for. */
  clear(): void {
    this.#kept.fill(undefined);
    this.#last = 0;
  }

  /** Packets `begin` to `end`, all of them or none. */
  lookup(range: { begin: number; end: number; nowNs: number }): ReplayLookup {
    const packets: Uint8Array[] = [];
    for (let sequence = range.begin; sequence <= range.end; sequence += 1) {
      if (sequence > this.#last) return { missing: 'future', sequence };
      const kept = this.#kept[sequence % this.#kept.length];
      if (kept?.sequence !== sequence || range.nowNs - kept.atNs > AGE_NS_MAX) {
        return { missing: 'gone', sequence };
      }
      packets.push(kept.bytes);
    }
    return { packets };
  }
}
