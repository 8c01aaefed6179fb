/** How long ticks were under way, and whether they are the ones that were sent. */
import { HISTOGRAM_CELLS, recordLatency, summariseLatency } from '@tickwire/core';
import { TICK_WORDS } from '../harness/records.ts';
import type { LatencyNs } from '../harness/section.ts';
import { createBracketedClock } from './bracketed-clock.ts';
import { countWrongStamped } from './check-ticks.ts';
import { dueOf } from './offered-rate.ts';
import { RoundCount } from './rounds.ts';
import type { Round } from './rounds.ts';

const NOTHING: LatencyNs = { p50Ns: 0, p95Ns: 0, p99Ns: 0, p999Ns: 0, maxNs: 0, count: 0 };

export interface TimesSummary {
  readonly latency: LatencyNs;
  readonly clockCostNs: number;
  readonly clockErrorNs: number;
}

/** Keeps the times of one round, so that in the end those of the last one are left. */
export class TickTimes {
  readonly #clock = createBracketedClock();
  readonly #cells = new Float64Array(HISTOGRAM_CELLS);
  readonly #expected: { readonly records: Int32Array; first: number };
  readonly #rounds: RoundCount;
  readonly #onRound: () => void;
  ticks = 0;
  wrong = 0;

  /** @param onRound - Told when the first tick of a round is there. */
  constructor(records: Int32Array, rounds: readonly Round[], onRound: () => void) {
    this.#expected = { records, first: 0 };
    this.#rounds = new RoundCount(rounds);
    this.#onRound = onRound;
  }

  /** The next `count` ticks arrived now, at the start of `words`. */
  take(words: Int32Array, count: number): void {
    // One reading for all: they arrived together. Its own cost is not the tick's.
    const nowNs = this.#clock.nowNs() - this.#clock.costNs;
    if (this.#rounds.hasBegun(this.ticks)) {
      this.#cells.fill(0);
      this.#onRound();
    }
    for (let index = 0; index < count; index++) {
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
