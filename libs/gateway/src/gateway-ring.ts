// One of a gateway's rings with what belongs to it: sink, clock ticks, rates.
import { TICK_BYTES } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import type { ServiceContext } from '@tickwire/io-service';
import type { TickBatch } from '@tickwire/wire-tick';
import { gatewayHops } from './gateway-hops.ts';
import { RingClock } from './ring-clock.ts';
import { RingSink } from './ring-sink.ts';
import { takeoverTick } from './takeover-tick.ts';

const INSTRUMENT_OFFSET = 16;

export interface GatewayRingOptions {
  readonly dir: string;
  readonly name: string;
  readonly vendor: string;
  readonly partition: { readonly index: number; readonly count: number };
  readonly slotCount: number;
  readonly directoryCapacity: number;
  readonly context: Pick<ServiceContext, 'stats' | 'clock' | 'timers' | 'tracer'>;
  /** Flag bits of every tick. */
  readonly flags: number;
}

export class GatewayRing {
  readonly partition: number;
  readonly producer: RingProducer;
  readonly sink: RingSink;
  readonly #clock: RingClock;
  /** Ticks published by directory index, since the last `takeRates`. */
  readonly #counts: Uint32Array;

  /** @throws as `createRing`. */
  constructor(options: GatewayRingOptions) {
    const { dir, name, vendor, partition, slotCount, directoryCapacity, context, flags } = options;
    const { clock, stats, timers, tracer } = context;
    this.partition = partition.index;
    this.producer = createRing({
      ...{ dir, name, vendor, partition, slotCount, directoryCapacity, clock, image: true },
      takeoverTick: () => takeoverTick(clock, flags),
    });
    this.#counts = new Uint32Array(directoryCapacity);
    this.sink = new RingSink({ ring: this.producer, clock, stats, tracer, vendor });
    this.#clock = new RingClock({
      ...{ sink: this.sink, clock, timers, flags },
      implied: gatewayHops(stats, vendor).normalise.in,
      steps: stepsOf(stats, partition.index),
    });
  }

  get name(): string {
    return this.producer.name;
  }

  /** Starts the ticks that say what time it is. */
  start(): void {
    this.#clock.start();
  }

  publish(batch: TickBatch, recvMonotonicNs: number): void {
    const { view } = batch;
    const counts = this.#counts;
    const end = batch.count * TICK_BYTES;
    for (let at = INSTRUMENT_OFFSET; at < end; at += TICK_BYTES) {
      const index = view.getUint32(at, true);
      // Behind the directory: of the whole ring.
      if (index < counts.length) counts[index] = (counts[index] as number) + 1;
    }
    this.sink.publish(batch, recvMonotonicNs);
  }

  /** Adds the ticks of each symbol since the last call to `sums`, and begins anew. */
  takeCounts(sums: Map<string, number>): void {
    const { directory } = this.producer;
    for (let index = 1; index < directory.count; index++) {
      const count = this.#counts[index] ?? 0;
      const symbol = count === 0 ? undefined : directory.get(index)?.symbol;
      if (symbol !== undefined) sums.set(symbol, (sums.get(symbol) ?? 0) + count);
    }
    this.#counts.fill(0);
  }

  stop(): void {
    this.#clock.stop();
  }

  close(): void {
    this.stop();
    this.producer.close();
  }
}

/** A step of the wall clock is one step, in however many rings it is told. */
function stepsOf(stats: CounterTable, partition: number): Counter | undefined {
  return partition === 0 ? stats.counter('count/wallClockSteps') : undefined;
}
