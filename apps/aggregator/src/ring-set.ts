import { setTimeout as delay } from 'node:timers/promises';
import { TickwireError } from '@tickwire/core';
import { openRing, watchRings } from '@tickwire/io-rings';
import type { Log } from '@tickwire/io-service';
import { OWN_VENDOR } from './bar-ring.ts';
import { RingAggregation } from './ring-aggregation.ts';
import type { RingAggregationOptions } from './ring-aggregation.ts';

const RETRY_MS = 250;
const FINISH_MS = 5_000;

export type RingSetOptions = Omit<RingAggregationOptions, 'name'> & {
  readonly log: Log;
  /** Called when a ring can no longer be read: the service should end. */
  readonly fail: (error: unknown) => void;
};

/** All source rings of the ring directory, each aggregated from the moment it appears. */
export class RingSet {
  readonly #options: RingSetOptions;
  readonly #rings = new Map<string, RingAggregation>();
  readonly #known = new Set<string>();
  readonly #loops: Promise<void>[] = [];
  readonly #ending = new AbortController();
  readonly #watch: { unwatch(): void };

  constructor(options: RingSetOptions) {
    this.#options = options;
    this.#watch = watchRings(options.dir, (name) => this.#found(name));
  }

  get openCount(): number {
    let count = 0;
    for (const ring of this.#rings.values()) count += ring.openCount;
    return count;
  }

  /** Closes what is due in silent rings, and brings counters up to date. */
  tick(): void {
    for (const ring of this.#rings.values()) {
      ring.closeByClock();
      ring.show();
    }
  }

  /** Reads every ring to its end and closes all bars. */
  async stop(): Promise<void> {
    this.#watch.unwatch();
    this.#ending.abort();
    await Promise.all(this.#loops);
    for (const ring of this.#rings.values()) ring.finish(FINISH_MS);
  }

  #found(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#loops.push(this.#follow(name));
  }

  async #follow(name: string): Promise<void> {
    const { log, fail } = this.#options;
    const { signal } = this.#ending;
    const ring = await this.#open(name);
    if (ring === undefined) return;
    this.#rings.set(name, ring);
    log.info({ ring: name }, 'aggregating the ring');
    try {
      await ring.run(signal);
    } catch (error) {
      fail(error);
    }
  }

  /** Tries until the ring can be read; `undefined` for rings of our own, or at the end. */
  async #open(name: string): Promise<RingAggregation | undefined> {
    const { dir, log } = this.#options;
    for (let attempt = 0; !this.#ending.signal.aborted; attempt++) {
      try {
        const look = openRing({ dir, name });
        const { vendor } = look.header;
        look.close();
        return vendor === OWN_VENDOR ? undefined : new RingAggregation({ ...this.#options, name });
      } catch (error) {
        if (!(error instanceof TickwireError)) throw error;
        // Said once: its writer may be about to replace it.
        if (attempt === 0) log.warn({ ring: name, code: error.code }, error.message);
        await delay(RETRY_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }
}
