import type { TickBatch } from './handlers.ts';

/** A batch handler for a `for await` loop: the next batch comes when the loop is done with one. */
export class BatchStream {
  #offer: { readonly batch: TickBatch; readonly release: () => void } | undefined;
  #wake: (() => void) | undefined;
  #isOver = false;

  /** Settles when the loop is done with the batch. */
  take(batch: TickBatch): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((release) => {
      this.#offer = { batch, release };
      this.#wake?.();
    });
  }

  /** The loop ends after what is on offer. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *batches(): AsyncGenerator<TickBatch, void, void> {
    try {
      for (;;) {
        const offer = this.#offer;
        this.#offer = undefined;
        if (offer === undefined) {
          if (this.#isOver) return;
          await new Promise<void>((wake) => (this.#wake = wake));
          continue;
        }
        try {
          yield offer.batch;
        } finally {
          offer.release();
        }
      }
    } finally {
      this.#isOver = true;
    }
  }
}
