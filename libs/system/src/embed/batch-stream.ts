import type { TickBatchEvent } from './embed-events.ts';

interface Offer {
  readonly batch: TickBatchEvent;
  /** Its memory may be used again. */
  release(): void;
}

/**
 * Batches for a `for await` loop. At most one of each ring is on offer: the next one comes when
 * the loop is done with it, and waits in its queue until then.
 */
export class BatchStream {
  readonly #offers: Offer[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;

  /** For a tap: settles when the loop is done with the batch. */
  take(batch: TickBatchEvent): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const done = Promise.withResolvers<void>();
    this.#offers.push({ batch, release: () => done.resolve() });
    this.#wake?.();
    return done.promise;
  }

  /** The loop ends after what is on offer. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *batches(): AsyncGenerator<TickBatchEvent, void, void> {
    try {
      for (;;) {
        const offer = this.#offers.shift();
        if (offer !== undefined) {
          try {
            yield offer.batch;
          } finally {
            offer.release();
          }
        } else if (this.#isOver) return;
        else {
          const woken = Promise.withResolvers<void>();
          this.#wake = () => woken.resolve();
          await woken.promise;
          this.#wake = undefined;
        }
      }
    } finally {
      this.#isOver = true;
      for (const offer of this.#offers.splice(0)) offer.release();
    }
  }
}
