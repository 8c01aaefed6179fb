/** Runs of missing packets that a replay may bring one after the other; more are too many. */
const RUNS_MAX = 16;

interface Run {
  readonly first: number;
  readonly last: number;
}

/**
 * Packets that the replay service is asked for, in runs, and how far they have come: always the
 * one at `next`, because books take nothing else.
 */
export class MissingPackets {
  readonly #runs: Run[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** The packet that is wanted next; without meaning when nothing is missing. */
  get next(): number {
    return this.#next;
  }

  /** What to ask for; `undefined` when nothing is missing. */
  get wanted(): Run | undefined {
    const run = this.#runs[0];
    return run && { first: this.#next, last: run.last };
  }

  /** The last packet that is missing; 0 for none. */
  get last(): number {
    return this.#runs.at(-1)?.last ?? 0;
  }

  /** All of them. */
  get count(): number {
    return this.#runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** Behind everything so far. False, and nothing added, when there are too many runs. */
  add(first: number, count: number): boolean {
    if (this.#runs.length === RUNS_MAX) return false;
    if (this.isEmpty) this.#next = first;
    this.#runs.push({ first, last: first + count - 1 });
    return true;
  }

  /**
   * The packet at `next` has come.
   * @returns Whether its run is complete: the queue goes on from here, up to the next run.
   */
  arrived(): boolean {
    this.#next += 1;
    const run = this.#runs[0];
    if (run === undefined || this.#next <= run.last) return false;
    this.#runs.shift();
    const following = this.#runs[0];
    if (following !== undefined) this.#next = following.first;
    return true;
  }

  clear(): void {
    this.#runs.length = 0;
  }
}
