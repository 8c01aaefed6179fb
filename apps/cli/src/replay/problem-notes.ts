import { countOf } from '../quantity.ts';
import type { ReplayProblem } from './replay-process.ts';

const TOLD_MAX = 10;

/** Skipped records on stderr: the first ones in full, then how many there were. */
export class ProblemNotes {
  readonly #note: (line: string) => void;
  /** Problems of the files themselves; the others are the vendor's messages. */
  captureProblems = 0;
  vendorProblems = 0;

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  add(problem: ReplayProblem): void {
    if (problem.source === 'capture') this.captureProblems += 1;
    else this.vendorProblems += 1;
    if (this.total <= TOLD_MAX) this.#note(`skipped: ${problem.code}: ${problem.message}`);
  }

  get total(): number {
    return this.captureProblems + this.vendorProblems;
  }

  /**
   * Says how many were not told one by one.
   * @param counted - How many there were by the counters, where those are known: the replay tells
   *   of a bounded number only.
   */
  finish(counted?: number): void {
    const rest = (counted ?? this.total) - TOLD_MAX;
    if (rest > 0 && this.total > 0) this.#note(`skipped: ${countOf(rest, 'further record')}`);
  }
}
