import { setTimeout as delay } from 'node:timers/promises';
import type { RingStore } from '@tickwire/io-store';
import type { Trouble } from './trouble.ts';

const RETRY_MS = 250;

export interface StoringOptions {
  readonly name: string;
  /** The ring being kept now. */
  readonly kept: () => RingStore;
  readonly trouble: Trouble;
  /** Age of the oldest staged tick at which it is stored whatever their number. */
  readonly flushMs: number;
  readonly flushRows: number;
  readonly onFlushed: () => Promise<void>;
  readonly onStep: () => void;
}

/** Journal → Parquet in bounded steps, one at a time. */
export class Storing {
  readonly #options: StoringOptions;
  #last: Promise<boolean> = Promise.resolve(true);
  #stagedSinceMs = 0;

  constructor(options: StoringOptions) {
    this.#options = options;
  }

  /** One step: takes what is there and stores it when it is due; `false` when that failed. */
  step(): Promise<boolean> {
    return this.alone(`${this.#options.name} store`, () => this.#store(false));
  }

  /** Stores all that is journalled; gives up when `abandoned` says so. */
  async all(abandoned: () => boolean): Promise<void> {
    const { name, kept } = this.#options;
    while (!abandoned()) {
      const { journaled, taken, staged } = kept().counts();
      if (journaled === taken && staged === 0) return;
      const worked = await this.alone(`${name} store`, () => this.#store(true));
      if (!worked) await delay(RETRY_MS);
    }
  }

  /** Runs `work` when no step runs; `false` when it failed, which is trouble at `place`. */
  alone(place: string, work: () => Promise<void>): Promise<boolean> {
    this.#last = this.#last.then(async () => {
      try {
        await work();
        this.#options.trouble.clear(place);
        return true;
      } catch (error) {
        this.#options.trouble.raise(place, error);
        return false;
      }
    });
    return this.#last;
  }

  async #store(everything: boolean): Promise<void> {
    const { kept, flushRows, flushMs, onFlushed, onStep } = this.#options;
    const ring = kept();
    const before = ring.counts().staged;
    const staged = await ring.take(flushRows);
    if (before === 0) this.#stagedSinceMs = performance.now();
    const old = performance.now() - this.#stagedSinceMs >= flushMs;
    if (staged > 0 && (everything || old || ring.isFull(flushRows))) {
      await ring.flush();
      await onFlushed();
    }
    onStep();
  }
}
