import type { Leg } from '@tickwire/domain-arbitration';
import type { CmeChannelDoors, CmeChannelLimits, RecoveryFeed } from './channel-options.ts';
import { RECOVERY_FEEDS } from './channel-options.ts';
import type { ReadDefinition } from './definition-messages.ts';
import { FeedLoop } from './feed-loop.ts';
import type { CmeTallies } from './tallies.ts';

/** Which recovery feeds are joined, and how far their loops have been read. */
export class LoopReader {
  readonly loops: Readonly<Record<RecoveryFeed, FeedLoop>> = {
    definitions: new FeedLoop(),
    snapshots: new FeedLoop(),
    'order-snapshots': new FeedLoop(),
  };
  readonly #doors: CmeChannelDoors;
  readonly #feeds: readonly RecoveryFeed[];
  readonly #silenceNs: number;
  readonly #tallies: CmeTallies;
  /** Of definitions: of whichever loops, they do not grow old. */
  readonly #defined = new Set<number>();

  constructor(parts: {
    doors: CmeChannelDoors;
    feeds: readonly RecoveryFeed[];
    limits: CmeChannelLimits;
    tallies: CmeTallies;
  }) {
    this.#doors = parts.doors;
    this.#feeds = parts.feeds;
    this.#silenceNs = parts.limits.recoverySilenceMs * 1e6;
    this.#tallies = parts.tallies;
  }

  /** Joins or leaves a feed, if it is not so already. @returns Whether there is such a feed. */
  need(feed: RecoveryFeed, isNeeded: boolean, nowNs: number): boolean {
    if (!this.#feeds.includes(feed)) return false;
    if (!isNeeded) this.leave(feed);
    else if (!this.loops[feed].isJoined) {
      this.loops[feed].join(nowNs);
      this.#doors.join(feed);
    }
    return true;
  }

  leave(feed: RecoveryFeed): void {
    if (!this.loops[feed].isJoined) return;
    this.loops[feed].leave();
    this.#doors.leave(feed);
    if (feed === 'definitions') this.#defined.clear();
  }

  /** @returns Whether the packet is to be read. */
  packet(feed: RecoveryFeed, packet: { leg: Leg; sequence: number; recvNs: number }): boolean {
    const loop = this.loops[feed];
    if (!loop.isJoined) {
      this.#tallies.unwantedRecovery.add(1);
      return false;
    }
    const { brokenLoops } = loop;
    const isRead = loop.packet(packet, this.#silenceNs);
    if (!isRead) this.#tallies.otherLinePackets.add(1);
    this.#tallies.brokenLoops.add(loop.brokenLoops - brokenLoops);
    return isRead;
  }

  /** A definition of the loop was read. @returns Whether all are known now. */
  defined({ securityId, total }: ReadDefinition): boolean {
    if (!this.loops.definitions.isJoined) return false;
    this.#defined.add(securityId);
    return total !== null && this.#defined.size >= total;
  }

  get nextDueNs(): number {
    let dueNs = Infinity;
    for (const feed of RECOVERY_FEEDS) {
      const loop = this.loops[feed];
      if (loop.isJoined) dueNs = Math.min(dueNs, loop.heardNs + this.#silenceNs);
    }
    return dueNs;
  }

  /** Feeds that bring nothing are joined again. */
  poll(nowNs: number): void {
    for (const feed of RECOVERY_FEEDS) {
      const loop = this.loops[feed];
      if (!loop.isJoined || nowNs < loop.heardNs + this.#silenceNs) continue;
      this.#doors.leave(feed);
      this.#doors.join(feed);
      loop.join(nowNs);
    }
  }
}
