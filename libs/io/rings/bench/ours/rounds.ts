/**
 * What is sent at a rate comes in rounds: the last one is measured, those before warm up. Each
 * begins in the same way, with a pause and with everything set back, so that V8 has seen that
 * happen too: what happens for the first time when the measuring begins makes it throw compiled
 * code away and compile for the whole measured second, on the core that the side is pinned to.
 */
export interface Round {
  readonly ticks: number;
  /** Ticks a second. */
  readonly rate: number;
}

const WARM_ROUNDS = 3;
const WARM_ROUND: Round = { ticks: 15_000, rate: 40_000 };
/** The last warm-up is at the rate that is measured: a reader may wait in another way there. */
const REHEARSAL_SECONDS = 0.5;

/** The rounds of a side in JavaScript that measures `ticks` at `rate`. */
export function roundsOf(rate: number, ticks: number): Round[] {
  const rehearsal = { ticks: Math.ceil(rate * REHEARSAL_SECONDS), rate };
  const warm = Array.from({ length: WARM_ROUNDS }, () => WARM_ROUND);
  return [...warm, rehearsal, { ticks, rate }];
}

export function ticksOf(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { ticks }) => sum + ticks, 0);
}

/** For one who only counts what arrives: tells when the next round has begun. */
export class RoundCount {
  /** Positions at which rounds begin; the end is beyond all of them. */
  readonly #begins: Float64Array;
  readonly #next = new Int32Array(1);

  constructor(rounds: readonly Round[]) {
    let position = 0;
    this.#begins = Float64Array.from([...rounds, { ticks: 0 }], ({ ticks }) => {
      const begin = position;
      position += ticks;
      return begin;
    });
    this.#begins[rounds.length] = Number.POSITIVE_INFINITY;
  }

  /** Whether the tick at `position` is the first that was seen of its round. */
  hasBegun(position: number): boolean {
    const next = this.#next[0]!;
    if (position < this.#begins[next]!) return false;
    this.#next[0] = next + 1;
    return true;
  }
}
