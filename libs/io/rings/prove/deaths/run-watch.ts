/** A reader in the process of a proof: when did the writer die, when did the next one publish? */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { openRing } from '../../src/index.ts';
import type { RingSubscription } from '../../src/index.ts';

/** Nothing that is watched for takes so long. */
const WATCH_MS_MAX = 30_000;
/** How often the writer's state is asked for: part of what is measured. */
const POLL_MS = 1;

export class RunWatch {
  readonly #subscription: RingSubscription;

  constructor(dir: string, name: string) {
    this.#subscription = openRing({ dir, name, from: 'latest' });
  }

  get published(): number {
    return this.#subscription.reader.published;
  }

  /** Lets a random time of the run pass. */
  async pause(timeMs: number): Promise<void> {
    await delay(timeMs);
  }

  /** ms from `sinceMs` until a reader sees the writer silent or dead. */
  async noticed(sinceMs: number): Promise<number> {
    for (;;) {
      const status = this.#subscription.status();
      const afterMs = performance.now() - sinceMs;
      if (status === 'silent' || status === 'dead') return afterMs;
      if (afterMs > WATCH_MS_MAX) throw new Error(`the writer is dead, and ${status} to a reader`);
      await delay(POLL_MS);
    }
  }

  /** ms from `sinceMs` until a tick at or after `position` has been read. */
  async firstTick(position: number, sinceMs: number): Promise<number> {
    for (;;) {
      const run = this.#subscription.poll();
      const afterMs = performance.now() - sinceMs;
      if (run !== undefined && run.firstPosition + run.count > position) return afterMs;
      if (afterMs > WATCH_MS_MAX) throw new Error('the next writer publishes nothing: stuck');
      await (run === undefined ? delay(POLL_MS) : turn());
    }
  }

  close(): void {
    this.#subscription.close();
  }
}
