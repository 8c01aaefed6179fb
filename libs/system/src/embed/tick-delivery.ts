/**
 * From one ring to the handlers of the program: each tick at once, batches when they are due. The
 * ring is never held up: a slow `onBatch` fills the queue, and its policy decides what goes.
 */
import { TICK_BYTES } from '@tickwire/core';
import { BatchQueue } from '@tickwire/domain-batch';
import type { BatchQueueOptions } from '@tickwire/domain-batch';
import { waitForRing } from '@tickwire/io-rings';
import type { RingRun, RingSubscription } from '@tickwire/io-rings';
import { TickView } from '@tickwire/wire-tick';
import type { SystemHandlers, TickBatchEvent } from './embed-options.ts';

const RING_TIMEOUT_MS = 10_000;

export interface TickDeliveryOptions {
  readonly ringDir: string;
  readonly ring: string;
  readonly handlers: Pick<SystemHandlers, 'onTick' | 'onBatch' | 'onGap'>;
  readonly batch: BatchQueueOptions;
  /** A handler threw or rejected. */
  readonly onError: (error: unknown, where: string) => void;
}

export class TickDelivery {
  readonly ring: string;
  readonly queue: BatchQueue | undefined;
  readonly #options: TickDeliveryOptions;
  readonly #subscription: RingSubscription;
  readonly #tick = new TickView();
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #timer: NodeJS.Timeout | undefined;
  #handling: Promise<void> | undefined;
  #delivered = 0;
  #lost = 0;

  private constructor(options: TickDeliveryOptions, subscription: RingSubscription) {
    this.ring = options.ring;
    this.#options = options;
    this.#subscription = subscription;
    if (options.handlers.onBatch !== undefined) this.queue = new BatchQueue(options.batch);
    this.#bytes = new Uint8Array((this.queue?.count ?? 0) * TICK_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    this.#loop = this.#run();
  }

  /** Opens the ring, which its gateway is about to make or has made, at its oldest tick. */
  static async open(options: TickDeliveryOptions): Promise<TickDelivery> {
    const { ringDir: dir, ring: name } = options;
    const subscription = await waitForRing({
      ...{ dir, name, from: 'oldest', timeoutMs: RING_TIMEOUT_MS },
      register: { label: 'embedded' },
    });
    return new TickDelivery(options, subscription);
  }

  /** Ticks taken from the ring. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Ticks that the ring had overwritten before they were taken. */
  get lost(): number {
    return this.#lost;
  }

  /** How far this program is behind, as a share of the ring. */
  get fill(): number {
    const { inFlight } = this.#subscription.account();
    return Math.min(1, inFlight / this.#subscription.header.plan.slotCount);
  }

  /** Reads the closed ring to its end, hands over what is left, leaves. */
  async finish(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#ending.abort(), deadlineMs);
    await this.#loop;
    clearTimeout(deadline);
    clearTimeout(this.#timer);
    await this.#handling;
    while ((this.queue?.waiting ?? 0) > 0 && !this.#ending.signal.aborted) await this.#handOver();
    this.#subscription.close();
  }

  async #run(): Promise<void> {
    try {
      await this.#subscription.run((run) => this.#take(run), {
        signal: this.#ending.signal,
        untilClosed: true,
      });
    } catch (error) {
      this.#options.onError(error, `ring ${this.ring}`);
    }
  }

  #take(run: RingRun): void {
    const { handlers } = this.#options;
    const { gap } = run;
    if (gap !== undefined) {
      this.#lost += gap.count;
      this.#call('onGap', () => handlers.onGap?.({ ring: this.ring, ...gap }));
    }
    this.#delivered += run.count;
    if (handlers.onTick !== undefined) this.#eachTick(run, handlers.onTick);
    if (this.queue !== undefined) this.#gather(run, this.queue);
  }

  #eachTick(run: RingRun, onTick: NonNullable<SystemHandlers['onTick']>): void {
    for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
      const tick = this.#tick.wrap(run.view, at);
      try {
        onTick(tick, run.directory.get(tick.instrument), this.ring);
      } catch (error) {
        this.#options.onError(error, 'onTick');
      }
    }
  }

  #gather(run: RingRun, queue: BatchQueue): void {
    const nowMs = performance.now();
    for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
      queue.push(run.bytes, at, nowMs);
    }
    this.#handOverWhenDue(queue);
  }

  #handOverWhenDue(queue: BatchQueue): void {
    if (this.#handling !== undefined || queue.waiting === 0) return;
    const nowMs = performance.now();
    if (queue.isDue(nowMs)) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#handling = this.#handOver().finally(() => {
        this.#handling = undefined;
        this.#handOverWhenDue(queue);
      });
    } else {
      this.#timer ??= setTimeout(
        () => {
          this.#timer = undefined;
          this.#handOverWhenDue(queue);
        },
        Math.max(1, queue.dueInMs(nowMs)),
      );
    }
  }

  async #handOver(): Promise<void> {
    const count = this.queue?.take(this.#bytes) ?? 0;
    if (count === 0) return;
    const batch: TickBatchEvent = {
      ring: this.ring,
      count,
      bytes: this.#bytes,
      view: this.#view,
      directory: this.#subscription.directory,
    };
    try {
      await this.#options.handlers.onBatch?.(batch);
    } catch (error) {
      this.#options.onError(error, 'onBatch');
    }
  }

  #call(where: string, handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.#options.onError(error, where);
    }
  }
}
