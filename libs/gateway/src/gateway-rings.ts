// All rings of a gateway: made or taken over at the start, more of them later.
import { TickwireError } from '@tickwire/core';
import { listRings, openRing, ringPath } from '@tickwire/io-rings';
import { isLocked } from '@tickwire/ipc-shm';
import { GatewayRing } from './gateway-ring.ts';
import type { GatewayRingOptions } from './gateway-ring.ts';
import { joinAccount } from './published-account.ts';
import type { RingRouter } from './ring-router.ts';

/** Rings of one gateway at most. */
export const GATEWAY_PARTITIONS_MAX = 64;

export type GatewayRingsOptions = Omit<GatewayRingOptions, 'name' | 'partition'> & {
  /** Name of the first ring: `kucoin.0`. */
  readonly ringName: string;
  readonly count: number;
  readonly router: RingRouter;
};

export class GatewayRings {
  readonly #options: GatewayRingsOptions;
  readonly #rings: GatewayRing[] = [];
  #started = false;

  /**
   * Opens `count` rings, and those beyond that a killed writer has left: their symbols have to be
   * taken out of them.
   * @throws as `createRing`: nothing stays open.
   */
  constructor(options: GatewayRingsOptions) {
    this.#options = options;
    const { dir, ringName, count, vendor } = options;
    const open = Math.max(count, leftBehind({ dir, ringName, vendor, from: count }));
    try {
      while (this.#rings.length < open) this.#add(open);
    } catch (error) {
      // As they were found: the next attempt goes on in them.
      for (const { producer } of this.#rings) producer.abandon();
      throw error;
    }
  }

  /** By partition. */
  get all(): readonly GatewayRing[] {
    return this.#rings;
  }

  get names(): string[] {
    return this.#rings.map(({ name }) => name);
  }

  /** Ticks published by all, this writer's and earlier ones'. */
  get published(): number {
    return this.#rings.reduce((sum, { producer }) => sum + producer.position, 0);
  }

  start(): void {
    this.#started = true;
    for (const ring of this.#rings) ring.start();
  }

  /**
   * Symbols live in the first `count` rings from now on; makes those that are missing. Rings are
   * never closed before the gateway ends: a reader that comes late still finds what is in them.
   * @throws as `createRing`: those made before stay, empty.
   */
  use(count: number): void {
    while (this.#rings.length < count) {
      const ring = this.#add(count);
      joinAccount(this.#options.context.stats, ring.partition, ring.producer);
      if (this.#started) ring.start();
    }
    for (const { producer, partition } of this.#rings) {
      producer.setPartitionCount(Math.max(count, partition + 1));
    }
  }

  /** As `RingProducer.ringBell`, of all. */
  ringBells(nowNs: number): void {
    for (const { producer } of this.#rings) producer.ringBell(nowNs);
  }

  /** When `ringBells` has something to do, monotonic ns; `Infinity`: not before a publication. */
  get bellsDueNs(): number {
    let dueNs = Infinity;
    for (const { producer } of this.#rings) dueNs = Math.min(dueNs, producer.bellDueNs);
    return dueNs;
  }

  stop(): void {
    for (const ring of this.#rings) ring.stop();
  }

  close(): void {
    for (const ring of this.#rings) ring.close();
  }

  #add(count: number): GatewayRing {
    const index = this.#rings.length;
    const name = ringNameOf(this.#options.ringName, index);
    const ring = new GatewayRing({ ...this.#options, name, partition: { index, count } });
    this.#rings.push(ring);
    this.#options.router.add(ring);
    return ring;
  }
}

/** `kucoin.0`, `kucoin.1`, …; the first one has the name that was asked for. */
export function ringNameOf(ringName: string, partition: number): string {
  return partition === 0 ? ringName : `${ringName.replace(/\.0$/, '')}.${partition}`;
}

/** How many rings there are up to the last one that a killed writer of this gateway left open. */
function leftBehind(by: { dir: string; ringName: string; vendor: string; from: number }): number {
  const there = new Set(listRings(by.dir));
  let count = 0;
  for (let at = by.from; there.has(ringNameOf(by.ringName, at)); at++) {
    if (isLeft(by, at)) count = at + 1;
  }
  return count;
}

/** Not the ring of another gateway: that one is the first of its own. */
function isLeft(by: { dir: string; ringName: string; vendor: string }, index: number): boolean {
  try {
    const name = ringNameOf(by.ringName, index);
    const ring = openRing({ dir: by.dir, name });
    const { vendor, partition } = ring.header;
    const status = ring.status();
    ring.close();
    if (vendor !== by.vendor || partition.index !== index) return false;
    if (status === 'closed' || status === 'replaced') return false;
    // The lock, not the heartbeat: that of a writer killed just now looks alive for a while.
    return !isLocked(ringPath(by.dir, name));
  } catch (error) {
    if (error instanceof TickwireError) return false; // nobody can read it
    throw error;
  }
}
