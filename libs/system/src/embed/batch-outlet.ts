/**
 * From one ring to one taker of batches, through a queue of fixed size. The ring is never held up:
 * a slow taker fills the queue, and its policy decides what goes.
 */
import { TICK_BYTES } from '@tickwire/core';
import { BatchQueue } from '@tickwire/domain-backpressure';
import type { BatchQueueOptions } from '@tickwire/domain-backpressure';
import type { RingDirectoryReader, RingRun } from '@tickwire/io-rings';
import type { TickBatchEvent } from './embed-events.ts';
import type { HandlerGuard } from './handler-guard.ts';

/** Who takes batches of every ring: the handler of the program, or a loop over `batches()`. */
export interface BatchTap {
  /** Its name in errors. */
  readonly where: string;
  readonly options: BatchQueueOptions;
  readonly take: (batch: TickBatchEvent) => void | Promise<void>;
}

export interface BatchOutletParts {
  readonly ring: string;
  readonly tap: BatchTap;
  readonly guard: HandlerGuard;
  directory(): RingDirectoryReader;
}

/** Share of the queue from which the reader lets others run between two runs. */
const PRESSED_SHARE = 0.5;

export class BatchOutlet {
  readonly queue: BatchQueue;
  readonly #parts: BatchOutletParts;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #timer: NodeJS.Timeout | undefined;
  #handling: Promise<void> | undefined;
  #isFinishing = false;
  #isClosed = false;

  constructor(parts: BatchOutletParts) {
    this.#parts = parts;
    this.queue = new BatchQueue(parts.tap.options);
    this.#bytes = new Uint8Array(this.queue.count * TICK_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get tap(): BatchTap {
    return this.#parts.tap;
  }

  /** Its taker is at work and its queue fills: it should get a turn of the event loop. */
  get isPressed(): boolean {
    const { waiting, capacity } = this.queue;
    return this.#handling !== undefined && waiting > capacity * PRESSED_SHARE;
  }

  gather(run: RingRun): void {
    const nowMs = performance.now();
    const end = run.count * TICK_BYTES;
    const { bytes } = run;
    for (let at = 0; at < end; at += TICK_BYTES) this.queue.push(bytes, at, nowMs);
    this.#giveWhatIsDue();
  }

  /** Gives all that waits; at the signal, what is left stays in the queue's account. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#isFinishing = true;
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => aborted.resolve(), { once: true });
    this.#giveWhatIsDue();
    while (this.#handling !== undefined && !signal.aborted) {
      await Promise.race([this.#handling, aborted.promise]);
    }
    this.close();
  }

  /** Gives nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isClosed = true;
  }

  #giveWhatIsDue(): void {
    const { queue } = this;
    while (!this.#isClosed && this.#handling === undefined && queue.waiting > 0) {
      if (!this.#isFinishing && !queue.isDue(performance.now())) {
        this.#wakeWhenDue();
        return;
      }
      this.#give();
    }
  }

  #wakeWhenDue(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#giveWhatIsDue();
      },
      Math.max(1, Math.ceil(this.queue.dueInMs(performance.now()))),
    );
  }

  #give(): void {
    const { ring, tap, guard } = this.#parts;
    const count = this.queue.take(this.#bytes);
    const directory = this.#parts.directory();
    try {
      const returned = tap.take({ ring, count, bytes: this.#bytes, view: this.#view, directory });
      if (returned instanceof Promise) this.#handling = this.#afterwards(returned);
    } catch (error) {
      guard.tell(error, tap.where);
    }
  }

  async #afterwards(handling: Promise<void>): Promise<void> {
    try {
      await handling;
    } catch (error) {
      this.#parts.guard.tell(error, this.tap.where);
    }
    this.#handling = undefined;
    this.#giveWhatIsDue();
  }
}
