import type { RingAccount } from '@tickwire/io-rings';
import { openRing } from '@tickwire/io-rings';
import type { RingSubscription } from '@tickwire/io-rings';
import type { RingStore, RingToKeep, TickStore } from '@tickwire/io-store';
import { formatRingId, sameRingId } from '@tickwire/ipc-ring';
import type { HostClock } from '@tickwire/ipc-shm';

export interface KeptRingOptions {
  readonly name: string;
  readonly ringDir: string;
  readonly store: TickStore;
  readonly clock: HostClock;
  readonly latency: Float64Array | undefined;
}

/** A ring open for reading where its store left off. */
export interface KeptRing {
  readonly subscription: RingSubscription;
  readonly kept: RingStore;
  /** Tells `told` when the ring of this name is replaced by another one. */
  onSwitch(told: (closed: RingAccount) => void): void;
}

/**
 * Opens the ring and what is kept of it.
 * @throws RingsError, ShmError, RingError, StoreError: nothing stays open.
 */
export async function openKeptRing(options: KeptRingOptions): Promise<KeptRing> {
  for (;;) {
    // Which ring it is decides where to go on in it, so it is looked at first.
    const probe = openRing({ dir: options.ringDir, name: options.name });
    const { ringId } = probe.header;
    const kept = await options.store.ring(ringToKeep(options, probe.header));
    probe.close();
    let told: (closed: RingAccount) => void = () => undefined;
    let subscription: RingSubscription;
    try {
      subscription = openRing({
        dir: options.ringDir,
        name: options.name,
        from: kept.resumePosition === undefined ? 'oldest' : { position: kept.resumePosition },
        register: { label: 'persistence', required: true },
        onNewRing: (closed) => told(closed),
      });
    } catch (error) {
      await options.store.closeRing(kept);
      throw error;
    }
    if (sameRingId(subscription.header.ringId, ringId)) {
      const onSwitch = (tell: typeof told): void => {
        told = tell;
      };
      return { subscription, kept, onSwitch };
    }
    // Replaced between the two looks: the new ring has a store of its own.
    subscription.close();
    await options.store.closeRing(kept);
  }
}

/** What the store has to know of a ring. */
export function ringToKeep(
  options: Pick<KeptRingOptions, 'name' | 'clock' | 'latency'>,
  ring: Pick<RingSubscription['header'], 'ringId' | 'vendor'>,
): RingToKeep {
  const { latency, clock, name } = options;
  return {
    ringId: ring.ringId,
    name,
    vendor: ring.vendor,
    onDurable: (batch) => {
      if (latency !== undefined) batch.recordLatency(latency, clock.monotonicNs());
    },
  };
}

/** The 16 hexadecimal digits of a ring that is there now; `undefined` when it cannot be read. */
export function presentRingId(ringDir: string, name: string): string | undefined {
  try {
    const probe = openRing({ dir: ringDir, name });
    const ringId = formatRingId(probe.header.ringId);
    probe.close();
    return ringId;
  } catch {
    return undefined;
  }
}
