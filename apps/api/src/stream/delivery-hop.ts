/**
 * The hop `api.fanout`: items given to clients. `in` when one is put into a client's queue, `out`
 * when its message is with the operating system; in flight between.
 */
import { HopCounters } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';

/** `conflated`, `overflow`: see the queue. `closed`: waited for a client that went. */
export type DropReason = 'conflated' | 'overflow' | 'closed';

export class DeliveryHop {
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #inFlight: Counter;
  readonly #dropped: Readonly<Record<DropReason, Counter>>;

  constructor(stats: CounterTable) {
    const hop = new HopCounters(stats, 'api.fanout', 'delivery');
    this.#in = hop.in;
    this.#out = hop.out;
    this.#inFlight = hop.inFlight;
    this.#dropped = {
      conflated: hop.dropped('conflated'),
      overflow: hop.dropped('overflow'),
      closed: hop.dropped('closed'),
    };
    // What a killed life of this process had not handed over.
    const lost = this.#inFlight.value;
    if (lost > 0) hop.dropped('killed').add(lost);
    this.#inFlight.set(0);
  }

  enter(count: number): void {
    this.#inFlight.add(count);
    this.#in.add(count);
  }

  leave(count: number): void {
    this.#inFlight.add(-count);
    this.#out.add(count);
  }

  drop(reason: DropReason, count: number): void {
    if (count === 0) return;
    this.#inFlight.add(-count);
    this.#dropped[reason].add(count);
  }
}
