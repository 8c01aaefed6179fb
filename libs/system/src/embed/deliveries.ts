/** All rings of vendors that a program reads, and all who take batches of them. */
import type { BatchQueueOptions } from '@tickwire/domain-backpressure';
import { TICK_BYTES } from '@tickwire/core';
import { TickView } from '@tickwire/wire-tick';
import { BatchStream } from './batch-stream.ts';
import type { BatchTap } from './batch-outlet.ts';
import type { TickBatchEvent, TickEvent } from './embed-events.ts';
import type { SystemHandlers } from './embed-options.ts';
import type { HandlerGuard } from './handler-guard.ts';
import { TickDelivery } from './tick-delivery.ts';

export interface DeliveriesOptions {
  readonly ringDir: string;
  readonly handlers: SystemHandlers;
  readonly batch: BatchQueueOptions;
  readonly guard: HandlerGuard;
}

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #rings: TickDelivery[] = [];
  readonly #taps = new Set<BatchTap>();
  readonly #streams = new Set<BatchStream>();
  #isOver = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const { onBatch } = options.handlers;
    if (onBatch === undefined) return;
    this.#taps.add({ where: 'onBatch', options: options.batch, take: (batch) => onBatch(batch) });
  }

  get rings(): readonly TickDelivery[] {
    return this.#rings;
  }

  /** Ticks taken from all rings. */
  get delivered(): number {
    return this.#rings.reduce((sum, ring) => sum + ring.account().delivered, 0);
  }

  /** @throws what `TickDelivery.open` throws. */
  async add(ring: string, signal: AbortSignal): Promise<void> {
    const { ringDir, handlers, guard } = this.#options;
    const delivery = await TickDelivery.open({ ringDir, ring, handlers, guard, signal });
    // Its reading starts with the next turn of the event loop: these miss nothing.
    for (const tap of this.#taps) delivery.attach(tap);
    this.#rings.push(delivery);
  }

  async *batches(options: BatchQueueOptions): AsyncGenerator<TickBatchEvent, void, void> {
    if (this.#isOver) return;
    const stream = new BatchStream();
    const tap: BatchTap = { where: 'batches', options, take: (batch) => stream.take(batch) };
    this.#taps.add(tap);
    this.#streams.add(stream);
    for (const ring of this.#rings) ring.attach(tap);
    try {
      yield* stream.batches();
    } finally {
      this.#taps.delete(tap);
      this.#streams.delete(stream);
      for (const ring of this.#rings) ring.detach(tap);
    }
  }

  async *ticks(options: BatchQueueOptions): AsyncGenerator<TickEvent, void, void> {
    const tick = new TickView();
    const event = { tick, ring: '', instrument: undefined as TickEvent['instrument'] };
    for await (const batch of this.batches(options)) {
      event.ring = batch.ring;
      for (let at = 0; at < batch.count * TICK_BYTES; at += TICK_BYTES) {
        tick.wrap(batch.view, at);
        event.instrument = batch.directory.get(tick.instrument);
        yield event;
      }
    }
  }

  /** When all writers have ended; at the signal without what nobody came for. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#rings.map((ring) => ring.finish(signal)));
    for (const stream of this.#streams) stream.end();
  }
}
