/** How long ticks were under way, and whether they are the ones that were sent. */
import { HISTOGRAM_CELLS, recordLatency, summariseLatency } from '@tickwire/core';
import { TICK_WORDS } from '../harness/records.ts';
import type { LatencyNs } from '../harness/section.ts';
import { createBracketedClock } from './bracketed-clock.ts';
import { countWrongStamped } from './check-ticks.ts';
import { dueOf } from './offered-rate.ts';

const NOTHING: LatencyNs = { p50Ns: 0, p95Ns: 0, p99Ns: 0, p999Ns: 0, maxNs: 0, count: 0 };

export interface TimesSummary {
  readonly latency: LatencyNs;
  readonly clockCostNs: number;
  readonly clockErrorNs: number;
}

export class TickTimes {
  readonly #clock = createBracketedClock();
  readonly #cells = new Float64Array(HISTOGRAM_CELLS);
  readonly #expected: { readonly records: Int32Array; first: number };
  readonly #warmupTicks: number;
  ticks = 0;
  wrong = 0;

  constructor(records: Int32Array, warmupTicks: number) {
    this.#expected = { records, first: 0 };
    this.#warmupTicks = warmupTicks;
  }

  /** The next `count` ticks arrived now, at the start of `words`. */
  take(words: Int32Array, count: number): void {
    // One reading for all: they arrived together. Its own cost is not the tick's.
    const nowNs = this.#clock.nowNs() - this.#clock.costNs;
    for (let index = 0; index < count; index++) {
      if (this.ticks + index < this.#warmupTicks) continue;
      recordLatency(this.#cells, nowNs - dueOf(words, index * TICK_WORDS));
    }
    this.#expected.first = this.ticks;
    this.wrong += countWrongStamped(words, this.#expected, count);
    this.ticks += count;
  }

  summary(): TimesSummary {
    const { costNs: clockCostNs, errorNs: clockErrorNs } = this.#clock;
    return { latency: summariseLatency(this.#cells) ?? NOTHING, clockCostNs, clockErrorNs };
  }
}
