/**
 * The account of spans on their way to the collector: every span is sent, dropped with a reason, or
 * in flight. Spans are about the data and not data, so they are no hop of it.
 *
 *   count/spans = count/spansSent + count/spansDropped.<reason> + gauge/spansInFlight
 */
import type { Counter, CounterTable } from '@tickwire/core';

/**
 * `full`: more wait than may; the newest is dropped. `refused`: the collector did not take them.
 * `closed`: left when the service ended. `killed`: in flight when the process died.
 */
export const SPAN_DROP_REASONS = ['full', 'refused', 'closed', 'killed'] as const;
export type SpanDropReason = (typeof SPAN_DROP_REASONS)[number];

export class SpanAccount {
  readonly #recorded: Counter;
  readonly #sent: Counter;
  readonly #inFlight: Counter;
  readonly #dropped: Readonly<Record<SpanDropReason, Counter>>;
  readonly #inFlightMax: number;
  #closed = false;

  constructor(stats: CounterTable, inFlightMax: number) {
    const dropped = (reason: string): Counter => stats.counter(`count/spansDropped.${reason}`);
    this.#inFlightMax = inFlightMax;
    this.#recorded = stats.counter('count/spans');
    this.#sent = stats.counter('count/spansSent');
    this.#inFlight = stats.counter('gauge/spansInFlight');
    this.#dropped = {
      full: dropped('full'),
      refused: dropped('refused'),
      closed: dropped('closed'),
      killed: dropped('killed'),
    };
    this.#dropped.killed.add(this.#inFlight.value);
    this.#inFlight.set(0);
  }

  /** Counts a new span; `false` when there is no room for it. */
  take(): boolean {
    this.#recorded.add(1);
    const why = this.#closed ? 'closed' : 'full';
    if (this.#closed || this.#inFlight.value >= this.#inFlightMax) {
      this.#dropped[why].add(1);
      return false;
    }
    this.#inFlight.add(1);
    return true;
  }

  sent(count: number): void {
    if (this.#closed) return;
    this.#inFlight.add(-count);
    this.#sent.add(count);
  }

  refused(count: number): void {
    if (this.#closed) return;
    this.#inFlight.add(-count);
    this.#dropped.refused.add(count);
  }

  /** What is in flight is given up: an answer that still comes changes nothing. */
  close(): void {
    this.#closed = true;
    this.#dropped.closed.add(this.#inFlight.value);
    this.#inFlight.set(0);
  }
}
