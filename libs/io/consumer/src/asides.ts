/** What handlers are told besides the ticks: gaps, and the state of the queues. */
import type { QueueGap } from '@tickwire/domain-backpressure';
import { asPromise } from './as-promise.ts';
import type { HandlerErrors } from './handler-errors.ts';
import type { ConsumerGap, ConsumerHandlers } from './handlers.ts';
import type { Lane } from './lane.ts';

/** What is missing before the front of a lane's queue, by cause. */
export function gapsOf(lane: Lane, gap: QueueGap): ConsumerGap[] {
  const { name: ring, ringId } = lane;
  const gaps: ConsumerGap[] = [];
  if (gap.source !== undefined) gaps.push({ ring, ringId, cause: 'ring', ...gap.source });
  if (gap.dropped !== undefined) gaps.push({ ring, ringId, cause: 'queue', ...gap.dropped });
  return gaps;
}

export class Asides {
  readonly #handlers: ConsumerHandlers;
  readonly #errors: HandlerErrors;

  constructor(handlers: ConsumerHandlers, errors: HandlerErrors) {
    this.#handlers = handlers;
    this.#errors = errors;
  }

  /** One after the other. @throws What the handler threw, when errors are not counted. */
  tellGaps(gaps: readonly ConsumerGap[]): Promise<void> | undefined {
    let pending: Promise<void> | undefined;
    for (const gap of gaps) {
      pending = pending === undefined ? this.#tell(gap) : this.#tellAfter(pending, gap);
    }
    return pending;
  }

  /** Tells when the state of the lane's queue flipped. @throws as `tellGaps`. */
  updatePressure(lane: Lane): void {
    const { waiting, capacity } = lane.queue;
    if (!lane.mark.update(waiting)) return;
    try {
      const { isHigh } = lane.mark;
      this.#handlers.pressure?.({ ring: lane.name, isHigh, waiting, capacity });
    } catch (error) {
      this.#errors.take('pressure', error);
    }
  }

  async #tellAfter(before: Promise<void>, gap: ConsumerGap): Promise<void> {
    try {
      await before;
    } catch (error) {
      this.#errors.take('gap', error);
    }
    await this.#tell(gap);
  }

  #tell(gap: ConsumerGap): Promise<void> | undefined {
    try {
      return asPromise(this.#handlers.gap?.(gap));
    } catch (error) {
      this.#errors.take('gap', error);
      return undefined;
    }
  }
}
