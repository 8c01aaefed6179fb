/**
 * How many ticks this service has published, by what its rings hold. At any moment
 *
 *   out = outBefore + ticks in each ring of the account
 *
 * where `outBefore` counts the ticks of rings that are gone. The account names its rings, by
 * partition, with their ids: a ring of another id is another ring.
 */
import type { Counter, CounterTable } from '@tickwire/core';
import type { RingProducer } from '@tickwire/io-rings';
import { gatewayHops } from './gateway-hops.ts';

const RING_ID = 'state/ringLo';
const NOBODY = 0;

export interface PublishedAccount {
  readonly stats: CounterTable;
  /** Whose hop `<vendor>.normalise` has the count. */
  readonly vendor: string;
  /** All rings of the service, by partition, before anything is published in them. */
  readonly rings: readonly RingProducer[];
}

export function settlePublished({ stats, vendor, rings }: PublishedAccount): void {
  const { out } = gatewayHops(stats, vendor).normalise;
  const outBefore = stats.counter('state/outBeforeRing');
  let held = 0;
  let isWhole = forgetBeyond(stats, rings.length) === 0;
  rings.forEach((ring, partition) => {
    const ringLo = idCounter(stats, partition);
    if (ring.epoch > 1) held += heldTicks(ring);
    const isSame = ring.epoch > 1 && ringLo.value === ring.ringId.lo;
    // One that is new may have taken the place of another; one taken over was counted or not.
    if (!isSame && (ring.epoch > 1 || ringLo.value !== NOBODY)) isWhole = false;
    ringLo.set(ring.ringId.lo);
  });
  // Of a ring that is gone nobody can tell what is in it: the count stands as it was.
  if (isWhole) out.set(outBefore.value + held);
  else outBefore.set(out.value - held);
}

/** A ring that was just made or taken over belongs to the account. */
export function joinAccount(stats: CounterTable, partition: number, ring: RingProducer): void {
  stats.counter('state/outBeforeRing').add(-heldTicks(ring));
  idCounter(stats, partition).set(ring.ringId.lo);
}

/** Without what takeovers wrote: PAD, and one STREAM tick each. */
function heldTicks(ring: RingProducer): number {
  const { padded, takeovers } = ring.counters();
  return ring.position - padded - takeovers;
}

/** The first one has the name that it had when there was only one. */
function idCounter(stats: CounterTable, partition: number): Counter {
  return stats.counter(partition === 0 ? RING_ID : `${RING_ID}.${partition}`);
}

/** Forgets rings of partitions that are there no longer; returns how many. */
function forgetBeyond(stats: CounterTable, count: number): number {
  let forgotten = 0;
  for (const [name, value] of stats.snapshot().values) {
    if (!name.startsWith(`${RING_ID}.`) || value === NOBODY) continue;
    const partition = Number(name.slice(RING_ID.length + 1));
    if (partition < count) continue;
    idCounter(stats, partition).set(NOBODY);
    forgotten += 1;
  }
  return forgotten;
}
