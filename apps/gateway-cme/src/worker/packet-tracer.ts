/**
 * Traces of this thread's ticks. Spans are made by the other thread, which has the exporter; here
 * the tick that is traced is copied with its stamps and told.
 *
 *   kernel's stamp ──receive──▶ gone to by this thread ──decode──▶ in the ring
 */
import { diffNs } from '@tickwire/core';
import type { Clock, StampNs } from '@tickwire/core';
import type { TickSpan, TickTracer } from '@tickwire/io-service';
import type { TickView } from '@tickwire/wire-tick';
import type { Outbox } from './outbox.ts';

export interface PacketTracerOptions {
  /** One tick in so many; 0: none. */
  readonly sampleEvery: number;
  readonly outbox: Pick<Outbox, 'send'>;
  readonly clock: Clock;
}

export class PacketTracer implements TickTracer {
  readonly enabled: boolean;
  readonly sampleEvery: number;
  readonly #options: PacketTracerOptions;
  /** When the packet at hand was gone to; a field that holds a double would allocate. */
  readonly #takenNs = new Float64Array(1);

  constructor(options: PacketTracerOptions) {
    this.sampleEvery = options.sampleEvery;
    this.enabled = options.sampleEvery > 0;
    this.#options = options;
  }

  /** A packet is gone to now. */
  readonly taken = (): void => {
    this.#takenNs[0] = this.#options.clock.monotonicNs();
  };

  /** @param span - From the receipt of the tick's packet to its publication. */
  span(tick: TickView, span: TickSpan): void {
    const { outbox, clock } = this.#options;
    const taken: StampNs = { hi: 0, lo: 0 };
    clock.wallNs(this.#takenNs[0]!, taken);
    // Stamps of the kernel and ours are of one clock, read twice; and a packet may be older than
    // the one at hand, which made it the next one.
    const middle = earlier(later(taken, span.start), span.end);
    const spans: TickSpan[] = [
      { ...span, stage: 'receive', end: middle },
      { ...span, parent: 'receive', start: middle },
    ];
    outbox.send({ type: 'spans', tick: tick.toBytes(), spans });
  }

  /** Nothing leaves this thread but ticks. */
  traceparent(): string {
    return '';
  }

  continued(): void {
    // Nothing comes to this thread but packets.
  }
}

const later = (a: Readonly<StampNs>, b: Readonly<StampNs>): Readonly<StampNs> =>
  diffNs(a, b) >= 0 ? a : b;
const earlier = (a: Readonly<StampNs>, b: Readonly<StampNs>): Readonly<StampNs> =>
  diffNs(a, b) <= 0 ? a : b;
